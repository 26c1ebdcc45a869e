//! Many commands: whatever is typed ends with a status of the table and a sentence, and nothing is
//! left behind.
//!
//! A short round is part of all tests. The long ones, which take minutes and print their figures:
//! `SYNCDEMO_FUZZ=10000 cargo test --test campaign typed -- --nocapture`
//! `SYNCDEMO_LEAKS=2000 cargo test --test campaign left -- --nocapture`
//! `SYNCDEMO_RUNS=100000 cargo test --test campaign run -- --nocapture`

#![allow(clippy::print_stdout, reason = "its figures are for people")]
#![cfg(linux)]

mod harness;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::process::Output;
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use harness::{Session, entries, finish, report, stderr};

fn asked(variable: &str, short: usize) -> usize {
    let typed = std::env::var(variable).ok();
    typed.map_or(short, |number| number.parse().expect("a number"))
}

const STRATEGIES: [&str; 21] = [
    "none",
    "mutex",
    "semaphore",
    "atomic",
    "cas",
    "spinlock",
    "ticket",
    "clh",
    "dekker",
    "peterson",
    "bakery",
    "filter",
    "filelock",
    "flag",
    "hyman",
    "half-lock",
    "two-locks",
    "lost-wakeup",
    "monitor",
    "monitor-if",
    "turns",
];
const COMMANDS: [&str; 5] = ["run", "completions", "man", "help", "list"];
/// What is typed by mistake, or to do harm.
const GARBAGE: [&str; 20] = [
    "",
    "-",
    "--",
    "---",
    "-x",
    "--=",
    "--iters=",
    "=",
    "\u{1b}[2J",
    "\r\n",
    "\u{202e}mutex",
    "mutx",
    "--itres",
    "-qqv",
    "none,,mutex",
    "~",
    "*",
    "가나다",
    "\u{9b}1m",
    "%s%n",
];
const BAD_NUMBERS: &[&str] =
    &["0", "-1", "x", "1,0", "99999999999999999999", "0x10", "1e3", "", "\u{202e}"];

/// An option, the commands that know it (r, e, s, l for race, explore, show, list), values that make
/// sense, and others. Values with which a command takes long are not among them.
type Typed = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);
const OPTIONS: [Typed; 32] = [
    ("-i", "res", &["1", "2", "3"], BAD_NUMBERS),
    ("--iters", "r", &["3", "2k", "5,000", "7"], BAD_NUMBERS),
    ("-t", "res", &["2", "2", "3"], &["0", "8", "200k", "x"]),
    ("-p", "r", &["2", "3"], &["1", "65", "x"]),
    ("-r", "r", &["1", "2", "5"], BAD_NUMBERS),
    ("--guard", "res", &["update", "loop"], &["all"]),
    ("-s", "res", &["none", "mutex"], &["mutx", ""]),
    ("--resource", "r", &["variable", "file", "printer"], &["disk"]),
    ("--file", "r", &["counter.txt"], &[".", "/dev/null", "missing/x.txt", "a\u{1b}b"]),
    ("--copies", "res", &["1", "2", "3"], &["0", "65"]),
    ("--permits", "res", &["1", "2"], &["0", "9", "x"]),
    ("--count-up", "res", &[], &[]),
    ("--yield", "r", &["auto", "never", "1/2"], &["1/0", "often"]),
    ("--seed", "r", &["1", "7"], &["0x1", "random"]),
    ("--schedule", "re", &["2 4x1 3x2", "4x1 4x2"], &["1", "", "9x9", "x", "1d", "1w"]),
    ("--work", "r", &["0", "1us"], &["2s", "fast"]),
    ("--kill", "r", &[], &[]),
    ("--trace", "r", &[], &[]),
    ("--expect", "re", &["promise", "zero", "nonzero", "lossless", "loss"], &["luck"]),
    ("--memory", "e", &["sc", "tso"], &["arm"]),
    ("--witness", "e", &["0", "-2", "1"], &["5", "x"]),
    ("--max-memory", "e", &["1M", "100M"], &["0", "x"]),
    ("--max-preemptions", "e", &["0", "1"], &["x"]),
    ("--format", "re", &["text", "json", "csv"], &["xml"]),
    (
        "-o",
        "re",
        &["a.json", "a.csv", "a.txt", "a.html", "a.svg"],
        &["a.xml", ".", "missing/a.json", "/dev/full"],
    ),
    ("-q", "re", &[], &[]),
    ("-v", "resl", &[], &[]),
    ("--color", "resl", &["auto", "always", "never"], &["red"]),
    ("--help", "resl", &[], &[]),
    ("-h", "resl", &[], &[]),
    ("--version", "r", &[], &[]),
    ("--timeout", "r", &["40ms"], &["0", "soon"]),
];

fn pick<'a>(random: &mut Rng, of: &[&'a str]) -> &'a str {
    of[random.usize(..of.len())]
}

/// A random command line: most make sense, and no run takes long.
fn command_line(random: &mut Rng) -> Vec<OsString> {
    let kind = pick(random, &["r", "r", "r", "r", "e", "e", "e", "s", "l", "?"]);
    let mut words: Vec<OsString> = match kind {
        "r" => vec![],
        "e" => vec!["explore".into()],
        "s" => vec!["show".into()],
        "l" => vec!["list".into()],
        _ => vec![pick(random, &COMMANDS).into()],
    };
    for _ in 0..if kind == "l" { 0 } else { random.usize(..3) } {
        words.push(pick(random, &STRATEGIES).into());
    }
    for _ in 0..random.usize(..4) {
        let (option, _, good, bad) = loop {
            let option = OPTIONS[random.usize(..OPTIONS.len())];
            if option.1.contains(kind) || random.u8(..60) == 0 {
                break option;
            }
        };
        words.push(option.into());
        // Now and then without its value, or with a bad one.
        match random.u8(..20) {
            0 => {}
            1 => words.push(pick(random, &GARBAGE).into()),
            2 if !bad.is_empty() => words.push(pick(random, bad).into()),
            _ if good.is_empty() => {}
            _ => words.push(pick(random, good).into()),
        }
    }
    match random.u8(..40) {
        0 => words.insert(random.usize(..=words.len()), pick(random, &GARBAGE).into()),
        1 => words.push(OsString::from_vec(vec![b'm', 0xff, b'x'])),
        2 => words.push("a".repeat(random.usize(1..5000)).into()),
        3 => random.shuffle(&mut words),
        _ => {}
    }
    // Short where it waits or searches.
    match kind {
        "e" => words.extend(["--max-states".into(), "2k".into()]),
        "r" if !words.iter().any(|word| word == "--timeout") => {
            words.extend(["--timeout".into(), "50ms".into()]);
        }
        _ => {}
    }
    words
}

/// What every end of a command has in common; the words say how it ended.
fn check(words: &[OsString], output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout);
    let status = output.status.code();
    assert!(matches!(status, Some(0..=4)), "{words:?}: {output:?}");
    for text in ["panicked", "RUST_BACKTRACE", "overflowed", "index out of bounds"] {
        assert!(!said.contains(text) && !printed.contains(text), "{words:?}: {output:?}");
    }
    let refused = matches!(status, Some(2 | 3));
    assert!(!refused || said.starts_with("error:"), "{words:?}: {output:?}");
    assert!(status != Some(2) || printed.is_empty(), "{words:?}: {output:?}");
    let coloured = words.iter().any(|word| word == "always");
    let safe = |c: char| c == '\n' || c == '\u{1b}' && coloured || !c.is_control();
    assert!(said.chars().all(safe), "{words:?}: {output:?}");
    if printed.starts_with('{') {
        assert_eq!(report(output)["exit_status"], status.expect("it has one"), "{words:?}");
    }
    format!("status {}", status.unwrap_or(-1))
}

#[test]
fn whatever_is_typed_ends_with_a_status_and_a_sentence() {
    let seed = asked("SYNCDEMO_SEED", 1) as u64;
    let mut random = Rng::with_seed(seed);
    let (mut ends, mut longest) = (BTreeMap::new(), (Duration::ZERO, Vec::new()));
    let times = asked("SYNCDEMO_FUZZ", 150);
    let session = Session::new();
    for _ in 0..times {
        let words = command_line(&mut random);
        let began = Instant::now();
        let mut command = session.command(&[]);
        if random.u8(..20) == 0 {
            command.env("SYNCDEMO_ITERS", pick(&mut random, BAD_NUMBERS));
        }
        let output = finish(command.args(&words).spawn().expect("it is built"));
        let took = began.elapsed();
        *ends.entry(check(&words, &output)).or_insert(0) += 1;
        session.assert_nothing_left();
        let half_written = |name: &String| name.ends_with(".tmp");
        let left = entries(session.place.path());
        assert!(!left.iter().any(half_written), "{words:?} left {left:?}");
        longest = longest.max((took, words));
    }
    println!(
        "{times} command lines, seed {seed}, the longest took {:.1?}: {:?}",
        longest.0, longest.1
    );
    ends.iter().for_each(|(end, count)| println!("  {count:>6}  {end}"));
}

/// Commands of each kind that makes something.
const MAKERS: [&[&str]; 8] = [
    &["none", "mutex", "-i", "50"],
    &["mutex", "-p", "3", "-i", "50", "--trace"],
    &["mutex", "-p", "2", "-i", "50", "--kill"],
    &["filelock", "--resource", "file", "-i", "50"],
    &["mutex", "--resource", "printer", "-i", "50", "-p", "2"],
    &["semaphore", "--copies", "3", "-t", "4", "--resource", "file", "-i", "20"],
    &["two-locks", "-i", "1000", "--timeout", "30ms"],
    &["explore", "peterson", "--memory", "tso"],
];

/// What other programs could meet: names of shared memory, and of local sockets of this program.
fn names() -> Vec<String> {
    let shared = fs::read_dir("/dev/shm").into_iter().flatten().flatten();
    let shared = shared.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let sockets = fs::read_to_string("/proc/net/unix").unwrap_or_default();
    let sockets: Vec<String> = sockets.lines().map(str::to_owned).collect();
    shared.chain(sockets).filter(|name| name.contains("syncdemo")).collect()
}

#[test]
fn nothing_is_left_of_many_commands() {
    let times = asked("SYNCDEMO_LEAKS", 40);
    let session = Session::new();
    for time in 0..times {
        // This asserts that no process and no temporary file is left.
        session.run(MAKERS[time % MAKERS.len()]);
        assert_eq!(entries(session.place.path()), [""; 0]);
    }
    let own = session.place.path().join("counter.txt");
    session.run(&[
        "mutex",
        "-i",
        "10",
        "--resource",
        "file",
        "--file",
        own.to_str().expect("text"),
    ]);
    let number = fs::metadata(&own).map(|found| std::os::unix::fs::MetadataExt::ino(&found));
    let number = format!(" {}", number.expect("it is kept"));
    assert!(!names().iter().any(|name| name.ends_with(&number)), "{:?}", names());
    println!("{times} commands: no process, no file and no name is left");
}

/// The memory in KiB, the descriptors and the threads of a process, while it runs.
fn sizes(pid: u32) -> Option<[usize; 3]> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let value = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<usize>().ok()
    };
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).ok()?.count();
    Some([value("VmRSS:")?, descriptors, value("Threads:")?])
}

#[test]
fn many_runs_in_one_process_need_no_more_and_more_of_anything_but_their_report() {
    let times = asked("SYNCDEMO_RUNS", 400);
    for more in [&["mutex"][..], &["none", "--resource", "file"], &["mutex", "-p", "2"]] {
        // A process takes much longer to start than a thread.
        let times = if more.contains(&"-p") { times / 20 } else { times };
        let session = Session::new();
        let runs = times.to_string();
        let child = session.start(&[more, &["-q", "-i", "2", "-r", &runs]].concat());
        let mut most = [0; 3];
        while let Some(now) = sizes(child.id()) {
            most = std::array::from_fn(|at| most[at].max(now[at]));
            thread::sleep(Duration::from_millis(2));
        }
        let output = finish(child);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        session.assert_nothing_left();
        let [memory, descriptors, threads] = most;
        println!("{more:?} x {times}: {memory} KiB, {descriptors} descriptors, {threads} threads");
        // A run is kept for the report, in less than a KiB.
        assert!(memory < 32 * 1024 + times, "{memory} KiB");
        assert!(descriptors < 24 && threads < 8, "{descriptors} descriptors, {threads} threads");
    }
}
