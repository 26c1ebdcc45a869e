//! Processes, files, a printer, copies, and workers that die: the command from outside.

#![cfg(target_os = "linux")]

mod harness;

use std::fs;
use std::os::unix::fs::FileExt;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use harness::{Session, assert_honest, entries, finish, signal, stderr, stdout};
use serde_json::Value;

fn assert_valid(report: &Value) {
    let schema = include_str!("../schemas/report.schema.json");
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let errors: Vec<_> = validator.iter_errors(report).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?} in {report:#}");
}

/// The runs of all strategies in a report.
fn runs(report: &Value) -> impl Iterator<Item = &Value> {
    let results = report["results"].as_array().expect("results");
    results.iter().flat_map(|result| result["runs"].as_array().expect("runs"))
}

fn lost(run: &Value) -> u64 {
    let lost = |kind| run["lost"][kind].as_u64().expect("a number");
    lost("increments") + lost("decrements")
}

#[test]
fn processes_keep_what_threads_keep() {
    let session = Session::new();
    for more in [&["-r", "3"][..], &["--guard", "loop"], &["--yield", "never"], &["--count-up"]] {
        let all = ["mutex", "semaphore", "spinlock", "ticket", "peterson", "atomic", "cas"];
        let (report, status) = session.json(&[&all[..], &["-p", "2", "-i", "500"], more].concat());
        assert_eq!(status, Some(0), "{report:#}");
        assert_valid(&report);
        assert_eq!(report["plan"]["workers"]["kind"], "processes");
        for run in runs(&report) {
            assert_honest(run);
            assert_eq!(lost(run), 0);
            assert_eq!(run["reached"], true);
        }
    }
    let text = stdout(&session.run(&["none", "mutex", "-p", "3", "-i", "300"]));
    assert!(text.starts_with("3 processes, one counter: 1 adds 1, 1 subtracts 1"), "{text}");
}

#[test]
fn sixty_four_processes_are_started_and_gone_afterwards() {
    let session = Session::new();
    let (report, status) = session.json(&["mutex", "semaphore", "-p", "64", "-i", "50"]);
    assert_eq!(status, Some(0));
    assert!(runs(&report).all(|run| lost(run) == 0 && run["reached"] == true));
}

#[test]
fn what_makes_no_sense_is_refused_in_a_sentence_that_names_the_remedy() {
    let session = Session::new();
    let notes = session.place.path().join("notes.txt");
    fs::write(&notes, "my thesis").expect("it is written");
    let notes = notes.to_str().expect("text");
    let wrong: &[(&[&str], &str)] = &[
        (&["-t", "2", "-p", "2"], "--threads and --processes exclude each other"),
        (&["-p", "1"], "at least 2 are needed"),
        (&["-p", "65"], "at most 64 are possible"),
        (&["--copies", "0"], "at least 1 is needed"),
        (&["--copies", "65"], "at most 64 are possible"),
        (&["peterson", "-p", "3"], "peterson serves 2 workers, not 3. Use --processes 2"),
        (&["mutex", "--kill"], "--kill needs processes, a thread cannot die alone"),
        (&["atomic", "-p", "2", "--kill"], "no moment between to be killed at: use mutex"),
        (&["atomic", "--work", "10"], "no time for --work between"),
        (&["none", "--file", "x.txt"], "add --resource file"),
        (&["filelock"], "filelock locks the file that is shared: add --resource file"),
        (&["atomic", "--resource", "file"], "as atomic does: use mutex or filelock"),
        (&["none", "cas", "--resource", "printer"], "as cas does: use mutex or semaphore"),
        (&["cas", "--copies", "2"], "leave out --copies"),
        (&["none", "--resource", "disk"], "not one of variable, file, printer"),
        (&["none", "--resource", "file", "--file", notes], "name another file"),
        (&["none", "--resource", "file", "--file", "/"], "it is no ordinary file"),
    ];
    for (args, sentence) in wrong {
        let output = session.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {output:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
        assert!(stderr(&output).contains(sentence), "{args:?}: {}", stderr(&output));
    }
    assert_eq!(fs::read_to_string(notes).expect("it is there"), "my thesis");
}

#[test]
fn what_is_typed_wins_over_the_variable_of_the_other_kind_of_workers() {
    let session = Session::new();
    let kind = |args: &[&str], env: &[(&str, &str)]| {
        let mut command =
            session.command(&[&["mutex", "-i", "50", "--format", "json"], args].concat());
        command.envs(env.iter().copied());
        let output = finish(command.spawn().expect("it is built"));
        (stdout(&output), stderr(&output), output.status.code())
    };
    let processes = ("SYNCDEMO_PROCESSES", "3");
    let threads = ("SYNCDEMO_THREADS", "4");
    assert!(kind(&[], &[processes]).0.contains("\"kind\": \"processes\""));
    assert!(kind(&["-t", "2"], &[processes]).0.contains("\"kind\": \"threads\""));
    assert!(kind(&["-p", "2"], &[threads]).0.contains("\"kind\": \"processes\""));
    let (_, said, status) = kind(&[], &[processes, threads]);
    assert_eq!(status, Some(2));
    assert!(said.contains("SYNCDEMO_THREADS and SYNCDEMO_PROCESSES exclude each other"), "{said}");
    let (_, said, status) = kind(&[], &[("SYNCDEMO_PROCESSES", "x")]);
    assert_eq!((status, said.contains("SYNCDEMO_PROCESSES is 'x'")), (Some(2), true), "{said}");
}

#[test]
fn a_file_is_kept_under_its_name_and_says_what_the_report_says() {
    let session = Session::new();
    let path = session.place.path().join("counter.txt");
    let name = path.to_str().expect("text");
    for kind in ["-t", "-p"] {
        for strategy in ["none", "mutex", "semaphore", "filelock"] {
            let args = [strategy, kind, "2", "-i", "300", "--resource", "file", "--file", name];
            let (report, status) = session.json(&args);
            assert_eq!(status, Some(0), "{report:#}");
            assert_valid(&report);
            let run = &report["results"][0]["runs"][0];
            assert_honest(run);
            let (value, kept) = (&run["final"], &run["kept"]);
            let text = format!("{value} = +{} -{}", kept["increments"], kept["decrements"]);
            assert_eq!(fs::read_to_string(&path).expect("it is kept").trim_end(), text);
            assert!(strategy == "none" || lost(run) == 0, "{strategy} {kind}");
        }
    }
    assert_eq!(entries(session.place.path()), ["counter.txt"]);
    let text =
        stdout(&session.run(&["filelock", "-i", "100", "--resource", "file", "--file", name]));
    assert!(text.contains("holds 0 = +100 -100\n"), "{text}");
}

#[test]
fn a_file_without_a_name_leaves_nothing_and_one_that_cannot_be_made_is_status_3() {
    let session = Session::new();
    let (report, status) = session.json(&["mutex", "--resource", "file", "-i", "200"]);
    assert_eq!((status, runs(&report).count()), (Some(0), 1));
    let mut command = session.command(&["mutex", "--resource", "file"]);
    let output = finish(command.env("TMPDIR", "/nowhere").spawn().expect("it is built"));
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("no file can be made in /nowhere"), "{}", stderr(&output));
    let there = session.place.path().join("missing/counter.txt");
    let args = ["mutex", "--resource", "file", "--file", there.to_str().expect("text")];
    assert_eq!(session.run(&args).status.code(), Some(3));
}

#[test]
fn a_file_that_vanishes_or_is_changed_to_nonsense_is_status_3_and_a_sentence() {
    for nonsense in [false, true] {
        let session = Session::new();
        let path = session.place.path().join("counter.txt");
        let name = path.to_str().expect("text").to_owned();
        let args =
            ["mutex", "-p", "2", "-i", "1000", "--work", "1M", "--resource", "file", "--file"];
        let child = session.start(&[&args[..], &[&name, "--format", "json"]].concat());
        while !path.exists() {
            thread::sleep(Duration::from_millis(1));
        }
        session.workers(&child, 2);
        thread::sleep(Duration::from_millis(50));
        if nonsense {
            // Not longer than the counter, which the next write would make whole again.
            let file = fs::OpenOptions::new().write(true).open(&path).expect("it is there");
            file.set_len(3).and_then(|()| file.write_all_at(b"boo", 0)).expect("it is ours");
            file.set_len(1000).expect("it is ours");
        } else {
            fs::remove_file(&path).expect("it is there");
            signal(child.id(), "INT");
        }
        let output = finish(child);
        session.assert_nothing_left();
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        assert_honest(&report["results"][0]["runs"][0]);
        if nonsense {
            assert_eq!(output.status.code(), Some(3));
            assert!(stderr(&output).contains("somebody else has changed it"), "{output:?}");
        }
    }
}

#[test]
fn a_file_that_has_vanished_by_the_end_is_missed() {
    let session = Session::new();
    let path = session.place.path().join("counter.txt");
    let name = path.to_str().expect("text").to_owned();
    let args = ["mutex", "-i", "300", "--work", "1M", "--resource", "file", "--file", &name];
    let child = session.start(&args);
    // Both workers have opened it once both have made an update.
    let both = |text: String| !text.is_empty() && !text.contains("+0") && !text.contains("-0");
    let began = std::time::Instant::now();
    while !fs::read_to_string(&path).is_ok_and(both) {
        assert!(began.elapsed() < Duration::from_secs(60), "nobody gets on");
        thread::sleep(Duration::from_millis(1));
    }
    fs::remove_file(&path).expect("it is there");
    let output = finish(child);
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("counter.txt vanished during the run"), "{output:?}");
    assert!(stdout(&output).contains("increments         300      300"), "{output:?}");
}

#[test]
fn guarded_records_come_out_whole() {
    let session = Session::new();
    for kind in ["-t", "-p"] {
        let args = ["mutex", "semaphore", "none", kind, "3", "-i", "200", "--resource", "printer"];
        let (report, status) = session.json(&args);
        assert_eq!(status, Some(0));
        assert_valid(&report);
        runs(&report).for_each(assert_honest);
        for run in runs(&report).take(2) {
            assert_eq!((lost(run), run["torn_lines"].as_u64()), (0, Some(0)));
        }
    }
    let text = stdout(&session.run(&["mutex", "-i", "100", "--resource", "printer"]));
    assert!(text.contains("paper           200 records can be read, 0 lines cannot\n"), "{text}");
}

#[test]
fn as_many_copies_as_permits_lose_nothing_and_the_sum_counts() {
    let session = Session::new();
    for resource in ["variable", "file", "printer"] {
        let common = ["--copies", "3", "-t", "8", "-i", "200", "--resource", resource];
        let (report, status) = session.json(&[&["semaphore", "mutex"], &common[..]].concat());
        assert_eq!(status, Some(0));
        assert_valid(&report);
        assert_eq!(report["plan"]["permits"], 3);
        for run in runs(&report) {
            assert_eq!((lost(run), &run["reached"]), (0, &Value::from(true)), "{resource}");
            let copies = run["copies"].as_array().expect("there are three");
            let sum: i64 = copies.iter().filter_map(|copy| copy["value"].as_i64()).sum();
            assert_eq!((copies.len(), Some(sum)), (3, run["final"].as_i64()));
        }
        assert!(report["results"][1]["runs"][0]["peak_inside"] == 1, "mutex lets one in");
    }
    let (report, _) = session.json(&["none", "--copies", "4", "-t", "4", "-i", "2000"]);
    assert!(runs(&report).all(|run| lost(run) == 0), "a copy for each: nothing is shared");
    let text = stdout(&session.run(&["show", "semaphore", "--copies", "3"]));
    let steps =
        ["wait(permits)", "take a free copy", "seen <- counter", "give the copy back", "signal"];
    let places: Vec<_> = steps.iter().map(|step| text.find(step).expect("it is shown")).collect();
    assert!(places.is_sorted(), "{text}");
}

#[test]
fn a_mutex_survives_the_death_of_its_owner_and_exactly_what_it_had_to_make_is_missing() {
    let session = Session::new();
    for guard in ["update", "loop"] {
        let args = ["mutex", "-p", "3", "--kill", "-i", "500", "--guard", guard, "-r", "5"];
        let (report, status) = session.json(&args);
        assert_eq!(status, Some(0), "{report:#}");
        assert_valid(&report);
        assert_eq!(runs(&report).count(), 5);
        for run in runs(&report) {
            assert_honest(run);
            assert_eq!((lost(run), run["final"].as_i64()), (0, Some(250)), "{run}");
            assert_eq!(run["made"]["decrements"], 750);
            let death = &run["deaths"][0];
            assert_eq!((&death["worker"], &death["inside"]), (&2.into(), &true.into()));
            assert!(death["inherited_by"].is_u64(), "{run}");
            assert_eq!(run["peak_inside"], 1, "the dead are not inside");
        }
    }
}

#[test]
fn who_died_holding_what_nobody_gives_back_is_waited_for_until_the_timeout() {
    let session = Session::new();
    let cases = [
        ("semaphore", "worker 2 died with the only permit; worker"),
        ("semaphore", "a semaphore has no owner to take it back from"),
        ("spinlock", "Worker 2 died inside, and will never leave; worker"),
        ("ticket", "spin until the number of this worker is served"),
    ];
    for (strategy, sentence) in cases {
        let args = [strategy, "-p", "3", "--kill", "-i", "500", "--timeout", "300ms"];
        let output = session.run(&args);
        assert_eq!(output.status.code(), Some(3), "{strategy}");
        let said = stderr(&output);
        assert!(said.to_lowercase().contains(&sentence.to_lowercase()), "{strategy}: {said}");
        assert!(stdout(&output).starts_with("PARTIAL\n"), "{strategy}");
    }
    let (report, status) = session.json(&["peterson", "-p", "2", "--kill", "--timeout", "300ms"]);
    assert_eq!((status, &report["verdict"]), (Some(3), &Value::Null));
    runs(&report).for_each(assert_honest);
}

#[test]
fn the_system_lets_go_of_the_lock_on_a_file_whose_owner_died() {
    let session = Session::new();
    let args = ["filelock", "-p", "3", "--kill", "-i", "200", "--resource", "file"];
    let (report, status) = session.json(&args);
    assert_eq!(status, Some(0), "{report:#}");
    for run in runs(&report) {
        assert_honest(run);
        assert_eq!((lost(run), run["final"].as_i64()), (0, Some(100)));
    }
}

#[test]
fn a_worker_killed_by_somebody_else_is_said_to_have_died() {
    let session = Session::new();
    let args = ["mutex", "-p", "2", "-i", "100M", "--timeout", "1s", "--format", "json"];
    let child = session.start(&args);
    let workers = session.workers(&child, 2);
    thread::sleep(Duration::from_millis(20));
    signal(workers[0], "KILL");
    thread::sleep(Duration::from_millis(50));
    signal(child.id(), "INT");
    let output = finish(child);
    session.assert_nothing_left();
    assert!(matches!(output.status.code(), None | Some(130 | 3)), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let run = &report["results"][0]["runs"][0];
    assert_honest(run);
    assert_eq!(run["deaths"][0]["asked"], false);
}

#[test]
fn no_process_outlives_one_that_was_interrupted_or_killed() {
    for name in ["INT", "TERM", "KILL"] {
        let session = Session::new();
        let child = session.start(&["semaphore", "-p", "8", "-i", "100M"]);
        assert_eq!(session.workers(&child, 8).len(), 8);
        signal(child.id(), name);
        let output = finish(child);
        session.assert_nothing_left();
        assert_eq!(stdout(&output).starts_with("INTERRUPTED"), name != "KILL", "{output:?}");
    }
}

#[test]
fn a_worker_that_nobody_started_ends_with_a_sentence() {
    let session = Session::new();
    for (input, args) in [("/dev/null", &["__worker"][..]), ("/dev/zero", &["__worker", "0"])] {
        let input = fs::File::open(input).expect("it is there");
        let mut command = session.command(args);
        let output = finish(command.stdin(Stdio::from(input)).spawn().expect("it is built"));
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("syncdemo starts by itself"), "{output:?}");
    }
    let help = stdout(&session.run(&["--help"])) + &stdout(&session.run(&["completions", "bash"]));
    assert!(!help.contains("__worker"));
}
