//! The pictures of an exploration: how many interleavings end at each value, and one schedule.

use num_bigint::BigUint;

use super::Drawing;
use super::bars::{Bar, Legend, chart, range};
use super::timeline::timeline;
use crate::explore::{Exploration, Outcome};
use crate::outcome::stats::{Bin, histogram};
use crate::outcome::{ExplorationResult, ScheduleResult, hidden};
use crate::plan::Asked;
use crate::report::text::explore::count::{share, size};
use crate::report::text::explore::{legend, title};

const LEGEND: Legend = Legend { kept: "nothing is lost", lost: "updates are lost" };

/// The final values of one strategy, each with a link if there is something to lead to. Where they
/// are too many, each bar is for a range of them.
pub(in crate::report) fn values(
    found: &Exploration,
    link: impl Fn(i64) -> Option<String>,
) -> Option<Drawing> {
    let all = found.interleavings.as_ref()?;
    let values: Vec<i64> = found.outcomes.iter().map(|outcome| outcome.value).collect();
    let one = |&value: &i64| Bin { low: value, high: value, count: 1 };
    let bins = match hidden(values.len()).is_empty() {
        true => values.iter().map(one).collect(),
        false => histogram(&values, found.target),
    };
    let mut rows = Vec::new();
    for bin in bins {
        let within = |outcome: &&Outcome| (bin.low..=bin.high).contains(&outcome.value);
        let (mut count, mut lossless) = (BigUint::ZERO, BigUint::ZERO);
        for outcome in found.outcomes.iter().filter(within) {
            count += outcome.interleavings.as_ref()?;
            lossless += outcome.lossless.as_ref()?;
        }
        rows.push(Bar {
            label: range(&bin),
            kept: part(&lossless, all),
            lost: part(&(&count - (&lossless).min(&count)), all),
            note: format!("{} ({})", size(&count), share(&count, all)),
            link: link(bin.low).filter(|_| bin.low == bin.high),
        });
    }
    let title = format!("How many of {} interleavings end at each value", size(all));
    (!rows.is_empty()).then(|| chart(title, &rows, Some(&LEGEND)))
}

/// Its final values, and the witness.
pub(in crate::report) fn explored(asked: &Asked, of: &ExplorationResult) -> Vec<Drawing> {
    let witness = of.witness.as_ref().map(|witness| {
        timeline(&asked.config.program, &witness.trace, title(witness).replace("):", ")"))
    });
    values(&of.found, |_| None).into_iter().chain(witness).collect()
}

/// The schedule that was asked for.
pub(in crate::report) fn traced(asked: &Asked, of: &ScheduleResult) -> Drawing {
    let title = format!("Schedule {}", legend(&of.schedule));
    timeline(&asked.config.program, &of.trace, title)
}

/// How large a part is.
fn part(part: &BigUint, all: &BigUint) -> f64 {
    const SCALE: u32 = 1_000_000;
    match *all == BigUint::ZERO {
        true => 0.0,
        // What is there is at least a little.
        false => u32::try_from((part * SCALE + all - 1_u32) / all).unwrap_or(SCALE).into(),
    }
}
