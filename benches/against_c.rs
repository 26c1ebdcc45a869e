//! Our time per update against the same work in C, and against the same loop by hand.
//!
//! ```text
//! cargo bench --bench against_c [-- ROUNDS]
//! ```
//!
//! Without a C compiler (`$CC`, or `cc`) only our side is shown. Ticket is left out with 8 workers:
//! with fewer processors than workers nearly every turn is that of one who does not run.

mod measure;

use std::env;
use std::hint::{black_box, spin_loop};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use crossbeam_utils::CachePadded;
use measure::{asked, json, median, output, syncdemo};

const ITERS: u64 = 5_000_000;
const ROUNDS: usize = 7;

/// In the words of both sides.
const IN_C: [&str; 3] = ["mutex", "semaphore", "atomic"];
/// Those for which C has no word, and the numbers of workers.
const OURS_ONLY: [(&str, &[u64]); 5] = [
    ("none", &[1, 2, 8]),
    ("spinlock", &[1, 2, 8]),
    ("ticket", &[1, 2]),
    ("peterson", &[1, 2]),
    ("cas", &[1, 2, 8]),
];
const BY_HAND: [&str; 3] = ["none", "mutex", "atomic"];

fn main() -> Result<()> {
    let Some(rounds) = asked(ROUNDS) else { return Ok(()) };
    let mut out = io::stdout().lock();
    if let Ok(load) = std::fs::read_to_string("/proc/loadavg") {
        // Whatever else runs spoils the figures of both sides.
        writeln!(out, "load before, over 1, 5 and 15 minutes: {}", load.trim())?;
    }
    let program = compile();
    match &program {
        Ok(program) => {
            against_c(&mut out, program, rounds)?;
            whole_command(&mut out, program, 20 * rounds)?;
        }
        Err(reason) => writeln!(out, "\nno figures of C: {reason:#}")?,
    }
    by_hand(&mut out, rounds)?;
    ours_only(&mut out, rounds.div_ceil(2), program.is_err())
}

/// The C program, compiled.
fn compile() -> Result<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/against_c.c");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("against_c");
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
fn ours(strategy: &str, workers: u64) -> Result<f64> {
    let (workers, iters) = (workers.to_string(), ITERS.to_string());
    // Counting up, each worker makes one update in each iteration, also a single worker.
    let options = ["--yield", "never", "--count-up", "-t", &workers, "-i", &iters];
    let document = json(syncdemo().arg(strategy).args(options))?;
    let time = document["results"][0]["summary"]["ns_per_update"]["median"].as_f64();
    time.context("the document has no time per update")
}

/// Two figures of each round, taken one after the other.
#[derive(Default)]
struct Pairs(Vec<(f64, f64)>);

impl Pairs {
    /// One more round.
    fn push(&mut self, ours: f64, theirs: f64) {
        self.0.push((ours, theirs));
    }

    /// The medians of both sides, their ratio, and the range of the ratios of the rounds.
    fn row(&self) -> Result<String> {
        let ours = median(self.0.iter().map(|pair| pair.0).collect())?;
        let theirs = median(self.0.iter().map(|pair| pair.1).collect())?;
        let ratios = self.0.iter().map(|pair| pair.0 / pair.1);
        let (low, high) = (ratios.clone().fold(f64::MAX, f64::min), ratios.fold(0.0, f64::max));
        let ratio = ours / theirs;
        Ok(format!("{ours:>10.2} {theirs:>10.2} {ratio:>8.2} {low:>8.2} to {high:.2}"))
    }
}

/// Takes all pairs in turn, `rounds` times, and prints a row for each.
fn table(
    out: &mut impl Write,
    rounds: usize,
    rows: &[(&str, u64)],
    mut pair: impl FnMut(&str, u64) -> Result<(f64, f64)>,
) -> Result<()> {
    let mut pairs: Vec<Pairs> = rows.iter().map(|_| Pairs::default()).collect();
    for _ in 0..rounds {
        for (pairs, &(strategy, workers)) in pairs.iter_mut().zip(rows) {
            let (ours, theirs) = pair(strategy, workers)?;
            pairs.push(ours, theirs);
        }
    }
    for (pairs, (strategy, workers)) in pairs.iter().zip(rows) {
        writeln!(out, "{strategy:<10} {workers:>7} {}", pairs.row()?)?;
    }
    Ok(())
}

fn heading(out: &mut impl Write, rounds: usize, what: &str, theirs: &str) -> io::Result<()> {
    writeln!(out, "\n{what}, medians of {rounds} rounds in turn:")?;
    writeln!(out, "strategy   workers       ours {theirs:>10}    ratio range of the rounds")
}

fn against_c(out: &mut impl Write, program: &Path, rounds: usize) -> Result<()> {
    let rows: Vec<_> = IN_C.iter().flat_map(|s| [1, 2, 8].map(|workers| (*s, workers))).collect();
    heading(out, rounds, "ns per update, 5,000,000 iterations", "C")?;
    table(out, rounds, &rows, |strategy, workers| {
        Ok((ours(strategy, workers)?, c(program, strategy, workers)?))
    })
}

/// From the start of a command to its end, in microseconds.
fn wall(command: &mut Command) -> Result<f64> {
    let began = Instant::now();
    let status = command.stdout(Stdio::null()).status()?;
    let took = began.elapsed();
    ensure!(status.success(), "{command:?}: {status}");
    Ok(took.as_secs_f64() * 1e6)
}

fn whole_command(out: &mut impl Write, program: &Path, rounds: usize) -> Result<()> {
    heading(out, rounds, "microseconds of the whole command, 5,000 iterations", "C")?;
    table(out, rounds, &[("mutex", 2)], |strategy, _| {
        let ours = wall(syncdemo().args([strategy, "--iters", "5000"]))?;
        Ok((ours, wall(Command::new(program).args([strategy, "2", "5000"]))?))
    })
}

/// What the trait, the tallies and the marks of who is inside cost together.
fn by_hand(out: &mut impl Write, rounds: usize) -> Result<()> {
    let rows: Vec<_> = BY_HAND.iter().flat_map(|s| [1, 2].map(|workers| (*s, workers))).collect();
    heading(out, rounds, "ns per update, against a plain counter in Rust", "by hand")?;
    table(out, rounds, &rows, |strategy, workers| {
        Ok((ours(strategy, workers)?, loop_by_hand(strategy, workers)?))
    })
}

/// Nanoseconds per update of a loop that does nothing but what its strategy is.
fn loop_by_hand(strategy: &str, workers: u64) -> Result<f64> {
    let counter = CachePadded::new(AtomicU64::new(0));
    let guard = CachePadded::new(Mutex::new(()));
    // `black_box` keeps the address in use, so that the accesses stay in the loop.
    let add = || counter.store(black_box(&counter).load(Relaxed) + 1, Relaxed);
    match strategy {
        "none" => race(workers, add),
        "mutex" => race(workers, || {
            let _guard = guard.lock();
            add();
        }),
        _ => race(workers, || {
            counter.fetch_add(1, Relaxed);
        }),
    }
}

/// Nanoseconds per update of so many workers, which start at once.
fn race(workers: u64, update: impl Fn() + Sync) -> Result<f64> {
    let arrived = AtomicU64::new(0);
    let work = || {
        arrived.fetch_add(1, SeqCst);
        while arrived.load(SeqCst) < workers {
            spin_loop();
        }
        let began = Instant::now();
        (0..ITERS).for_each(|_| update());
        (began, Instant::now())
    };
    let times: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    let first = times.iter().map(|time| time.0).min().context("nobody began")?;
    let last = times.iter().map(|time| time.1).max().context("nobody ended")?;
    Ok(last.duration_since(first).as_nanos() as f64 / (workers * ITERS) as f64)
}

/// Those that have no counterpart, or none here.
fn ours_only(out: &mut impl Write, rounds: usize, also_in_c: bool) -> Result<()> {
    writeln!(out, "\nns per update, 5,000,000 iterations, medians of {rounds} rounds:")?;
    let others = IN_C.iter().filter(|_| also_in_c).map(|strategy| (*strategy, &[1, 2, 8][..]));
    for (strategy, numbers) in OURS_ONLY.into_iter().chain(others) {
        for &workers in numbers {
            let times = (0..rounds).map(|_| ours(strategy, workers)).collect::<Result<_>>()?;
            writeln!(out, "{strategy:<10} {workers:>7} {:>10.2}", median(times)?)?;
        }
    }
    Ok(())
}
