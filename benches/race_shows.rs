//! In how many runs the unguarded race loses updates: on the processors as they are, on busy ones,
//! and on a single one.
//!
//! ```text
//! cargo bench --bench race_shows [-- RUNS]
//! ```
//!
//! Takes minutes with 1,000 runs: on busy processors each yield gives a slice of time away.

mod measure;

use std::env;
use std::fs;
use std::io::{self, Read, Write};
use std::num::NonZero;
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result};
use measure::{asked, json, syncdemo};
use serde_json::Value;

const RUNS: usize = 1000;
const ITERS: [&str; 2] = ["5000", "100"];

/// Asks this program to keep a processor busy.
const SPIN: &str = "--spin";

fn main() -> Result<()> {
    if env::args().any(|word| word == SPIN) {
        spin();
    }
    let Some(runs) = asked(RUNS) else { return Ok(()) };
    let mut out = io::stdout().lock();
    writeln!(out, "none, 2 workers, {runs} runs each, all options as they are by default:\n")?;
    writeln!(out, "iterations  processors      lost updates  not zero  seconds  yield")?;
    for iters in ITERS {
        row(&mut out, iters, "as they are", syncdemo(), runs)?;
        {
            let _busy = Busy::start()?;
            row(&mut out, iters, "kept busy", syncdemo(), runs)?;
        }
        match one_processor() {
            Some(command) => row(&mut out, iters, "a single one", command, runs)?,
            None => writeln!(out, "{iters:>10}  a single one: not without Linux's taskset")?,
        }
    }
    Ok(())
}

fn row(
    out: &mut impl Write,
    iters: &str,
    processors: &str,
    mut command: Command,
    runs: usize,
) -> Result<()> {
    let began = std::time::Instant::now();
    let document = json(command.args(["none", "--iters", iters, "--runs", &runs.to_string()]))?;
    let took = began.elapsed().as_secs_f64();
    let summary = &document["results"][0]["summary"];
    let without = |key: &str| {
        let so_many: Option<u64> = summary[key].as_u64();
        so_many.map(|so_many| runs as u64 - so_many).context("the document has no such key")
    };
    let (lost, missed) = (without("lossless")?, without("reached")?);
    let rate: &Value = &document["plan"]["yield"]["done"];
    let rate = rate.as_str().unwrap_or("?");
    writeln!(out, "{iters:>10}  {processors:<14} {lost:>13} {missed:>9} {took:>8.1}  {rate}")?;
    Ok(())
}

/// Our command on the first of the processors that this program may use.
fn one_processor() -> Option<Command> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    let first = allowed.trim().split([',', '-']).next()?;
    Command::new("taskset").arg("-V").stdout(Stdio::null()).status().ok()?;
    let ours = syncdemo();
    let mut command = Command::new("taskset");
    command.args(["-c", first]).arg(ours.get_program());
    for (name, _) in ours.get_envs() {
        command.env_remove(name);
    }
    Some(command)
}

/// Programs that keep every processor busy, one each, for as long as this lives.
struct Busy(Vec<Child>);

impl Busy {
    fn start() -> Result<Self> {
        let mut busy = Self(Vec::new());
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            let mut command = Command::new(env::current_exe()?);
            busy.0.push(command.arg(SPIN).stdin(Stdio::piped()).spawn()?);
        }
        Ok(busy)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // One that has ended by itself need not be stopped.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Spins until whoever started this has gone, which closes the pipe.
fn spin() -> ! {
    thread::spawn(|| {
        let _ = io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    loop {
        std::hint::spin_loop();
    }
}
