//! Signals in the middle: partial results, marked; no worker is left.

#![cfg(linux)]
#![allow(clippy::print_stderr, reason = "what could not be tried is said")]

mod harness;

use std::fs::read_dir;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use harness::{Session, finish, report, signal, stdout, wait_until};
use serde_json::Value;

const SIGNALS: [(&str, i32); 3] = [("INT", 2), ("TERM", 15), ("HUP", 1)];

/// Starts the command, and waits until its workers run, so that a signal finds it at work.
fn started(session: &Session, args: &[&str]) -> Child {
    let child = session.start(args);
    let tasks = format!("/proc/{}/task", child.id());
    wait_until("a worker runs", || read_dir(&tasks).is_ok_and(|tasks| tasks.count() > 1));
    child
}

/// Starts an exploration, and waits until the command listens to signals.
fn exploring(session: &Session, args: &[&str]) -> Child {
    let child = session.start(&[&["explore"], args].concat());
    let status = format!("/proc/{}/status", child.id());
    wait_until("it listens to TERM", || {
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        caught.is_some_and(|mask| mask >> (15 - 1) & 1 == 1)
    });
    child
}

/// Asserts that the command died by the signal, and that its report is marked; returns that.
fn assert_interrupted(output: &Output, number: i32) -> Value {
    assert_eq!(output.status.signal(), Some(number), "{output:?}");
    let report = report(output);
    assert_eq!(report["interrupted"], true, "{report}");
    assert_eq!(report["exit_status"], 128 + number, "{report}");
    assert_eq!(report["verdict"], Value::Null, "{report}");
    report
}

#[test]
fn the_time_in_which_the_program_was_stopped_does_not_count_as_no_progress() {
    let session = Session::new();
    let slow = ["mutex", "-i", "2", "--work", "200ms", "--timeout", "1s"];
    let child = started(&session, &slow);
    thread::sleep(Duration::from_millis(50));
    signal(child.id(), "STOP");
    thread::sleep(Duration::from_millis(1300));
    signal(child.id(), "CONT");
    let output = finish(child);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

/// Long enough not to end by itself, with or without a signal within a run.
const ENDLESS: [&[&str]; 3] = [
    &["mutex", "semaphore", "--iters", "4000M"],
    &["none", "--runs", "1M", "--iters", "50"],
    &["selftest", "--thorough"],
];

#[test]
fn a_signal_prints_what_is_known_and_the_command_dies_by_it() {
    for args in ENDLESS {
        for (name, number) in SIGNALS {
            let session = Session::new();
            let child = started(&session, &[args, &["--format", "json"]].concat());
            signal(child.id(), name);
            assert_interrupted(&finish(child), number);
            session.assert_nothing_left();
        }
    }
}

#[test]
fn the_text_is_headed_interrupted() {
    let session = Session::new();
    let child = started(&session, &["mutex", "--iters", "4000M"]);
    signal(child.id(), "INT");
    let text = stdout(&finish(child));
    assert!(text.starts_with("INTERRUPTED\n"), "{text}");
    assert!(text.contains("still to be made, nothing was lost"), "{text}");
}

#[test]
fn a_signal_while_one_large_strategy_is_explored_gives_what_is_known() {
    for (name, number) in SIGNALS {
        let session = Session::new();
        let args = ["none", "-t", "4", "-i", "10", "--max-states", "1000M", "--format", "json"];
        let child = exploring(&session, &args);
        thread::sleep(Duration::from_millis(100));
        signal(child.id(), name);
        let report = assert_interrupted(&finish(child), number);
        assert_eq!(report["explorations"][0]["complete"], false, "{report}");
    }
}

/// Each takes a moment, and together they take longer than a signal needs to arrive.
const SMALL: [&str; 8] =
    ["none", "mutex", "semaphore", "atomic", "cas", "ticket", "spinlock", "peterson"];

#[test]
fn a_signal_while_several_small_strategies_are_explored_is_not_swallowed() {
    let mut interrupted = 0;
    for (pause, (name, number)) in (0..10).flat_map(|pause| SIGNALS.map(|signal| (pause, signal))) {
        let session = Session::new();
        let child = exploring(&session, &[&SMALL[..], &["-i", "12", "--format", "json"]].concat());
        thread::sleep(Duration::from_millis(pause));
        signal(child.id(), name);
        let output = finish(child);
        if report(&output)["interrupted"] == true {
            assert_interrupted(&output, number);
            interrupted += 1;
        } else {
            // It may have ended just before: then nothing is missing.
            let explored = report(&output)["explorations"].as_array().map(Vec::len);
            assert_eq!(explored, Some(SMALL.len()), "some are missing, and nothing says so");
        }
    }
    assert!(interrupted > 0, "no signal arrived in time");
}

#[test]
fn a_second_signal_within_a_second_is_the_same_request() {
    for args in ENDLESS {
        let session = Session::new();
        let child = started(&session, &[args, &["--format", "json"]].concat());
        signal(child.id(), "INT");
        signal(child.id(), "INT");
        assert_interrupted(&finish(child), 2);
    }
}

#[test]
fn a_second_signal_later_than_a_second_ends_the_command_at_once() {
    let session = Session::new();
    // The report does not fit into a pipe that is full, and that nobody reads.
    let (_reader, mut full) = std::io::pipe().expect("a pipe");
    rustix::fs::fcntl_setfl(&full, rustix::fs::OFlags::NONBLOCK).expect("it is ours");
    while std::io::Write::write(&mut full, &[b' '; 512]).is_ok() {}
    rustix::fs::fcntl_setfl(&full, rustix::fs::OFlags::empty()).expect("it is ours");
    let mut command = session.command(&["none", "--runs", "1M", "--iters", "50"]);
    let child = command.stdout(full).spawn().expect("it is built");
    drop(command);
    thread::sleep(Duration::from_secs(2));
    signal(child.id(), "INT");
    thread::sleep(Duration::from_millis(1500));
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    assert!(!status.expect("it still writes").contains("zombie"), "it still writes");
    signal(child.id(), "TERM");
    wait_until("it has ended", || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
        status.is_ok_and(|status| status.contains("zombie"))
    });
    assert_eq!(finish(child).status.signal(), Some(15));
    session.assert_nothing_left();
}

/// As `timeout` does, which signals the command and then its group: a marked report is left in all
/// places.
#[test]
fn a_command_that_is_ended_by_timeout_leaves_a_marked_report_everywhere() {
    for _ in 0..3 {
        let session = Session::new();
        let args = ["none", "--runs", "1M", "--format", "json", "-o", "z.json"];
        let command = session.command(&args);
        let mut timeout = Command::new("timeout");
        timeout.arg("0.5").arg(command.get_program()).args(args).stdout(Stdio::piped());
        let output = timeout.current_dir(session.place.path()).output().expect("it is a command");
        assert_eq!(output.status.code(), Some(124), "{output:?}");
        let printed = report(&output);
        assert_eq!((&printed["interrupted"], &printed["exit_status"]), (&true.into(), &143.into()));
        let written = std::fs::read(session.place.path().join("z.json")).expect("it is there");
        assert!(written == output.stdout, "the file and stdout differ");
        session.assert_nothing_left();
    }
}

/// The system ignores what a signal does by itself to process 1, as which a container starts it.
#[test]
fn as_process_1_it_ends_by_a_signal_with_a_status_and_a_report() {
    let isolated = ["--pid", "--fork", "--mount-proc", "--kill-child"];
    if !Command::new("unshare").args(isolated).arg("true").status().is_ok_and(|it| it.success()) {
        eprintln!("process 1: not tried, this user may not make a namespace");
        return;
    }
    let tasks: [&[&str]; 3] = [
        &["mutex", "--iters", "4000M"],
        &["mutex", "-p", "2", "--iters", "4000M"],
        &[
            "explore",
            "none",
            "-t",
            "8",
            "--memory",
            "tso",
            "--max-states",
            "1000M",
            "--max-memory",
            "4G",
        ],
    ];
    for task in tasks {
        for (name, number) in SIGNALS {
            let session = Session::new();
            let command =
                session.command(&[task, &["--format", "json", "-o", "ready.txt"]].concat());
            let mut outer = Command::new("unshare");
            outer.args(isolated).arg(command.get_program()).args(command.get_args());
            outer.current_dir(session.place.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let outer = outer.spawn().expect("it is a command");
            // The file is opened just before it listens, and so is a moment too early.
            wait_until("it is at work", || session.place.path().join("ready.txt").exists());
            thread::sleep(Duration::from_millis(100));
            let children = format!("/proc/{0}/task/{0}/children", outer.id());
            let inner = std::fs::read_to_string(children).expect("it runs");
            signal(inner.trim().parse().expect("it has a child"), name);
            let output = finish(outer);
            assert_eq!(output.status.code(), Some(128 + number), "{task:?} {name}: {output:?}");
            assert_eq!(report(&output)["interrupted"], true, "{task:?} {name}");
        }
    }
}

#[test]
fn with_chld_ignored_the_ends_of_processes_are_still_noticed() {
    let session = Session::new();
    let command = session.command(&["mutex", "-p", "2", "-i", "100", "--format", "json"]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' CHLD; exec \"$0\" \"$@\""]);
    let output = shell.arg(command.get_program()).args(command.get_args()).output();
    let output = output.expect("there is a shell");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(report(&output)["results"][0]["runs"][0]["reached"], true);
}
