//! The pictures of an exploration: how many interleavings end at each value, and one schedule.

use num_bigint::BigUint;

use super::Drawing;
use super::bars::{Bar, Legend, chart};
use crate::explore::{Chance, Exploration, FinalValue};
use crate::outcome::stats::{bins, in_ranges};
use crate::report::explore::count::{percent, size, sized};

const LEGEND: Legend = Legend { kept: "nothing is lost", lost: "updates are lost" };

/// The final values of one strategy, and deadlock, each with a link if there is something to lead to.
/// Where they are too many, each bar is for a range of them.
pub(in crate::report) fn values(
    found: &Exploration,
    link: impl Fn(&str) -> Option<String>,
) -> Option<Drawing> {
    let all = found.interleavings.as_ref()?;
    let values: Vec<i64> = found.outcomes.iter().map(|outcome| outcome.value).collect();
    let bins = bins(&values, found.target);
    let ranges = in_ranges(bins.iter());
    let mut rows = Vec::new();
    for bin in bins {
        let within = |outcome: &&FinalValue| bin.has(outcome.value);
        let outcomes: Vec<&FinalValue> = found.outcomes.iter().filter(within).collect();
        let (mut count, mut lossless) = (BigUint::ZERO, BigUint::ZERO);
        for outcome in &outcomes {
            count += outcome.interleavings.as_ref()?;
            lossless += outcome.lossless.as_ref()?;
        }
        let chance = Chance::sum(outcomes.iter().map(|outcome| outcome.chance.as_ref()))
            .map_or(String::new(), |chance| format!(", chance {}", percent(&chance)));
        rows.push(Bar {
            label: bin.range(),
            kept: part(&lossless, all),
            lost: part(&(&count - (&lossless).min(&count)), all),
            note: size(&count) + &chance,
            link: link(&bin.low.to_string()).filter(|_| bin.low == bin.high),
            ..Bar::default()
        });
    }
    if rows.is_empty() {
        return None;
    }
    rows.extend(deadlocks(found).map(|note| Bar {
        label: "deadlock".into(),
        note,
        link: link("deadlock"),
        ..Bar::default()
    }));
    let title = format!("How many of {} interleavings end at each value{ranges}", size(all));
    Some(chart(title, &rows, Some(&LEGEND)))
}

/// "20 others, chance 84.4 %": they end at no value.
fn deadlocks(found: &Exploration) -> Option<String> {
    let (count, deadlock) = (found.deadlocks.as_ref()?, found.deadlock.as_ref()?);
    let chance = deadlock.chance.as_ref().map(|chance| format!(", chance {}", percent(chance)));
    Some(sized(count, "other") + &chance.unwrap_or_default())
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
