//! Processes: our time per update against the same work in C, and what they cost to start.
//!
//! ```text
//! cargo bench --bench processes_against_c [-- ROUNDS]
//! ```
//!
//! Without a C compiler (`$CC`, or `cc`) only our side is shown.

mod measure;

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use measure::{asked, json, median, output, syncdemo};

const ITERS: u64 = 5_000_000;
const ROUNDS: usize = 7;

fn main() -> Result<()> {
    let Some(rounds) = asked(ROUNDS) else { return Ok(()) };
    let mut out = io::stdout().lock();
    if let Ok(load) = std::fs::read_to_string("/proc/loadavg") {
        // Whatever else runs spoils the figures of both sides.
        writeln!(out, "load before, over 1, 5 and 15 minutes: {}", load.trim())?;
    }
    match compile() {
        Ok(program) => against_c(&mut out, &program, rounds)?,
        Err(reason) => writeln!(out, "\nno figures of C: {reason:#}")?,
    }
    starting(&mut out, 10 * rounds)?;
    permits(&mut out, rounds)
}

/// The C program, compiled.
fn compile() -> Result<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/processes_against_c.c");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("processes_against_c");
    let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
    output(Command::new(compiler).args(["-O2", "-pthread", "-o"]).args([&program, &source]))?;
    Ok(program)
}

/// Nanoseconds per update of the C program.
fn c(program: &Path, strategy: &str, workers: u64) -> Result<f64> {
    let mut command = Command::new(program);
    let printed = output(command.args([strategy, &workers.to_string(), &ITERS.to_string()]))?;
    Ok(printed.trim().parse::<f64>()? / (workers * ITERS) as f64)
}

/// Nanoseconds per update of our command.
fn ours(words: &[&str]) -> Result<f64> {
    let document = json(syncdemo().args(words).args(["--yield", "never", "--count-up"]))?;
    let time = document["results"][0]["summary"]["ns_per_update"]["median"].as_f64();
    time.context("the document has no time per update")
}

fn against_c(out: &mut impl Write, program: &Path, rounds: usize) -> Result<()> {
    writeln!(out, "\nns per update between processes, 5,000,000 iterations, medians of {rounds}")?;
    writeln!(out, "rounds in turn:\nstrategy   workers       ours          C    ratio")?;
    for strategy in ["mutex", "semaphore", "atomic"] {
        for workers in [2, 8] {
            let (mut we, mut they) = (Vec::new(), Vec::new());
            for _ in 0..rounds {
                let (number, iters) = (workers.to_string(), ITERS.to_string());
                we.push(ours(&[strategy, "-p", &number, "-i", &iters])?);
                they.push(c(program, strategy, workers)?);
            }
            let (we, they) = (median(we)?, median(they)?);
            let ratio = we / they;
            writeln!(out, "{strategy:<10} {workers:>7} {we:>10.2} {they:>10.2} {ratio:>8.2}")?;
        }
    }
    Ok(())
}

/// From the start of a command to its end, in milliseconds.
fn wall(kind: &str) -> Result<f64> {
    let began = Instant::now();
    let mut command = syncdemo();
    let status = command.args(["mutex", "-i", "1", kind, "2"]).stdout(Stdio::null()).status()?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(began.elapsed().as_secs_f64() * 1e3)
}

fn starting(out: &mut impl Write, rounds: usize) -> Result<()> {
    let (mut threads, mut processes) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        threads.push(wall("-t")?);
        processes.push(wall("-p")?);
    }
    let (threads, processes) = (median(threads)?, median(processes)?);
    writeln!(out, "\nms of the whole command with one iteration, medians of {rounds} rounds:")?;
    writeln!(out, "2 threads {threads:.2}, 2 processes {processes:.2}")?;
    Ok(())
}

/// What more permits buy where there is a copy for each, and work to be done inside.
fn permits(out: &mut impl Write, rounds: usize) -> Result<()> {
    writeln!(out, "\nns per update of semaphore, 8 threads, --work 200k, medians of {rounds}")?;
    writeln!(out, "rounds, by the number of copies and permits:")?;
    for copies in ["1", "2", "4", "8"] {
        let words = ["semaphore", "-t", "8", "-i", "50", "--work", "200k", "--copies", copies];
        let times = (0..rounds).map(|_| ours(&words)).collect::<Result<Vec<_>>>()?;
        writeln!(out, "{copies} {:>10.0}", median(times)?)?;
    }
    Ok(())
}
