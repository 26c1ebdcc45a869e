//! The command as others see it: started, watched from outside, and looked for afterwards.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// Stands in the environment of the command and of all that it starts.
const MARK: &str = "SYNCDEMO_TEST_MARK";

/// One use of the command, which can be told from all others.
pub(crate) struct Session {
    mark: String,
    /// Where it makes its temporary files.
    pub(crate) place: tempfile::TempDir,
}

impl Session {
    /// With a mark and a place of its own.
    pub(crate) fn new() -> Self {
        let place = tempfile::tempdir().expect("a directory");
        let mark = format!("{MARK}={}", place.path().display());
        Self { mark, place }
    }

    /// The command, without what the environment of the test may hold.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_syncdemo"));
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        for (name, _) in std::env::vars() {
            if name.starts_with("SYNCDEMO_") || name == "NO_COLOR" || name.starts_with("CLICOLOR") {
                command.env_remove(name);
            }
        }
        command.env(MARK, self.place.path()).env("TMPDIR", self.place.path());
        command
    }

    pub(crate) fn start(&self, args: &[&str]) -> Child {
        self.command(args).spawn().expect("it is built")
    }

    /// Runs it to its end, which comes within a bound, and leaves nothing behind.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        let output = finish(self.start(args));
        self.assert_nothing_left();
        output
    }

    /// The report, and the exit status.
    pub(crate) fn json(&self, args: &[&str]) -> (Value, Option<i32>) {
        let output = self.run(&[args, &["--format", "json"]].concat());
        let report = serde_json::from_slice(&output.stdout);
        (report.unwrap_or_else(|error| panic!("{error}: {output:?}")), output.status.code())
    }

    /// The processes that belong to it, alive.
    pub(crate) fn processes(&self) -> Vec<u32> {
        let all = fs::read_dir("/proc").expect("Linux").flatten();
        let numbers = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        numbers.filter(|pid| self.owns(*pid)).collect()
    }

    fn owns(&self, pid: u32) -> bool {
        // Nobody can read the environment of one that has ended and was not collected yet.
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|entry| entry == self.mark.as_bytes())
    }

    /// The workers of a command that has started some: waits until there are so many.
    pub(crate) fn workers(&self, parent: &Child, count: usize) -> Vec<u32> {
        let begin = Instant::now();
        loop {
            let mut workers = self.processes();
            workers.retain(|pid| *pid != parent.id());
            if workers.len() >= count || begin.elapsed() > Duration::from_secs(10) {
                return workers;
            }
            thread::sleep(Duration::from_micros(200));
        }
    }

    /// Neither a process nor a temporary file. The system may take a moment to end a process.
    pub(crate) fn assert_nothing_left(&self) {
        let begin = Instant::now();
        while !self.processes().is_empty() {
            assert!(begin.elapsed() < Duration::from_secs(10), "{:?} are left", self.processes());
            thread::sleep(Duration::from_millis(1));
        }
        let left: Vec<_> = entries(self.place.path());
        assert!(left.iter().all(|name| !name.starts_with("syncdemo")), "{left:?} are left");
    }
}

pub(crate) fn entries(place: &Path) -> Vec<String> {
    let all = fs::read_dir(place).expect("it is there").flatten();
    all.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Waits for its end, within a bound.
pub(crate) fn finish(child: Child) -> Output {
    let pid = child.id();
    let (sender, ended) = std::sync::mpsc::channel();
    let waiter = thread::spawn(move || {
        let output = child.wait_with_output();
        let _ = sender.send(());
        output
    });
    if ended.recv_timeout(Duration::from_secs(120)).is_err() {
        signal(pid, "KILL");
        panic!("it did not end");
    }
    waiter.join().expect("it waits").expect("it ends")
}

/// Sends a signal to a process that the test has started, or that such a one has.
pub(crate) fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &pid.to_string()]).output();
    sent.expect("there is a command kill");
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// In one line, however it was broken.
pub(crate) fn stderr(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).expect("text");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What must hold in the account of any run, whatever happened.
pub(crate) fn assert_honest(run: &Value) {
    let number = |path: &str| run.pointer(path).and_then(Value::as_i64).expect("a number");
    let (up, down) = (number("/kept/increments"), number("/kept/decrements"));
    assert_eq!(number("/final"), up - down, "{run}");
    for kind in ["increments", "decrements"] {
        let of = |what: &str| number(&format!("/{what}/{kind}"));
        assert_eq!(of("made"), of("kept") + of("lost"), "{run}");
        assert!(of("made") <= of("planned"), "{run}");
    }
    let died = run["deaths"].as_array().is_some_and(|deaths| !deaths.is_empty());
    let unmade = run["made"] != run["planned"];
    assert!(!(died && unmade && run["reached"] == true), "{run}");
}
