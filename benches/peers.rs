//! syncdemo and its peers in one table, as markdown: C with pthreads, the naive programs of a lecture
//! in C and Python, and Spin. The sources of all are in `peer/`.
//!
//! ```text
//! cargo bench --bench peers [-- --quick] [WORD...]
//! ```
//!
//! All rows are measured in turn, round by round, ours and the peer's one after the other, so that
//! what changes on the machine changes both. A ratio is the median of the ratios of the rounds, with
//! the least and the greatest after it. What is not installed has no row. With words only the rows
//! are measured that have one of them: `-- mutex`, `-- explore`, `-- naive`.

mod measure;

use std::hint::black_box;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};
use crossbeam_utils::CachePadded;
use measure::{first_line, json, machine, median, output, peak, quick, seconds, syncdemo, wanted};

const PEER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peer");
const FOLDER: &str = env!("CARGO_TARGET_TMPDIR");

/// One row: what it is, and how both sides are measured once.
struct Row {
    what: String,
    peer: &'static str,
    measure: Box<dyn Fn() -> Result<(f64, f64)>>,
}

fn main() -> Result<()> {
    let Some(quick) = quick() else { return Ok(()) };
    let (rounds, updates, runs) = if quick { (3, 192_000, 20) } else { (9, 9_600_000, 200) };
    let mut out = io::stdout().lock();
    writeln!(out, "{}", machine())?;
    let versions = [("cc", "--version"), ("python3", "-V"), ("spin", "-V")];
    let versions = versions.map(|(program, word)| first_line(program, &[word]));
    writeln!(out, "Peers: {}. {rounds} rounds in turn.\n", versions.join("; "))?;
    let in_c = compiled(Command::new("cc").args(["-O2", "-pthread"]), "counter.c");
    let mut rows = by_hand(updates);
    match &in_c {
        Ok(program) => {
            rows.splice(0..0, updates_in_c(program, updates));
            rows.push(whole_command(program));
            rows.extend(spin()?);
        }
        Err(reason) => writeln!(out, "No figures of C and Spin: {reason:#}\n")?,
    }
    rows.retain(|row| wanted(&row.what));
    table(&mut out, rounds, &rows)?;
    if wanted("naive") { shares(&mut out, &in_c.unwrap_or_default(), runs) } else { Ok(()) }
}

/// A program in C, compiled.
fn compiled(compiler: &mut Command, source: &str) -> Result<PathBuf> {
    let program = Path::new(FOLDER).join(source.trim_end_matches(".c"));
    output(compiler.current_dir(FOLDER).arg("-o").arg(&program).arg(Path::new(PEER).join(source)))?;
    Ok(program)
}

/// Prints a row for each, when all have been measured so often.
fn table(out: &mut impl Write, rounds: usize, rows: &[Row]) -> Result<()> {
    let mut pairs = vec![Vec::new(); rows.len()];
    for _ in 0..rounds {
        for (pairs, row) in pairs.iter_mut().zip(rows) {
            pairs.push((row.measure)().with_context(|| row.what.clone())?);
        }
    }
    writeln!(out, "| | syncdemo | peer | | ratio | of the rounds |\n|---|--:|--:|---|--:|---|")?;
    for (pairs, Row { what, peer, .. }) in pairs.iter().zip(rows) {
        let ours = median(pairs.iter().map(|pair| pair.0).collect())?;
        let theirs = median(pairs.iter().map(|pair| pair.1).collect())?;
        let ratios: Vec<f64> = pairs.iter().map(|pair| pair.0 / pair.1).collect();
        let (low, high) = (
            ratios.iter().copied().fold(f64::MAX, f64::min),
            ratios.iter().copied().fold(0.0, f64::max),
        );
        let ratio = median(ratios)?;
        writeln!(
            out,
            "| {what} | {ours:.2} | {theirs:.2} | {peer} | {ratio:.2} | {low:.2} to {high:.2} |"
        )?;
    }
    Ok(())
}

/// Nanoseconds per update of our command; all workers together make the same number of updates.
fn ours(strategy: &str, kind: &str, workers: u64, updates: u64) -> Result<f64> {
    let words = [workers, updates / workers].map(|number| number.to_string());
    // Counting up, each worker makes one update in each iteration, also a single one.
    let options = ["--yield", "never", "--count-up", &format!("--{kind}"), &words[0]];
    let document = json(syncdemo().arg(strategy).args(options).args(["-i", &words[1]]))?;
    let time = &document["results"][0]["summary"]["ns_per_update"]["median"];
    time.as_f64().context("there is no time")
}

fn updates_in_c(program: &Path, updates: u64) -> Vec<Row> {
    let mut rows = Vec::new();
    // A single process is refused: it has nothing to race with.
    for (kind, workers) in [("threads", &[1, 2, 8, 64][..]), ("processes", &[2, 8, 64])] {
        for strategy in ["mutex", "semaphore", "atomic"] {
            for &workers in workers {
                let program = program.to_owned();
                let theirs = move || -> Result<f64> {
                    let words = [workers, updates / workers].map(|number| number.to_string());
                    let mut command = Command::new(&program);
                    let printed = output(command.args([kind, strategy]).args(words))?;
                    Ok(printed.trim().parse::<f64>()? / updates as f64)
                };
                let measure = move || Ok((ours(strategy, kind, workers, updates)?, theirs()?));
                let what = format!("{strategy}, {kind} {workers}: ns per update");
                rows.push(Row { what, peer: "C", measure: Box::new(measure) });
            }
        }
    }
    rows
}

/// A plain counter in Rust: what the trait, the tallies and the marks of who is inside cost together.
fn by_hand(updates: u64) -> Vec<Row> {
    let mut rows = Vec::new();
    for strategy in ["none", "mutex", "atomic"] {
        for workers in [1, 2] {
            let measure = move || {
                let theirs = loop_by_hand(strategy, workers, updates / workers)?;
                Ok((ours(strategy, "threads", workers, updates)?, theirs))
            };
            let what = format!("{strategy}, threads {workers}: ns per update");
            rows.push(Row { what, peer: "a loop in Rust", measure: Box::new(measure) });
        }
    }
    rows
}

/// Nanoseconds per update of a loop that does nothing but what its strategy is.
fn loop_by_hand(strategy: &str, workers: u64, iters: u64) -> Result<f64> {
    let counter = CachePadded::new(AtomicU64::new(0));
    let guard = CachePadded::new(Mutex::new(()));
    // `black_box` keeps the address in use, so that the accesses stay in the loop.
    let add = || counter.store(black_box(&counter).load(Relaxed) + 1, Relaxed);
    match strategy {
        "none" => race(workers, iters, add),
        "mutex" => race(workers, iters, || {
            let _guard = guard.lock();
            add();
        }),
        _ => race(workers, iters, || {
            counter.fetch_add(1, Relaxed);
        }),
    }
}

/// Nanoseconds per update of so many workers, which start at once.
fn race(workers: u64, iters: u64, update: impl Fn() + Sync) -> Result<f64> {
    let gate = Barrier::new(usize::try_from(workers)?);
    let work = || {
        gate.wait();
        let began = Instant::now();
        (0..iters).for_each(|_| update());
        (began, Instant::now())
    };
    let times: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    let first = times.iter().map(|time| time.0).min().context("no worker began")?;
    let last = times.iter().map(|time| time.1).max().context("no worker ended")?;
    Ok(last.duration_since(first).as_nanos() as f64 / (workers * iters) as f64)
}

/// From the start of the command to its end.
fn whole_command(program: &Path) -> Row {
    let program = program.to_owned();
    let measure = move || {
        // So short that one alone says little.
        let pairs = (0..20).map(|_| {
            let ours = seconds(syncdemo().args(["mutex", "--iters", "5000"]))?;
            let words = ["threads", "mutex", "2", "5000"];
            Ok((ours, seconds(Command::new(&program).args(words))?))
        });
        let pairs = pairs.collect::<Result<Vec<_>>>()?;
        let of = |side: fn(&(f64, f64)) -> f64| median(pairs.iter().map(side).collect());
        Ok((1e3 * of(|pair| pair.0)?, 1e3 * of(|pair| pair.1)?))
    };
    let what = "the whole command, mutex, 2 threads: ms".into();
    Row { what, peer: "C", measure: Box::new(measure) }
}

/// Every interleaving of two workers, against Spin's verifier, which is compiled before: time and
/// peak memory. Our command also counts the interleavings and finds the schedules that it shows.
fn spin() -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (name, iters) in [("mutex", 40), ("mutex", 100), ("peterson", 40), ("peterson", 100)] {
        let model = format!("{PEER}/{name}.pml");
        let mut spin = Command::new("spin");
        let made = spin.current_dir(FOLDER).args(["-a", &format!("-DN={iters}"), &model]).output();
        if !made.is_ok_and(|made| made.status.success()) {
            break;
        }
        let verifier = Path::new(FOLDER).join(format!("{name}-{iters}"));
        let mut compiler = Command::new("cc");
        let compiler = compiler.current_dir(FOLDER).args(["-O2", "-DSAFETY", "pan.c", "-o"]);
        output(compiler.arg(&verifier))?;
        for (unit, memory) in [("s", false), ("MB at the peak", true)] {
            let verifier = verifier.clone();
            let measure = move || {
                let mut ours = syncdemo();
                ours.args([
                    "explore",
                    name,
                    "-q",
                    "-i",
                    &iters.to_string(),
                    "--max-states",
                    "100M",
                ]);
                // A depth and a table that are large enough, so that no memory is taken for nothing.
                let mut theirs = Command::new(&verifier);
                theirs.args(["-m4000", "-w20"]);
                Ok(match memory {
                    true => (peak(&ours)?.0, peak(&theirs)?.0),
                    false => (seconds(&mut ours)?, seconds(&mut theirs)?),
                })
            };
            let what = format!("explore {name}, 2 workers, {iters} updates each: {unit}");
            rows.push(Row { what, peer: "Spin", measure: Box::new(measure) });
        }
    }
    Ok(rows)
}

const NAIVE: [&str; 3] = ["syncdemo none", "naive, in C", "naive, in Python"];

/// One of them, whose last line has the final value.
fn naive(which: &str, kind: &str, in_c: &Path) -> Command {
    let mut command = match which {
        "syncdemo none" => syncdemo(),
        "naive, in C" => Command::new(in_c),
        _ => Command::new("python3"),
    };
    match which {
        "syncdemo none" => {
            command.args(["none", &format!("--{kind}"), "2", "-i", "5000", "--format", "csv"])
        }
        "naive, in C" => command.args([kind, "none", "2", "5000"]),
        _ => command.arg(format!("{PEER}/naive.py")).args([kind, "5000"]),
    };
    command
}

/// In how many runs the final value shows that updates were lost: a naive program sees no more.
fn shares(out: &mut impl Write, in_c: &Path, runs: usize) -> Result<()> {
    // What is not installed has no row.
    let there = NAIVE.iter().filter(|which| output(&mut naive(which, "threads", in_c)).is_ok());
    let mut rows: Vec<_> = there.map(|which| (which, [0; 2])).collect();
    for _ in 0..runs {
        for (which, missed) in &mut rows {
            for (kind, missed) in ["threads", "processes"].iter().zip(missed) {
                let printed = output(&mut naive(which, kind, in_c))?;
                // In CSV it is the third column.
                let last = printed.lines().last().unwrap_or_default();
                let value: i64 = last.split(',').nth(2).unwrap_or(last).parse()?;
                *missed += usize::from(value != 0);
            }
        }
    }
    writeln!(
        out,
        "\n| of {runs} runs, so many do not end at 0 | threads | processes |\n|---|--:|--:|"
    )?;
    for (which, [threads, processes]) in rows {
        writeln!(out, "| {which} | {threads} | {processes} |")?;
    }
    Ok(())
}
