//! Processes as workers, and workers that die.

#![cfg(linux)]
#![allow(clippy::print_stderr, reason = "what could not be tried is said")]

mod harness;

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use harness::{Session, assert_honest, finish, report, runs, signal, stderr, stdout, sum};
use serde_json::Value;

#[test]
fn processes_keep_what_threads_keep() {
    let session = Session::new();
    for more in [&["-r", "3"][..], &["--guard", "loop"], &["--yield", "never"], &["--count-up"]] {
        let all = [
            "mutex",
            "semaphore",
            "monitor",
            "spinlock",
            "ticket",
            "clh",
            "dekker",
            "peterson",
            "bakery",
            "filter",
            "atomic",
            "cas",
        ];
        let (report, status) = session.json(&[&all[..], &["-p", "2", "-i", "500"], more].concat());
        assert_eq!(status, 0, "{report:#}");
        assert_eq!(report["plan"]["workers"]["kind"], "processes");
        for run in runs(&report) {
            assert_honest(run);
            assert_eq!((sum(run, "lost"), &run["made"]), (0, &run["planned"]));
            assert_eq!(run["reached"], true);
        }
    }
    let text = stdout(&session.run(&["none", "mutex", "-p", "3", "-i", "300"]));
    assert!(text.starts_with("3 processes, one counter: 1 adds 1, 1 subtracts 1"), "{text}");
}

#[test]
fn the_trace_of_processes_accounts_for_every_lost_update() {
    let session = Session::new();
    for more in [&["-p", "3", "--yield", "1/3"][..], &["-p", "2", "--count-up"]] {
        let all = &["none", "atomic", "cas", "semaphore", "--permits", "2", "-i", "500", "--trace"];
        let (report, _) = session.json(&[&all[..], more].concat());
        for run in runs(&report) {
            assert_honest(run);
            let trace = &run["trace"];
            assert_eq!((&trace["made"], &trace["lost"]), (&run["made"], &run["lost"]));
            let pairs = trace["overwrote"].as_array().expect("pairs of workers");
            let count = |pair: &Value| pair["increments"].as_u64().zip(pair["decrements"].as_u64());
            let counts = pairs.iter().filter_map(count);
            let lost: u64 = counts.map(|(up, down)| up + down).sum();
            assert_eq!(lost, sum(run, "lost"));
        }
    }
}

#[test]
fn sixty_four_processes_are_started_and_gone_afterwards() {
    let session = Session::new();
    let (report, status) = session.json(&["mutex", "semaphore", "-p", "64", "-i", "50"]);
    assert_eq!(status, 0);
    assert!(runs(&report).all(|run| sum(run, "lost") == 0 && run["reached"] == true));
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
        (
            &["mutex", "--kill"],
            "--kill needs processes, a thread cannot be killed without the others",
        ),
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
        let args = [&["mutex", "-i", "50", "--format", "json"], args].concat();
        let output = session.run_with(&args, env);
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
fn exactly_what_a_worker_that_was_killed_inside_had_to_make_is_missing() {
    let cases: &[(&[&str], bool)] = &[
        (&["mutex", "-r", "5"], true),
        (&["mutex", "-r", "5", "--guard", "loop"], true),
        (&["mutex", "--resource", "printer"], true),
        // The system releases the lock on a file.
        (&["filelock", "--resource", "file"], false),
        (&["cas"], false),
    ];
    let session = Session::new();
    for (args, inherited) in cases {
        let (report, status) = session.json(&[*args, &["-p", "3", "--kill", "-i", "500"]].concat());
        assert_eq!(status, 0, "{report:#}");
        for run in runs(&report) {
            assert_honest(run);
            // Worker 3 makes an increment and a decrement in each iteration.
            assert_eq!((sum(run, "lost"), &run["final"]), (0, &250.into()), "{run}");
            assert_eq!(run["made"]["increments"], 1000, "{run}");
            assert_eq!(run["made"]["decrements"], 750, "{run}");
            let death = &run["deaths"][0];
            assert_eq!((&death["worker"], &death["asked"]), (&2.into(), &true.into()), "{run}");
            assert_eq!(death["inherited_by"].is_u64(), *inherited, "{run}");
            let inside = &run["peak_inside"];
            assert!(inside == 1 || inside.is_null(), "a dead worker is not inside: {run}");
        }
    }
}

#[test]
fn a_worker_that_died_with_what_nobody_gives_back_is_waited_for_until_the_timeout() {
    let session = Session::new();
    let cases = [
        ("semaphore", "worker 2 died with the only permit; worker"),
        ("semaphore", "a semaphore has no owner to take it back from"),
        ("spinlock", "Worker 2 died inside, and never leaves; worker"),
        ("monitor", "sleep on free, and no worker notifies it"),
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
    assert_eq!((status, &report["verdict"]), (3, &Value::Null));
    runs(&report).for_each(assert_honest);
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
    let report = report(&output);
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
        assert!(stderr(&output).contains("__worker is internal to --processes"), "{output:?}");
    }
    let help = stdout(&session.run(&["--help"])) + &stdout(&session.run(&["completions", "bash"]));
    assert!(!help.contains("__worker"));
}

#[test]
fn where_proc_is_missing_the_sentence_says_so() {
    let session = Session::new();
    let run = |args: &[&str]| {
        let command = session.command(args);
        let mut outer = Command::new("unshare");
        let script = "umount -l /proc && exec \"$0\" \"$@\"";
        outer.args(["--mount", "sh", "-c", script]).arg(command.get_program()).args(args);
        outer.output().expect("it is a command")
    };
    if run(&["none", "-q", "-i", "10"]).status.code() != Some(0) {
        eprintln!("without /proc: not tried, this user may not take it away");
        return;
    }
    let cases: [(&[&str], &str); 3] = [
        (
            &["mutex", "-p", "2"],
            "Processes need /proc and /dev/null: mount them, or use --threads.",
        ),
        (&["mutex", "--resource", "file"], "a file without a name (--file) needs /proc"),
        (&["mutex", "--resource", "printer"], "a printer needs /proc"),
    ];
    for (args, sentence) in cases {
        let output = run(args);
        assert_eq!(output.status.code(), Some(3), "{args:?}: {output:?}");
        assert!(stderr(&output).contains(sentence), "{args:?}: {}", stderr(&output));
        assert!(!stderr(&output).contains("fewer"), "{args:?}: {}", stderr(&output));
    }
}
