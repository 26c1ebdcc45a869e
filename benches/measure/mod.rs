//! What the benches share: the command is run as a user runs it, and pairs of figures are taken in
//! turn, so that whatever else the machine does disturbs both alike.

use std::env;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use syncdemo::stats::Floats;

/// The first number on the command line; `None` unless `cargo bench` runs this: `cargo test
/// --all-targets` runs benches too, and is to be quick.
pub fn asked(rounds: usize) -> Option<usize> {
    let words: Vec<String> = env::args().collect();
    let typed = words.iter().find_map(|word| word.parse().ok());
    words.iter().any(|word| word == "--bench").then(|| typed.unwrap_or(rounds).max(1))
}

/// Our own command, built as users get it.
pub fn syncdemo() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_syncdemo"));
    // What the caller has set for himself is not to be measured.
    let own = env::vars().map(|(name, _)| name).filter(|name| name.starts_with("SYNCDEMO_"));
    own.for_each(|name| drop(command.env_remove(name)));
    command
}

/// Runs a command, and returns what it printed.
pub fn output(command: &mut Command) -> Result<String> {
    let done = command.output().with_context(|| format!("{command:?} does not run"))?;
    let complaint = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{command:?}: {}: {complaint}", done.status);
    Ok(String::from_utf8(done.stdout)?)
}

/// Runs our command with these words, and returns its JSON document.
pub fn json(words: &[&str]) -> Result<Value> {
    let document = output(syncdemo().args(words).args(["--format", "json"]))?;
    Ok(serde_json::from_str(&document)?)
}

/// Two figures of each round, taken one after the other.
#[derive(Default)]
pub struct Pairs(Vec<(f64, f64)>);

impl Pairs {
    /// One more round.
    pub fn push(&mut self, ours: f64, theirs: f64) {
        self.0.push((ours, theirs));
    }

    /// The medians of both sides, their ratio, and the range of the ratios of the rounds.
    pub fn row(&self) -> Option<String> {
        let ours = Floats::of(self.0.iter().map(|pair| pair.0).collect())?.median;
        let theirs = Floats::of(self.0.iter().map(|pair| pair.1).collect())?.median;
        let ratios = Floats::of(self.0.iter().map(|pair| pair.0 / pair.1).collect())?;
        let (ratio, low, high) = (ours / theirs, ratios.min, ratios.max);
        Some(format!("{ours:>10.2} {theirs:>10.2} {ratio:>8.2} {low:>8.2} to {high:.2}"))
    }
}
