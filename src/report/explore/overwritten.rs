//! The step of a schedule that lost the most updates, and why it did.

use super::count::in_words;
use crate::explore::{Overwritten, Trace};

/// The step (from 0) that wrote over the most updates, and which.
pub(in crate::report) fn decisive(trace: &Trace) -> Option<(usize, Overwritten)> {
    let losses = trace.events.iter().enumerate();
    let losses = losses.filter_map(|(at, event)| Some((at, event.overwritten?)));
    losses.rev().max_by_key(|(_, lost)| lost.increments.max(0) + lost.decrements.max(0))
}

/// "both increments lost"
pub(in crate::report) fn were_lost(lost: Overwritten) -> String {
    let one_kind = lost.increments <= 0 || lost.decrements <= 0;
    let kinds = kinds(lost, |count, one| match count {
        1 => format!("1 {one}"),
        2 if one_kind => format!("both {one}s"),
        _ => format!("{count} {one}s"),
    });
    kinds.map_or_else(|| "older updates come back".into(), |kinds| format!("{kinds} lost"))
}

/// "Step 6: worker 2 wrote 0 - 1, but the 0 was from step 1, two increments ago."
pub(in crate::report) fn sentence(trace: &Trace, at: usize, lost: Overwritten) -> String {
    let event = &trace.events[at];
    let change = match event.value.unwrap_or_default() - lost.seen {
        change if change < 0 => format!("- {}", -change),
        change => format!("+ {change}"),
    };
    let wrote = if event.turn.drains() { "'s buffer wrote" } else { " wrote" };
    let (worker, step, seen) = (event.turn.worker + 1, event.number.unwrap_or(0), lost.seen);
    let (read_at, ago) = (lost.read_at, ago(lost));
    format!(
        "Step {step}: worker {worker}{wrote} {seen} {change}, but the {seen} was from step \
         {read_at}{ago}."
    )
}

fn ago(lost: Overwritten) -> String {
    let kinds = kinds(lost, |count, one| {
        format!("{} {one}{}", in_words(count.unsigned_abs()), if count == 1 { "" } else { "s" })
    });
    kinds.map_or_else(String::new, |kinds| format!(", {kinds} ago"))
}

/// Both kinds of lost updates, as far as there are any, each in these words.
fn kinds(lost: Overwritten, words: impl Fn(i64, &str) -> String) -> Option<String> {
    let kinds = [(lost.increments, "increment"), (lost.decrements, "decrement")];
    let kinds = kinds.into_iter().filter(|(count, _)| *count > 0);
    let kinds: Vec<String> = kinds.map(|(count, one)| words(count, one)).collect();
    (!kinds.is_empty()).then(|| kinds.join(" and "))
}
