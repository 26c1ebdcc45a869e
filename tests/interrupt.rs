//! Signals in the middle: partial results, marked; no worker is left.
#![cfg(target_os = "linux")]

use std::fs::read_dir;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::prelude::*;
use serde_json::Value;

/// Starts the command, and waits until its workers run, so that a signal finds it at work.
fn started(args: &[&str]) -> Child {
    let mut command = Command::cargo_bin("syncdemo").expect("it is built");
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("it runs");
    let tasks = format!("/proc/{}/task", child.id());
    wait_until(|| read_dir(&tasks).is_ok_and(|tasks| tasks.count() > 1));
    child
}

fn wait_until(is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(60), "it does not come about");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn signal(child: &Child, name: &str) {
    let kill = Command::new("kill").args(["-s", name, &child.id().to_string()]).status();
    assert!(kill.expect("kill runs").success());
}

/// Long enough not to end by itself, with or without a signal within a run.
const ENDLESS: [&[&str]; 2] =
    [&["mutex", "semaphore", "--iters", "4000M"], &["none", "--runs", "1M", "--iters", "50"]];

#[test]
fn a_signal_prints_what_is_known_and_the_command_dies_by_it() {
    use std::os::unix::process::ExitStatusExt;

    for args in ENDLESS {
        for (name, number) in [("INT", 2), ("TERM", 15)] {
            let child = started(&[args, &["--format", "json"]].concat());
            signal(&child, name);
            let output = child.wait_with_output().expect("it ends");
            assert_eq!(output.status.signal(), Some(number), "{args:?}: {output:?}");
            let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
            assert_eq!(report["interrupted"], true);
            assert_eq!(report["exit_status"], 128 + number);
            assert_eq!(report["verdict"], Value::Null);
            let schema = include_str!("../schemas/report.schema.json");
            let schema = serde_json::from_str(schema).expect("the schema is JSON");
            assert!(jsonschema::is_valid(&schema, &report), "{report}");
        }
    }
}

#[test]
fn the_text_is_headed_interrupted() {
    let child = started(&["mutex", "--iters", "4000M"]);
    signal(&child, "INT");
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(text.starts_with("INTERRUPTED\n"), "{text}");
    assert!(text.contains("still to be made, nothing was lost"), "{text}");
}
