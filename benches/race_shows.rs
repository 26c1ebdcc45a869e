//! In how many runs a race shows, and how: losses of both kinds, and wrong entry sections. On the
//! processors as they are, beside a busy program, beside one for each processor, and on a single one.
//!
//! ```text
//! cargo bench --bench race_shows [-- RUNS]
//! ```

mod measure;

use std::env;
use std::fs;
use std::io::{self, Read, Write};
use std::num::NonZero;
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result};
use measure::{asked, json, syncdemo, within};
use serde_json::Value;

const RUNS: usize = 200;
const ITERS: [&str; 2] = ["5000", "100"];
/// Strategies with wrong entry sections, and the exit status that says so: a broken promise, or no
/// progress.
const WRONG: [(&str, i32); 4] = [("flag", 1), ("half-lock", 1), ("hyman", 1), ("lost-wakeup", 3)];
/// Strategies that keep what they promise.
const GUARDED: [&str; 10] = [
    "mutex",
    "semaphore",
    "spinlock",
    "ticket",
    "clh",
    "dekker",
    "peterson",
    "bakery",
    "filter",
    "cas",
];

/// Asks this program to keep a processor busy.
const SPIN: &str = "--spin";

fn main() -> Result<()> {
    if env::args().any(|word| word == SPIN) {
        spin();
    }
    let Some(runs) = asked(RUNS) else { return Ok(()) };
    let mut out = io::stdout().lock();
    writeln!(out, "none, 2 workers, {runs} runs each, all options as they are by default:\n")?;
    writeln!(out, "iterations  processors        lost  both kinds  below 0  above 0  seconds")?;
    for iters in ITERS {
        row(&mut out, iters, "as they are", syncdemo(), runs)?;
        for (programs, condition) in [(1, "one busy"), (processors(), "all busy")] {
            let _busy = Busy::start(programs)?;
            row(&mut out, iters, condition, syncdemo(), runs)?;
        }
        match one_processor() {
            Some(command) => row(&mut out, iters, "a single one", command, runs)?,
            None => writeln!(out, "{iters:>10}  a single one: not without Linux's taskset")?,
        }
    }
    wrong(&mut out, runs.div_ceil(2))?;
    guarded(&mut out, 50 * runs)
}

fn row(
    out: &mut impl Write,
    iters: &str,
    condition: &str,
    mut command: Command,
    runs: usize,
) -> Result<()> {
    let began = std::time::Instant::now();
    let document = json(command.args(["none", "--iters", iters, "--runs", &runs.to_string()]))?;
    let took = began.elapsed().as_secs_f64();
    let all = document["results"][0]["runs"].as_array().context("the document has no runs")?;
    let lost = |run: &Value, kind: &str| run["lost"][kind].as_u64().unwrap_or(0);
    let losses: Vec<_> =
        all.iter().map(|run| (lost(run, "increments"), lost(run, "decrements"))).collect();
    let some = losses.iter().filter(|(up, down)| up + down > 0).count();
    // Each kind is at least 5 % of all that was lost.
    let both = losses.iter().filter(|(up, down)| 20 * up.min(down) >= up + down && *up > 0).count();
    let finals = || all.iter().filter_map(|run| run["final"].as_i64());
    let (below, above) = (finals().filter(|&v| v < 0).count(), finals().filter(|&v| v > 0).count());
    writeln!(
        out,
        "{iters:>10}  {condition:<14} {some:>7} {both:>11} {below:>8} {above:>8} {took:>8.1}"
    )?;
    Ok(())
}

/// How often each mistake is caught.
fn wrong(out: &mut impl Write, runs: usize) -> Result<()> {
    writeln!(out, "\ncaught in so many of {runs} runs of 5,000 iterations:\n")?;
    writeln!(out, "strategy       as they are   a single one")?;
    for (strategy, status) in WRONG {
        let caught = |new: &dyn Fn() -> Option<Command>| -> Result<String> {
            let mut caught = 0;
            for _ in 0..runs {
                let Some(mut command) = new() else { return Ok("-".into()) };
                command.args([strategy, "-q", "--timeout", "300ms"]);
                caught += usize::from(command.output()?.status.code() == Some(status));
            }
            Ok(caught.to_string())
        };
        let (two, one) = (caught(&|| Some(syncdemo()))?, caught(&one_processor)?);
        writeln!(out, "{strategy:<14} {two:>11} {one:>14}")?;
    }
    Ok(())
}

/// Whether what is guarded stays whole.
fn guarded(out: &mut impl Write, runs: usize) -> Result<()> {
    writeln!(
        out,
        "\nguarded, {runs} runs of 100 iterations each, yielding after each second step:"
    )?;
    for strategy in GUARDED {
        let runs_typed = runs.to_string();
        let args = [strategy, "-i", "100", "--yield", "1/2", "--runs", &runs_typed];
        let document = json(syncdemo().args(args))?;
        let lossless = &document["results"][0]["summary"]["lossless"];
        writeln!(out, "{strategy:<14} {lossless} lost nothing")?;
    }
    Ok(())
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Our command on the first of the processors that this program may use.
fn one_processor() -> Option<Command> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    let first = allowed.trim().split([',', '-']).next()?;
    Command::new("taskset").arg("-V").stdout(Stdio::null()).status().ok()?;
    Some(within(&["taskset", "-c", first], &syncdemo()))
}

/// Programs that keep a processor busy each, for as long as this lives.
struct Busy(Vec<Child>);

impl Busy {
    fn start(programs: usize) -> Result<Self> {
        let mut busy = Self(Vec::new());
        for _ in 0..programs {
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
