//! What the benches share: the command is run as a user runs it, and figures are medians.

#![allow(dead_code, reason = "not every bench uses all of it")]

#[path = "../../tests/harness/clean.rs"]
mod clean;

use std::env;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Whether `cargo bench` runs this with `--quick`, or without; `None` unless it does: `cargo test
/// --all-targets` runs benches too, and is to be quick.
pub(crate) fn quick() -> Option<bool> {
    let typed = |asked: &str| env::args().any(|word| word == asked);
    typed("--bench").then(|| typed("--quick"))
}

/// Whether a row is to be measured: all are, or those that have one of the words that were typed.
pub(crate) fn wanted(what: &str) -> bool {
    let mut words = env::args().skip(1).filter(|word| !word.starts_with("--")).peekable();
    words.peek().is_none() || words.any(|word| what.contains(&word))
}

/// The first line that a command prints, or that it is not there.
pub(crate) fn first_line(program: &str, words: &[&str]) -> String {
    let printed = output(Command::new(program).args(words)).unwrap_or_default();
    printed.lines().next().map_or_else(|| format!("no {program}"), str::to_owned)
}

/// The machine, the day and the load, as the table is headed. Whatever else runs spoils the figures.
pub(crate) fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let load = read("/proc/loadavg");
    format!(
        "{}: {} ({processors} processors), {}; load before, over 1, 5 and 15 minutes: {}",
        first_line("date", &["+%Y-%m-%d"]),
        model.unwrap_or("unknown processor"),
        first_line("uname", &["-sr"]),
        load.split(' ').take(3).collect::<Vec<_>>().join(" ")
    )
}

/// The first number on the command line; `None` unless `cargo bench` runs this: `cargo test
/// --all-targets` runs benches too, and is to be quick.
pub(crate) fn asked(rounds: usize) -> Option<usize> {
    let words: Vec<String> = env::args().collect();
    let typed = words.iter().find_map(|word| word.parse().ok());
    words.iter().any(|word| word == "--bench").then(|| typed.unwrap_or(rounds).max(1))
}

/// Our own command, built as users get it.
pub(crate) fn syncdemo() -> Command {
    clean::clean(Path::new(env!("CARGO_BIN_EXE_syncdemo")))
}

/// Runs a command, and returns what it printed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let done = command.output().with_context(|| format!("{command:?} does not run"))?;
    let complaint = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{command:?}: {}: {complaint}", done.status);
    Ok(String::from_utf8(done.stdout)?)
}

/// Runs our command, and returns its JSON document.
pub(crate) fn json(command: &mut Command) -> Result<Value> {
    Ok(serde_json::from_str(&output(command.args(["--format", "json"]))?)?)
}

/// A command that is started by another one, such as `time` or `taskset`.
pub(crate) fn within(words: &[&str], command: &Command) -> Command {
    let mut outer = Command::new(words[0]);
    outer.args(&words[1..]).arg(command.get_program()).args(command.get_args());
    for (name, _) in command.get_envs() {
        outer.env_remove(name);
    }
    outer
}

/// The peak memory of a command in MB, as GNU time tells it, and what it printed.
pub(crate) fn peak(command: &Command) -> Result<(f64, String)> {
    let done = within(&["/usr/bin/time", "-f", "%M"], command).output();
    let done = done.context("GNU time is not installed")?;
    let complaint = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{command:?}: {}: {complaint}", done.status);
    let kib = complaint.lines().last().and_then(|line| line.parse::<f64>().ok());
    let kib = kib.with_context(|| format!("no memory: {complaint}"))?;
    Ok((kib / 1024.0, String::from_utf8(done.stdout)?))
}

/// The seconds from the start of a command to its end.
pub(crate) fn seconds(command: &mut Command) -> Result<f64> {
    let began = Instant::now();
    output(command)?;
    Ok(began.elapsed().as_secs_f64())
}

/// The middle one of some figures; of an even number, the mean of both.
pub(crate) fn median(mut figures: Vec<f64>) -> Result<f64> {
    ensure!(!figures.is_empty(), "there were no rounds");
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    let odd = figures.len() % 2 == 1;
    Ok(if odd { figures[middle] } else { f64::midpoint(figures[middle - 1], figures[middle]) })
}
