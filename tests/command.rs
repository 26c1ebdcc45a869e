//! The command from outside: what is typed, what is printed, and the exit status.

mod harness;

use std::fs::File;
use std::process::Output;

use harness::{Session, finish, json, report, run, stderr, stdout};

fn run_with(args: &[&str], env: &[(&str, &str)]) -> Output {
    Session::new().run_with(args, env)
}

#[test]
fn a_guarded_run_reaches_zero_and_a_script_can_rely_on_it() {
    let output = run(&["mutex", "--iters", "5000"]);
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    assert!(text.contains("final value     0\n"), "{text}");
    assert!(text.contains("reached zero    yes: all 10,000 updates are in it"), "{text}");
    assert_eq!(stderr(&output), "");
}

#[test]
fn every_spelling_of_the_strategies_means_the_same() {
    let spellings: &[&[&str]] = &[
        &["none", "mutex"],
        &["none,mutex"],
        &["-s", "none", "-s", "mutex"],
        &["--strategy", "none", "--strategy", "mutex"],
        &["--strategy=none,mutex"],
        &["run", "none", "mutex"],
        &["run", "-s", "none", "--strategy", "mutex"],
        &["none", "-s", "mutex"],
    ];
    let fixed = ["--iters", "50", "--seed", "7"];
    for spelling in spellings {
        for args in [[&fixed[..], spelling].concat(), [spelling, &fixed[..]].concat()] {
            let (report, _) = json(&args);
            let names: Vec<_> = report["results"].as_array().expect("results").iter().collect();
            assert_eq!(names.len(), 2, "{args:?}");
            assert_eq!(names[0]["strategy"], "none", "{args:?}");
            assert_eq!(names[1]["strategy"], "mutex", "{args:?}");
            assert_eq!(report["plan"]["iters"], 50, "{args:?}");
            assert_eq!(report["plan"]["seed"], "7", "{args:?}");
        }
    }
}

#[test]
fn with_no_strategy_it_is_the_lecture() {
    let (report, _) = json(&[]);
    let results = report["results"].as_array().expect("results");
    let names: Vec<_> = results.iter().map(|result| &result["strategy"]).collect();
    assert_eq!(names, ["none", "mutex", "semaphore"]);
    let text = stdout(&run(&[]));
    assert!(text.starts_with("2 threads, one counter: worker 1 adds 1, worker 2 subtracts 1"));
    for heading in ["final value", "reached zero", "lost updates", "inside at once"] {
        assert!(text.contains(heading), "{text}");
    }
}

#[test]
fn the_json_is_valid_for_every_kind_of_run() {
    let all: &[&[&str]] = &[
        &["none", "atomic", "cas"],
        &["semaphore", "--permits", "2", "--threads", "3", "--runs", "3"],
        &["peterson", "spinlock", "ticket", "--guard", "loop"],
        &["mutex", "--yield", "never", "--threads", "1"],
        &["none", "--count-up", "--yield", "1/4", "--expect", "lossless"],
        &["none", "mutex", "--threads", "5", "--trace"],
    ];
    for args in all {
        json(&[args, &["--iters", "200"][..]].concat());
    }
}

#[test]
fn a_bad_command_line_is_one_sentence_and_status_2_and_nothing_is_run() {
    let wrong: &[(&[&str], &str)] = &[
        (&["mutx"], "there is no strategy 'mutx'. Did you mean 'mutex'? All: syncdemo list"),
        (&["none", "list"], "'list' is a command and comes first: syncdemo list"),
        (&["none", "show"], "'show' is a command and comes first: syncdemo show ..."),
        (&["-t", "0"], "--threads is '0', and at least 1 is needed"),
        (&["-i", "0"], "--iters is '0', and at least 1 is needed"),
        (&["--iters", "-5"], "--iters is '-5', not a number of iterations such as 5000 or 5k"),
        (&["--iters", "1e99"], "--iters is '1e99', not a number of iterations"),
        (&["--iters", "99999999999999999999"], "and at most 4294967295 are possible"),
        (&["--iters", "4G"], "not a number of iterations"),
        (&["-t", "4", "-i", "4_000_000_000"], "use a smaller --iters"),
        (&["-t", "200k"], "and at most 100000 are possible"),
        (&["--permits", "0"], "--permits is '0', and at least 1 is needed"),
        (&["mutex", "--permits", "2"], "--permits has no meaning for mutex"),
        (&["peterson", "--threads", "3"], "peterson serves 2 workers, not 3. Use --threads 2, or"),
        (&["none", "--runs", "0"], "--runs is '0'"),
        (&["none", "--trace", "--runs", "2"], "--trace follows one run of each strategy"),
        (&["--trace", "--resource", "file"], "--trace follows a variable"),
        (&["--trace", "--kill", "-p", "3"], "--kill and --trace exclude each other"),
        (&["--trace", "-i", "6M"], "at most 10000000 updates, not 12000000: use --iters 5000000"),
        (&["explore", "--trace"], "--trace has no meaning for explore"),
        (&["--yield", "often"], "--yield is 'often', not auto, never or a rate such as 1/32"),
        (&["--timeout", "soon"], "--timeout is 'soon', not a time such as 2s"),
        (&["--seed", "x"], "--seed is 'x', not a seed"),
        (&["--seed", "+1"], "--seed is '+1', not a seed"),
        (&["--seed", "1", "--yield", "never"], "--seed has no meaning where no worker yields"),
        (
            &["--work", "1s", "--timeout", "500ms"],
            "--timeout 500ms is over before an update is finished, which takes --work 1s",
        ),
        (&["--guard", "all"], "--guard is 'all', not one of update, loop"),
        (&["--expect", "luck"], "--expect is 'luck', not one of promise, reached"),
        (&["--format", "xml"], "--format is 'xml', not one of text, json, csv"),
        (&["--itres", "5"], "there is no option '--itres'. Did you mean '--iters'?"),
        (&["--iters"], "--iters needs a value, such as in: --iters 5000"),
        (&["-i", "5", "-i", "6"], "--iters is given twice"),
        (&["-q", "-v"], "--quiet and --verbose contradict each other"),
        (&["-q", "--brief"], "--quiet and --brief contradict each other"),
        (&["explore", "--brief", "-v"], "--brief and --verbose contradict each other"),
        (&["list", "--brief"], "--brief has no meaning for list"),
        (&["-q", "show", "none", "-v"], "--quiet and --verbose contradict each other"),
        (&["-o", "report.xml"], "the ending says the format"),
        (&["-o", "/nowhere/report.json"], "cannot be written: No such file or directory"),
        (&["-o", "a.csv", "-o", "./a.csv"], "--output ./a.csv is given twice: name another file"),
        (&["show"], "show needs a strategy, such as in: syncdemo show mutex"),
        (&["show", "mutx"], "Did you mean 'mutex'?"),
        (&[""], "a strategy's name is empty"),
        (&["none,"], "a strategy's name is empty"),
        (&["none", "explore"], "'explore' is a command and comes first: syncdemo explore none"),
        (&["mutex", "none", "explore", "-i", "3"], "comes first: syncdemo explore mutex none"),
        (&["none,explore"], "'explore' is a command and comes first"),
        (&["none", "help"], "'help' is a command and comes first: syncdemo help"),
        (&["exlpore"], "no strategy 'exlpore'. Did you mean the command 'explore'?"),
        (&["exlpore", "none"], "Did you mean the command 'explore'?"),
        (&["MUTEX"], "Did you mean 'mutex'?"),
        (&["help", "exlpore"], "the argument is 'exlpore', not one of run, explore"),
        (&["--repeat", "3"], "there is no option '--repeat'. Did you mean '--runs'?"),
        (&["--iteration", "3"], "Did you mean '--iters'?"),
        (&["--iterations=3"], "Did you mean '--iters'?"),
        (&["explore", "--repeat", "3"], "no option '--repeat'. All: syncdemo explore --help"),
        (&["-i", "5,00"], "--iters is '5,00', not a number of iterations"),
        (&["--work", "2s"], "--work is '2s', and at most 1s is possible"),
        (&["--work", "fast"], "--work is 'fast', not a time such as 100us"),
        (&["--quiet=yes"], "--quiet takes no value: leave out 'yes'"),
        (&["--threads", "2", "-p", "2"], "--threads and --processes exclude each other"),
        (&["show", "mutex", "--permits", "2"], "--permits has no meaning for mutex"),
        (&["show", "peterson", "-t", "3"], "peterson serves 2 workers, not 3."),
        (&["show", "mutex", "--runs", "5"], "--runs has no meaning for show"),
        (&["list", "--iters", "5"], "--iters has no meaning for list"),
        (&["list", "none"], "'none' is not expected here"),
        (&["completions"], "completions needs a shell"),
        (&["completions", "korn"], "'korn', not one of bash"),
    ];
    for (args, sentence) in wrong {
        let output = run(args);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert_eq!(stdout(&output), "", "{args:?}");
        assert!(said.starts_with("error: ") && said.contains(sentence), "{args:?}: {said}");
        assert!(said.len() < 240, "one sentence: {said}");
    }
}

#[test]
fn the_environment_sets_defaults_and_what_is_typed_wins() {
    let env =
        |name: &str, value: &str, args: &[&str]| Session::new().run_with(args, &[(name, value)]);
    let args = ["mutex", "--format", "json"];
    assert_eq!(report(&env("SYNCDEMO_ITERS", "5k", &args))["plan"]["iters"], 5000);
    assert_eq!(report(&env("SYNCDEMO_THREADS", "3", &args))["plan"]["workers"]["count"], 3);
    assert_eq!(report(&env("SYNCDEMO_YIELD", "never", &args))["plan"]["yield"]["done"], "never");
    let typed = [&args[..], &["--iters", "7"]].concat();
    assert_eq!(report(&env("SYNCDEMO_ITERS", "x", &typed))["plan"]["iters"], 7);
    assert!(env("SYNCDEMO_FORMAT", "csv", &["mutex"]).stdout.starts_with(b"strategy,run,"));
    assert_eq!(env("SYNCDEMO_ITERS", "", &args).status.code(), Some(0), "empty is not set");
    let listed = env("SYNCDEMO_ITERS", "x", &["list"]);
    assert_eq!(listed.status.code(), Some(0), "it has no iterations: {listed:?}");
    let bad = [
        ("SYNCDEMO_ITERS", "SYNCDEMO_ITERS is 'x', not a number of iterations such as 5000 or 5k"),
        ("SYNCDEMO_THREADS", "SYNCDEMO_THREADS is 'x', not a number of threads such as 2 or 8"),
        ("SYNCDEMO_TIMEOUT", "SYNCDEMO_TIMEOUT is 'x', not a time such as 2s or 500ms"),
        ("SYNCDEMO_YIELD", "SYNCDEMO_YIELD is 'x', not auto, never or a rate such as 1/32"),
        ("SYNCDEMO_FORMAT", "SYNCDEMO_FORMAT is 'x', not one of text, json, csv"),
        ("SYNCDEMO_COLOR", "SYNCDEMO_COLOR is 'x', not one of auto, always, never"),
    ];
    for (name, sentence) in bad {
        let output = env(name, "x", &["mutex"]);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(stderr(&output), format!("error: {sentence}"));
    }
}

#[test]
fn numbers_and_times_are_written_as_people_write_them() {
    for iters in ["1,000", "1_000", "1k", "1000"] {
        assert_eq!(json(&["mutex", "-i", iters]).0["plan"]["iters"], 1000, "{iters}");
    }
    for (work, nanoseconds) in [("0", 0), ("2k", 2000), ("2us", 2000), ("0.5us", 500)] {
        let (report, _) = json(&["mutex", "-i", "10", "--work", work]);
        assert_eq!(report["plan"]["work_ns"], nanoseconds, "{work}");
    }
}

#[test]
fn the_environment_of_races_leaves_the_small_commands_alone() {
    for args in [&["explore", "none"][..], &["show", "none"], &["list"], &["man"]] {
        let names = ["ITERS", "THREADS", "PROCESSES", "TIMEOUT", "YIELD"];
        let names = names.map(|name| format!("SYNCDEMO_{name}"));
        let env: Vec<_> = names.iter().map(|name| (name.as_str(), "x")).collect();
        let output = run_with(args, &env);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
    }
    for args in [&["--help"][..], &["-h"], &["help"], &["--version"]] {
        let output = run_with(args, &[("SYNCDEMO_ITERS", "x")]);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
    }
    let escaped = run_with(&["--", "none"], &[("SYNCDEMO_FORMAT", "json")]);
    assert!(escaped.stdout.starts_with(b"{"));
    let explore = |name: &str, value: &str| run_with(&["explore", "none"], &[(name, value)]);
    assert!(explore("SYNCDEMO_FORMAT", "json").stdout.starts_with(b"{"));
    assert!(explore("SYNCDEMO_COLOR", "always").stdout.contains(&0x1b));
}

#[test]
fn what_a_user_has_typed_is_escaped_where_it_is_repeated() {
    let evil = "a\x1b[2J\rb\u{9b}1m\u{202e}c";
    let shown = r"a\u{1b}[2J\rb\u{9b}1m\u{202e}c";
    let option = format!("--{evil}");
    let output = format!("{evil}.xml");
    for args in [
        &[evil][..],
        &["-s", evil],
        &["explore", evil],
        &["list", evil],
        &["completions", evil],
        &["help", evil],
        &[&option],
        &["-i", evil],
        &["--yield", evil],
        &["--seed", evil],
        &["--format", evil],
        &["--schedule", evil],
        &["-o", &output],
    ] {
        assert_escaped(args, &run(args), shown);
    }
    let from_environment = run_with(&[], &[("SYNCDEMO_ITERS", evil)]);
    assert_escaped(&["SYNCDEMO_ITERS"], &from_environment, shown);
}

fn assert_escaped(args: &[&str], output: &Output, shown: &str) {
    let said = stderr(output);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
    assert!(said.contains(shown), "{args:?}: {said}");
    let safe = |c: char| c == '\n' || c == ' ' || c.is_ascii_graphic();
    assert!(said.chars().all(safe), "{args:?}: {said:?}");
}

const COMMANDS: [&[&str]; 10] = [
    &[],
    &["run"],
    &["explore"],
    &["judge"],
    &["step"],
    &["show"],
    &["list"],
    &["completions"],
    &["man"],
    &["help"],
];

/// The options that a help lists, and whether they take values.
fn listed(command: &[&str]) -> Vec<(String, bool)> {
    let help = stdout(&run(&[command, &["--help"]].concat()));
    let head = |line: &str| line.trim_start().starts_with('-').then(|| line.trim().to_owned());
    let options = help.lines().filter_map(head).filter_map(|line| {
        let long = line.split([' ', ',']).find(|word| word.starts_with("--"))?;
        Some((long.to_owned(), line.contains('<')))
    });
    options.collect()
}

#[test]
fn a_command_lists_every_option_that_it_takes_and_no_other() {
    let mut all: Vec<_> = COMMANDS.iter().flat_map(|command| listed(command)).collect();
    all.sort();
    all.dedup();
    assert!(all.len() >= 28, "{all:?}");
    let own = [("--help".to_owned(), false), ("--version".to_owned(), false)];
    for command in COMMANDS {
        let listed = listed(command);
        for (option, takes_value) in all.iter().filter(|option| !own.contains(option)) {
            // Nothing is run: "?" is no value of any option, and `--bogus` is no option.
            let rest = [option.as_str(), if *takes_value { "?" } else { "--bogus" }];
            let output = run(&[command, &rest].concat());
            let said = stderr(&output);
            let refused = said.starts_with(&format!("error: {option} has no meaning for "));
            let takes = listed.iter().any(|(name, _)| name == option);
            assert_eq!(output.status.code(), Some(2), "{command:?} {rest:?}: {said}");
            assert_eq!(refused, !takes, "{command:?} {rest:?}: {said}");
        }
    }
}

#[test]
fn options_stand_on_either_side_of_a_command() {
    let around: [(&[&str], &[&str]); 6] = [
        (&["--format", "json"], &["explore", "none"]),
        (&["-i", "3", "--memory=tso"], &["explore", "none"]),
        (&["-vi3", "-s", "none"], &["explore"]),
        (&["--guard", "loop"], &["show", "mutex"]),
        (&["-v"], &["list"]),
        (&["--color", "never"], &["completions", "fish"]),
    ];
    for (options, command) in around {
        let before = run(&[options, command].concat());
        let after = run(&[command, options].concat());
        assert_eq!(before.status.code(), Some(0), "{options:?} {command:?}: {before:?}");
        let unlike = |output: &Output| stdout(output).replace("\n", "").contains("\"command\"");
        match unlike(&before) {
            // A report in JSON holds the command line.
            true => assert!(unlike(&after)),
            false => assert_eq!(stdout(&before), stdout(&after), "{options:?} {command:?}"),
        }
    }
}

#[test]
fn the_short_help_fits_a_terminal_of_24_lines() {
    for command in COMMANDS {
        let help = stdout(&run(&[command, &["-h"]].concat()));
        assert!(help.lines().count() <= 24, "{command:?}: {help}");
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{command:?}: {help}");
    }
}

#[test]
fn the_examples_of_the_help_do_not_wrap() {
    for command in [&[][..], &["explore"], &["judge"], &["step"]] {
        let help = stdout(&run(&[command, &["--help"]].concat()));
        let (_, examples) = help.split_once("\nExamples:\n").expect("there are examples");
        let (examples, _) = examples.split_once("\n\n").expect("something follows");
        assert!(examples.lines().count() > 5);
        for line in examples.lines() {
            let whole = line.starts_with("  syncdemo") || line.starts_with(&" ".repeat(39));
            assert!(whole && line.len() <= 80, "{line}");
        }
    }
}

#[test]
fn help_is_asked_for_in_many_ways() {
    let help = stdout(&run(&["--help"]));
    assert_eq!(stdout(&run(&["help"])), help);
    let of_explore = stdout(&run(&["explore", "--help"]));
    assert_ne!(of_explore, help);
    for args in [&["help", "explore"][..], &["--help", "explore"], &["explore", "none", "--help"]] {
        assert_eq!(stdout(&run(args)), of_explore, "{args:?}");
    }
    assert!(of_explore.contains("[default: 2]") && !of_explore.contains("[default: 5000]"));
}

#[test]
fn the_manual_describes_every_option_of_every_command() {
    let manual = stdout(&run(&["man"])).replace("\\-", "-");
    for command in COMMANDS.iter().filter(|command| !matches!(command, [] | ["run"] | ["help"])) {
        let heading = format!(".SH \"SYNCDEMO {}\"\n", command[0].to_uppercase());
        let (_, section) = manual.split_once(&heading).expect(&heading);
        assert_described(section.split("\n.SH ").next().unwrap_or(section), command);
    }
    assert_described(manual.split("\n.SH \"SYNCDEMO").next().unwrap_or(&manual), &[]);
}

fn assert_described(section: &str, command: &[&str]) {
    for (option, _) in listed(command) {
        let head = format!("\\fB{option}\\fR");
        let mut lines = section.lines().skip_while(|line| {
            line.contains("[\\fB") || line.contains("|\\fB") || !line.contains(&head)
        });
        assert!(lines.next().is_some(), "{command:?}: {option} is missing in {section}");
        let text = lines.next().unwrap_or_default();
        assert!(text.len() > 5 && !text.starts_with('.'), "{command:?} {option}: {text}");
    }
}

#[test]
fn completions_are_what_may_follow_the_words_typed_so_far() {
    let asked: &[(&[&str], &str, &str)] = &[
        (&["no"], "none no-signal", "mutex explore"),
        (&["none", "mu"], "mutex", "none"),
        (&["none,mu"], "none,mutex", "mutex"),
        (&["explore", ""], "mutex peterson-unfenced --memory", "judge --yield"),
        (&["explore", "none", "mu"], "mutex", "none"),
        (&["none", "--resource", ""], "variable file printer", "mutex"),
        (&["--expect", "loss"], "loss lossless", "promise"),
        (&["none", "--yield", ""], "auto never 1/32", "mutex"),
        (&["judge", "--memory", ""], "sc tso", "mutex"),
        (&["step", "none", "--goal", ""], "deadlock both-inside", "mutex"),
        (&["completions", ""], "bash zsh fish", "mutex"),
        (&["--iters", ""], "", "mutex 5000"),
    ];
    for &(typed, offered, others) in asked {
        let args = [&["--", "syncdemo"], typed].concat();
        let output = run_with(&args, &[("SYNCDEMO_COMPLETE", "fish")]);
        assert_eq!((output.status.code(), stderr(&output)), (Some(0), String::new()), "{typed:?}");
        let answer = stdout(&output);
        let answers: Vec<_> = answer.lines().filter_map(|line| line.split('\t').next()).collect();
        let has = |word: &&str| answers.contains(word);
        assert!(offered.split_whitespace().all(|word| has(&word)), "{typed:?}: {answers:?}");
        assert!(!others.split_whitespace().any(|word| has(&word)), "{typed:?}: {answers:?}");
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(stdout(&run(&["completions", shell])).contains("SYNCDEMO_COMPLETE"), "{shell}");
    }
    let output = run_with(&["none"], &[("SYNCDEMO_COMPLETE", "korn")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("unset it"), "{}", stderr(&output));
}

#[test]
fn every_expectation_decides_the_exit_status() {
    // A mutex loses nothing; by this schedule, `none` loses two increments in every run.
    let mutex = ["mutex", "--iters", "100"];
    let none = ["none", "--iters", "2", "--schedule", "2 4x1 3x2", "--runs", "3"];
    for (expect, of_mutex, of_none) in [
        ("promise", 0, 0),
        ("reached", 0, 1),
        ("zero", 0, 1),
        ("missed", 1, 0),
        ("nonzero", 1, 0),
        ("lossless", 0, 1),
        ("loss", 1, 0),
    ] {
        for (args, expected) in [(&mutex[..], of_mutex), (&none[..], of_none)] {
            let args = [args, &["--expect", expect]].concat();
            let (report, status) = json(&args);
            assert_eq!(status, expected, "{args:?}");
            assert_eq!(report["verdict"]["met"], status == 0, "{args:?}");
            let said = stderr(&run(&args));
            assert_eq!(said.is_empty(), status == 0, "{args:?}: {said}");
        }
    }
}

#[test]
fn the_updates_that_a_schedule_loses_are_counted_by_kind() {
    let cases = [
        ("2 4x1 3x2", -2, 2, 0),
        ("1 4x2 3x1", 2, 0, 2),
        ("4x1 4x2", 0, 0, 0),
        ("3x1 4x2 1", 2, 0, 2),
        // Each worker loses one update: zero by cancellation.
        ("1 2x2 1 2 2x1 2", 0, 1, 1),
    ];
    for (schedule, value, increments, decrements) in cases {
        let args = ["none", "--iters", "2", "--schedule", schedule, "--runs", "2"];
        let (report, _) = json(&args);
        for run in harness::runs(&report) {
            assert_eq!(run["final"], value, "{schedule}");
            assert_eq!(run["lost"]["increments"], increments, "{schedule}");
            assert_eq!(run["lost"]["decrements"], decrements, "{schedule}");
            assert_eq!(run["made"], run["planned"], "{schedule}");
        }
    }
}

#[test]
fn outputs_follow_the_ending_of_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (json, csv, txt) = (path("a.json"), path("a.csv"), path("a.txt"));
    // What was there and is longer, must be gone.
    std::fs::write(&txt, "#".repeat(100_000)).expect("written");
    let args = ["none", "mutex", "-q", "--color", "always", "-o", &json, "-o", &csv, "-o", &txt];
    let output = run(&args);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), ""));
    let read = |path: &str| std::fs::read_to_string(path).expect("it is there");
    harness::assert_valid(&serde_json::from_str(&read(&json)).expect("JSON"));
    let csv = read(&csv);
    let widths: Vec<_> = csv.lines().map(|line| line.split(',').count()).collect();
    assert_eq!(widths, [17; 3], "{csv}");
    let text = read(&txt);
    assert!(text.starts_with("2 threads") && !text.contains('\x1b') && !text.contains('#'));
}

#[test]
fn colour_is_as_the_conventions_ask() {
    let session = Session::new();
    let coloured = |args: &[&str], env: &[(&str, &str)]| {
        let mut command = session.command(args);
        command.env_remove("TERM").env_remove("CI").envs(env.iter().copied());
        let output = finish(command.spawn().expect("it is built"));
        stdout(&output).contains('\x1b')
    };
    assert!(!coloured(&["mutex"], &[]), "no terminal");
    assert!(coloured(&["mutex", "--color", "always"], &[]));
    assert!(coloured(&["mutex"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&["mutex", "--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(coloured(&["mutex"], &[("SYNCDEMO_COLOR", "always")]));
    assert!(!coloured(&["mutex"], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(coloured(&["mutex", "--color", "always"], &[("NO_COLOR", "1")]), "what is typed wins");
}

#[test]
fn a_closed_pipe_is_success_and_a_full_disk_is_an_error() {
    let session = Session::new();
    for args in [&["none"][..], &["list"], &["show", "mutex"], &["--help"], &["completions", "zsh"]]
    {
        let mut child = session.start(args);
        drop(child.stdout.take());
        let output = finish(child);
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "{args:?}");
        if let Ok(full) = File::options().write(true).open("/dev/full") {
            let output = finish(session.command(args).stdout(full).spawn().expect("it is built"));
            assert_eq!(output.status.code(), Some(3), "{args:?}");
            assert!(stderr(&output).starts_with("error: stdout could not be written"), "{args:?}");
        }
    }
}

#[cfg(unix)]
#[cfg(linux)]
#[test]
fn a_report_that_cannot_be_written_leaves_what_was_there() {
    let session = Session::new();
    let path = session.place.path().join("old.json");
    std::fs::write(&path, "the report of last week").expect("it is written");
    let command = session.command(&[]);
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "ulimit -f 0; exec \"$0\" none -i 10 -q -o old.json"]);
    shell.arg(command.get_program()).current_dir(session.place.path());
    let output = shell.output().expect("there is a shell");
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(stderr(&output).starts_with("error: old.json could not be written"), "{output:?}");
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "the report of last week");
    assert_eq!(harness::entries(session.place.path()), ["old.json"]);
}

#[cfg(unix)]
#[cfg(linux)]
#[test]
fn without_a_stdout_there_is_a_sentence_and_without_a_stderr_the_status() {
    let session = Session::new();
    for (closed, args, status) in [
        (">&-", "none -i 10", 3),
        (">&-", "--help", 3),
        (">&-", "none -i 10 -q", 0),
        ("2>&-", "mutx", 2),
        ("<&-", "none -p 2 -i 10 -q", 0),
        ("<&- >&- 2>&-", "none -p 2 -i 10 -q", 0),
    ] {
        let program = session.command(&[]).get_program().to_owned();
        let mut shell = std::process::Command::new("sh");
        let script = format!("\"$0\" {args} {closed}");
        let output = shell.args(["-c", &script]).arg(program).output().expect("there is a shell");
        assert_eq!(output.status.code(), Some(status), "{args} {closed}: {output:?}");
        let said = stderr(&output);
        assert_eq!(said.starts_with("error: stdout is closed"), status == 3, "{args}: {said}");
        // Not every command has -q.
        assert!(!said.contains("-q"), "{args}: {said}");
    }
}

#[test]
fn it_needs_neither_home_nor_terminal() {
    let session = Session::new();
    let output = finish(session.command(&["mutex"]).env_clear().spawn().expect("it is built"));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn crowds_of_workers_end_as_well() {
    for (threads, iters) in [("64", "500"), ("1000", "50")] {
        let (report, status) = json(&["none", "mutex", "atomic", "-t", threads, "-i", iters]);
        assert_eq!(status, 0);
        for result in report["results"].as_array().expect("results") {
            assert_eq!(result["runs"][0]["made"], result["runs"][0]["planned"]);
        }
        assert_eq!(report["results"][1]["runs"][0]["final"], 0);
    }
}

#[test]
fn a_single_worker_has_nothing_to_race_with() {
    let output = run(&["none", "--threads", "1"]);
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    assert!(text.contains("one worker: nothing to race with"), "{text}");
    assert!(text.contains("reached zero    yes"), "{text}");
}

#[test]
fn counting_up_has_its_own_value_to_reach() {
    let text = stdout(&run(&["atomic", "--count-up", "--threads", "3", "--iters", "1k"]));
    assert!(text.contains("final value     3,000\n"), "{text}");
    assert!(text.contains("reached 3,000"), "{text}");
}

/// The limit on memory makes some thread fail to start, whoever runs the test.
#[cfg(linux)]
#[test]
fn a_thread_that_cannot_be_started_is_named_and_nothing_is_run() {
    use std::process::{Command, Stdio};

    let script = "ulimit -v 400000; exec \"$0\" none --threads 2000 --format json";
    let mut shell = Command::new("sh");
    // So large that what is left when the next stack does not fit is enough for the others.
    shell.env("RUST_MIN_STACK", "33554432");
    shell.args(["-c", script]).arg(Session::new().command(&[]).get_program());
    let output = shell.stdin(Stdio::null()).output().expect("it ends");
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let said = stderr(&output);
    assert!(said.starts_with("error: thread ") && said.contains(" of 2000 could not be"), "{said}");
    assert!(said.contains("Nothing was run. Use fewer --threads."), "{said}");
    assert_eq!(report(&output)["results"][0]["runs"], serde_json::json!([]));
}

#[test]
fn brief_reports_of_the_lecture_can_be_read_from_the_last_row() {
    let lecture = [
        "--brief",
        "none mutex --brief",
        "none --brief",
        "none --runs 200 --brief",
        "none mutex --runs 20 --brief --yield never",
        "explore none --brief",
        "explore mutex --brief",
        "explore two-locks --brief",
    ];
    for typed in lecture {
        let output = run(&typed.split(' ').collect::<Vec<_>>());
        let text = stdout(&output);
        assert!(!text.is_empty() && text.lines().count() <= 20, "{typed}: {text}");
        for line in text.lines() {
            assert!(line.chars().count() <= 60, "{typed}: {line}");
        }
    }
}

#[test]
fn only_text_is_brief() {
    let explored = |args: &[&str]| {
        let mut report = report(&run(args));
        report["command"].take();
        report
    };
    let plain = ["explore", "none", "--format", "json"];
    let brief = ["explore", "none", "--format", "json", "--brief"];
    assert_eq!(explored(&plain), explored(&brief));
}

#[test]
fn show_says_where_a_strategy_has_more_steps_against_another_worker() {
    for (name, step) in [("dekker", "load(turn)"), ("monitor-if", "wait(free, lock)")] {
        let text = stdout(&run(&["show", name])).replace('\n', " ");
        assert!(
            text.contains(&format!("more steps, such as {step}: syncdemo step {name}.")),
            "{text}"
        );
    }
    assert!(!stdout(&run(&["show", "peterson"])).contains("more steps"));
}

#[test]
fn the_manual_and_the_verbose_pages_say_more() {
    let manual = stdout(&run(&["man"]));
    assert!(manual.contains(".TH syncdemo 1"), "{manual}");
    assert!(manual.contains("iters"), "{manual}");
    let list = stdout(&run(&["list", "-v"]));
    for condition in ["mutual exclusion", "progress", "bounded waiting"] {
        assert!(list.contains(condition), "{condition}: {list}");
    }
    // What an exhibit claims.
    let turns = list.lines().find(|line| line.starts_with("turns ")).unwrap_or_default();
    assert!(turns.split_whitespace().skip(3).eq(["yes"; 3]), "{list}");
    assert!(!stdout(&run(&["list"])).contains("bounded waiting"));
    let (plain, verbose) = (run(&["show", "ticket"]), run(&["show", "ticket", "-v"]));
    assert!(stdout(&verbose).contains("bounded waiting"), "{}", stdout(&verbose));
    assert_ne!(stdout(&plain), stdout(&verbose));
}
