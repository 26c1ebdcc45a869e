//! Starts the command, watches it from outside, and looks for what it left behind.

#![allow(dead_code, reason = "each test uses a part of it")]

mod clean;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// Stands in the environment of the command and of all that it starts.
const MARK: &str = "SYNCDEMO_TEST_MARK";
/// Longer than any command takes on a busy machine.
const BOUND: Duration = Duration::from_secs(120);

/// One use of the command; its processes can be told from all others.
pub(crate) struct Session {
    program: PathBuf,
    mark: String,
    /// Where it runs, and makes its temporary files.
    pub(crate) place: tempfile::TempDir,
}

impl Session {
    pub(crate) fn new() -> Self {
        // Cargo tells the tests of one package about the programs of that package.
        let program = option_env!("CARGO_BIN_EXE_syncdemo");
        Self::of(program.expect("a test of the package syncdemo"))
    }

    /// A session of another program, which is syncdemo with strategies of its own.
    pub(crate) fn of(program: impl Into<PathBuf>) -> Self {
        let place = tempfile::tempdir().expect("a directory");
        let mark = format!("{MARK}={}", place.path().display());
        Self { program: program.into(), mark, place }
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = clean::clean(&self.program);
        command.args(args).current_dir(self.place.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env(MARK, self.place.path()).env("TMPDIR", self.place.path());
        command
    }

    pub(crate) fn start(&self, args: &[&str]) -> Child {
        self.command(args).spawn().expect("it is built")
    }

    /// Runs it to its end, which comes within a bound, and leaves nothing behind.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.run_with(args, &[])
    }

    /// Runs it with some variables of the environment.
    pub(crate) fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Output {
        let mut command = self.command(args);
        let output = finish(command.envs(env.iter().copied()).spawn().expect("it is built"));
        self.assert_nothing_left();
        output
    }

    /// The report, which the schema describes, and the exit status.
    pub(crate) fn json(&self, args: &[&str]) -> (Value, i32) {
        let output = self.run(&[args, &["--format", "json"]].concat());
        let status = output.status.code().expect("it ends by itself");
        let report = report(&output);
        assert_eq!(report["exit_status"], status, "{args:?}");
        (report, status)
    }

    /// The processes that belong to it, alive.
    pub(crate) fn processes(&self) -> Vec<u32> {
        let Ok(all) = fs::read_dir("/proc") else { return Vec::new() };
        let numbers = all.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        numbers.filter(|pid| self.owns(*pid)).collect()
    }

    fn owns(&self, pid: u32) -> bool {
        // The environment of a process that has ended cannot be read.
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|entry| entry == self.mark.as_bytes())
    }

    /// The processes that the command has started: waits until there are so many.
    pub(crate) fn workers(&self, parent: &Child, count: usize) -> Vec<u32> {
        let mut workers = Vec::new();
        let begin = Instant::now();
        while workers.len() < count && begin.elapsed() < Duration::from_secs(10) {
            thread::sleep(Duration::from_micros(200));
            workers = self.processes();
            workers.retain(|pid| *pid != parent.id());
        }
        workers
    }

    /// Neither a process nor a temporary file. The system may take a moment to end a process.
    pub(crate) fn assert_nothing_left(&self) {
        wait_until("no process is left", || self.processes().is_empty());
        let left = entries(self.place.path());
        assert!(left.iter().all(|name| !name.starts_with("syncdemo")), "{left:?} are left");
    }
}

/// The names in a directory.
pub(crate) fn entries(place: &Path) -> Vec<String> {
    let all = fs::read_dir(place).expect("it is there").flatten();
    all.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Waits for something that comes about, within a bound.
pub(crate) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < BOUND, "never: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Waits for the end of a command, within a bound.
pub(crate) fn finish(child: Child) -> Output {
    let pid = child.id();
    let (sender, ended) = std::sync::mpsc::channel();
    let waiter = thread::spawn(move || {
        let output = child.wait_with_output();
        let _ = sender.send(());
        output
    });
    if ended.recv_timeout(BOUND).is_err() {
        signal(pid, "KILL");
        panic!("it did not end");
    }
    waiter.join().expect("it waits").expect("it ends")
}

/// Sends a signal to a process that this test has started, or the command has.
pub(crate) fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &pid.to_string()]).output();
    sent.expect("there is a command kill");
}

/// Runs the command in a session of its own.
pub(crate) fn run(args: &[&str]) -> Output {
    Session::new().run(args)
}

/// The report and the exit status of a command in a session of its own.
pub(crate) fn json(args: &[&str]) -> (Value, i32) {
    Session::new().json(args)
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// In one line, wherever it was broken.
pub(crate) fn stderr(output: &Output) -> String {
    one_line(std::str::from_utf8(&output.stderr).expect("text"))
}

/// A text without its line breaks.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The JSON that was printed, which the schema describes.
pub(crate) fn report(output: &Output) -> Value {
    let report = serde_json::from_slice(&output.stdout);
    let report = report.unwrap_or_else(|error| panic!("{error}: {output:?}"));
    assert_valid(&report);
    report
}

pub(crate) fn assert_valid(report: &Value) {
    let has = |key: &str| report.get(key).is_some();
    let schema = if has("explorations") {
        include_str!("../../schemas/exploration.schema.json")
    } else if has("judgements") {
        include_str!("../../schemas/judgement.schema.json")
    } else if has("checks") {
        include_str!("../../schemas/selftest.schema.json")
    } else {
        include_str!("../../schemas/report.schema.json")
    };
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let errors: Vec<_> = validator.iter_errors(report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?} in {report:#}");
}

/// The runs of all strategies in a report.
pub(crate) fn runs(report: &Value) -> impl Iterator<Item = &Value> {
    let results = report["results"].as_array().expect("results");
    results.iter().flat_map(|result| result["runs"].as_array().expect("runs"))
}

/// The updates of both kinds, such as those `lost` in a run.
pub(crate) fn sum(run: &Value, what: &str) -> u64 {
    let of = |kind: &str| run[what][kind].as_u64().expect("a number");
    of("increments") + of("decrements")
}

/// What a report of a run may not say, whatever happened to it.
pub(crate) fn assert_honest(run: &Value) {
    assert!(sum(run, "made") <= sum(run, "planned"), "{run}");
    let died = run["deaths"].as_array().is_some_and(|deaths| !deaths.is_empty());
    let unmade = run["made"] != run["planned"];
    assert!(!(died && unmade && run["reached"] == true), "{run}");
}
