//! The pictures of a race: what was kept and lost, how the final values are spread, and times.

use super::Drawing;
use super::bars::{Bar, Legend, chart};
use super::line::line;
use crate::explore::Chance;
use crate::machine::Tally;
use crate::outcome::stats::{Bin, histogram, in_ranges};
use crate::outcome::{Comparison, Run, StrategyResult, number, several};
use crate::plan::Asked;
use crate::report::explore::title::schedule;
use crate::report::race::beside;
use crate::report::race::start::{time, undisturbed};
use crate::report::sheet::Sheet;
use crate::report::timeline::Timeline;

const UPDATES: Legend = Legend { kept: "updates that were kept", lost: "updates that were lost" };
const RUNS: Legend = Legend { kept: "runs that lost nothing", lost: "runs that lost updates" };

/// What a page and pictures show of a race: of one that followed a schedule, how it went.
pub(in crate::report) fn raced(asked: &Asked, results: &[StrategyResult], sheet: &mut dyn Sheet) {
    let program = &asked.config.program;
    let mut drawn = false;
    for result in results {
        if let (Some(trace), Some(by)) = (result.followed(), &asked.config.schedule) {
            let title = format!("{}: {}", result.strategy, schedule(by));
            sheet.timeline(&title, Timeline::of(program, result.promise, trace));
            drawn = true;
        }
    }
    if !drawn {
        pictures(asked, results).into_iter().for_each(|drawing| sheet.drawing(drawing));
    }
}

fn pictures(asked: &Asked, results: &[StrategyResult]) -> Vec<Drawing> {
    match results {
        [result] => match result.only() {
            Some(run) => {
                let drawings = account(run).into_iter().chain(number_line(run));
                drawings.chain(result.model.as_ref().map(|model| beside(result, model))).collect()
            }
            None => spread(result).into_iter().collect(),
        },
        results => {
            let many = results.iter().filter(|result| result.count() > 1 || result.model.is_some());
            let times = Some(results).filter(|_| undisturbed(asked)).and_then(times);
            let first = [compared(results), times].into_iter().flatten();
            first.chain(many.filter_map(spread)).collect()
        }
    }
}

/// What became of the updates of one run.
fn account(run: &Run) -> Option<Drawing> {
    let (made, kept, lost) = (run.made, run.kept?, run.lost?);
    let row = |label: &str, of: fn(Tally) -> u64| {
        let note = match of(lost) {
            0 => format!("all {} kept", number(of(made))),
            lost => format!("{} of {} LOST", number(lost), number(of(made))),
        };
        (of(made) > 0).then(|| bar(label, of(made.min(kept)), of(lost), note))
    };
    let rows: Vec<_> =
        [row("increments", |tally| tally.increments), row("decrements", |tally| tally.decrements)]
            .into_iter()
            .flatten()
            .collect();
    (!rows.is_empty()).then(|| chart("What became of the updates".into(), &rows, Some(&UPDATES)))
}

fn bar(label: &str, kept: u64, lost: u64, note: String) -> Bar {
    Bar { label: label.into(), kept: kept as f64, lost: lost as f64, note, ..Bar::default() }
}

/// The final value, among all that were possible.
fn number_line(run: &Run) -> Option<Drawing> {
    let (value, planned) = (run.value?, run.planned);
    let (low, high) = (-(planned.decrements as i64), planned.increments as i64);
    let (shapes, width, height) = line(value, run.target, low, high);
    let title = format!("The final value, and the value to reach, {}", number(run.target));
    let description = format!("It is {}, from {} to {}.", number(value), number(low), number(high));
    Some(Drawing { title, description, width, height, shapes })
}

/// The updates of several strategies, of all their runs.
fn compared(results: &[StrategyResult]) -> Option<Drawing> {
    let row = |result: &StrategyResult| {
        let note = |note: &str| bar(result.strategy, 0, 0, note.into());
        match result.summary.as_ref().map(|summary| summary.updates) {
            None => note("not run"),
            Some(None) => note("unknown"),
            Some(Some((kept, 0))) => bar(result.strategy, kept, 0, "none lost".into()),
            Some(Some((kept, lost))) => {
                bar(result.strategy, kept, lost, format!("{} LOST", number(lost)))
            }
        }
    };
    let rows: Vec<_> = results.iter().map(row).collect();
    let most = results.iter().map(|result| result.count()).max().unwrap_or(0);
    let of = if most > 1 {
        format!(", {} of each together", several(most, "run"))
    } else {
        String::new()
    };
    Some(chart(format!("Updates kept and lost{of}"), &rows, Some(&UPDATES)))
}

/// The time per update.
fn times(results: &[StrategyResult]) -> Option<Drawing> {
    let row = |result: &StrategyResult| {
        let time = time(result)?;
        let note = format!("{time:.1} ns");
        Some(Bar { label: result.strategy.into(), kept: time, note, ..Bar::default() })
    };
    let rows: Vec<_> = results.iter().filter_map(row).collect();
    (!rows.is_empty()).then(|| chart("Time per update (median)".into(), &rows, None))
}

/// How the final values of many runs are spread, beside the model if that was asked for.
fn spread(result: &StrategyResult) -> Option<Drawing> {
    match &result.model {
        Some(model) => Some(beside(result, model)),
        None => distribution(result),
    }
}

/// For each final value a bar for the runs, and one for the chance in the model.
fn beside(result: &StrategyResult, model: &Comparison) -> Drawing {
    let mut rows = Vec::new();
    let compared = model.rows(false);
    let ranges = in_ranges(compared.iter().map(|(bin, _)| bin));
    for (bin, values) in compared {
        let runs: usize = values.iter().map(|compared| compared.runs).sum();
        let whole = result.summary.iter().flat_map(|summary| summary.whole.iter());
        let within = whole.filter(|(value, _)| runs > 0 && bin.has(*value));
        let lossless: usize = within.map(|(_, count)| count).sum();
        let all = model.runs.max(1) as f64;
        let (kept, lost) = (lossless as f64 / all, (runs - lossless) as f64 / all);
        let note = match runs {
            0 => "never seen".into(),
            some => format!("{}, {}", several(some, "run"), beside::share(some, model)),
        };
        rows.push(Bar { label: bin.range(), kept, lost, note, ..Bar::default() });
        let chance = beside::chance(&values);
        let outlined = chance.as_ref().map_or(0.0, Chance::number);
        let note = format!("chance {}", beside::chance_cell(chance.as_ref(), &values).text);
        rows.push(Bar { label: "model".into(), outlined, note, ..Bar::default() });
    }
    let title = format!(
        "{}: hardware beside model, {}{ranges}",
        result.strategy,
        several(model.runs, "run")
    );
    chart(title, &rows, Some(&RUNS))
}

/// How the final values of many runs are spread.
fn distribution(result: &StrategyResult) -> Option<Drawing> {
    let summary = result.summary.as_ref()?;
    let target = summary.first.target;
    let bins = histogram(&summary.value, target);
    let mut kept = vec![0; bins.len()];
    for (value, count) in summary.whole.iter() {
        kept[bins.partition_point(|bin| bin.high < value)] += count as u64;
    }
    let row = |(bin, kept): (&Bin, u64)| {
        let lost = bin.count as u64 - kept;
        let cancelled = bin.low == target && bin.high == target && lost > 0;
        let note = match cancelled {
            true => format!("{} ({} by cancellation)", number(bin.count), number(lost)),
            false => number(bin.count),
        };
        bar(&bin.range(), kept, lost, note)
    };
    let rows: Vec<_> = bins.iter().zip(kept).map(row).collect();
    let runs = several(summary.value.count(), "run");
    let ranges = in_ranges(bins.iter());
    let title = format!("{}: the final values of {runs}{ranges}", result.strategy);
    Some(chart(title, &rows, Some(&RUNS)))
}
