//! What the benches share: the command is run as a user runs it, and figures are medians.

#[path = "../../tests/harness/clean.rs"]
mod clean;

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

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

/// The middle one of some figures; of an even number, the mean of both.
#[allow(dead_code, reason = "not every bench times something")]
pub(crate) fn median(mut figures: Vec<f64>) -> Result<f64> {
    ensure!(!figures.is_empty(), "there were no rounds");
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    let odd = figures.len() % 2 == 1;
    Ok(if odd { figures[middle] } else { f64::midpoint(figures[middle - 1], figures[middle]) })
}
