//! How time per update and memory grow with workers and updates, and what permits buy: tables as
//! markdown, and the same as pictures.
//!
//! ```text
//! cargo bench --bench growth [-- --quick]
//! ```
//!
//! The memory is that of the largest process. Two workers make up to 10^9 guarded updates, of which
//! none may be lost. All takes some minutes.

mod measure;

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use measure::{machine, median, peak, quick, syncdemo};
use serde_json::Value;

/// Each is measured so often; the medians count.
const ROUNDS: usize = 3;

fn main() -> Result<()> {
    let Some(quick) = quick() else { return Ok(()) };
    let mut out = io::stdout().lock();
    writeln!(out, "{}", machine())?;
    let (updates, workers): (u64, &[u64]) = if quick {
        (200_000, &[2, 16, 64, 128])
    } else {
        (10_000_000, &[2, 4, 8, 16, 64, 250, 1000])
    };
    // There are at most 64 processes.
    for (kind, most) in [("threads", 1000), ("processes", 64)] {
        for strategy in ["mutex", "atomic"] {
            let row = |&workers: &u64| Row::new(strategy, kind, workers, updates, &[]);
            let rows = workers
                .iter()
                .filter(|workers| **workers <= most)
                .map(row)
                .collect::<Result<Vec<_>>>()?;
            let title = format!("{strategy}, {updates} updates in all, by {kind}");
            report(&mut out, &title, kind, &rows, |row| row.workers)?;
        }
    }
    let most = if quick { 6 } else { 9 };
    let row = |power| Row::new("mutex", "threads", 2, 10_u64.pow(power), &[]);
    let rows = (3..=most).map(row).collect::<Result<Vec<_>>>()?;
    report(&mut out, "mutex, 2 threads, by updates", "updates", &rows, |row| row.updates)?;
    let row = |copies: &&str| {
        let work = ["--work", "200us", "--copies", copies];
        Row::new("semaphore", "threads", 8, if quick { 40 } else { 400 }, &work)
    };
    let rows = ["1", "2", "4", "8"].iter().map(row).collect::<Result<Vec<_>>>()?;
    let title = "semaphore, 8 threads, 200 us of work inside, by copies and permits";
    report(&mut out, title, "copies", &rows, |row| row.copies)
}

/// What was measured, all rounds together.
struct Row {
    workers: u64,
    updates: u64,
    copies: u64,
    ns: f64,
    megabytes: f64,
}

impl Row {
    fn new(strategy: &str, kind: &str, workers: u64, updates: u64, more: &[&str]) -> Result<Self> {
        let [count, iters] = [workers, updates / workers].map(|number| number.to_string());
        let mut command = syncdemo();
        command.args([strategy, &format!("--{kind}"), &count, "--iters", &iters]).args(more);
        command.args(["--yield", "never", "--format", "json", "--timeout", "60s"]);
        let (mut times, mut peaks, mut copies) = (Vec::new(), Vec::new(), 1);
        for _ in 0..ROUNDS {
            let (megabytes, printed) = peak(&command)?;
            let document: Value = serde_json::from_str(&printed)?;
            let summary = &document["results"][0]["summary"];
            ensure!(summary["lossless"] == 1, "{command:?}: updates were lost");
            times.push(summary["ns_per_update"]["median"].as_f64().context("there is no time")?);
            peaks.push(megabytes);
            copies = document["plan"]["copies"].as_u64().context("there are no copies")?;
        }
        Ok(Self { workers, updates, copies, ns: median(times)?, megabytes: median(peaks)? })
    }
}

/// A table, and a picture beside what cargo builds.
fn report(
    out: &mut impl Write,
    title: &str,
    by: &str,
    rows: &[Row],
    key: impl Fn(&Row) -> u64,
) -> Result<()> {
    writeln!(out, "\n{title}; nothing lost:\n\n| {by} | ns per update | peak MB |\n|--:|--:|--:|")?;
    for row in rows {
        writeln!(out, "| {} | {:.1} | {:.1} |", key(row), row.ns, row.megabytes)?;
    }
    let chart = |unit: &str, of: fn(&Row) -> f64| {
        (unit.to_owned(), rows.iter().map(|row| (key(row), of(row))).collect())
    };
    let charts = [chart("ns per update", |row| row.ns), chart("peak MB", |row| row.megabytes)];
    let name = title.replace(|c: char| !c.is_alphanumeric(), "-");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name + ".svg");
    fs::write(&path, syncdemo::bar_charts(title, &charts))?;
    writeln!(out, "\npicture: {}", path.display())?;
    Ok(())
}
