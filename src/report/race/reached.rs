//! Whether the value to reach was reached, and what to make of it.

use super::deaths;
use crate::outcome::{Run, number, several};
use crate::report::page::{BEWARE, NO, YES, styled};
use crate::report::table::Cell;

/// "reached zero", or with `--count-up` "reached 10,000"
pub(super) fn label(target: i64) -> String {
    if target == 0 { "reached zero".into() } else { format!("reached {}", number(target)) }
}

/// The final value. One that only happens to be the value to reach is not final.
pub(super) fn value(run: &Run) -> Cell {
    let style = if run.reached && run.losses() == 0 { YES } else { NO };
    let so_far = if run.value == Some(run.target) && !run.reached { " so far" } else { "" };
    match run.value {
        Some(value) => Cell::styled(style, format!("{}{so_far}", number(value))),
        None => Cell::styled(NO, "unknown"),
    }
}

/// "yes", "NO", "BY CANCELLATION"
pub(super) fn cell(run: &Run) -> Cell {
    match (run.reached, run.cancelled()) {
        _ if run.value.is_none() => Cell::styled(NO, "unknown"),
        (_, true) => Cell::styled(BEWARE, "BY CANCELLATION"),
        (true, _) => Cell::styled(YES, "yes"),
        (false, _) => Cell::styled(NO, "NO"),
    }
}

/// "NO: 5,036 of 10,000 updates were lost"
pub(super) fn sentence(run: &Run) -> String {
    let (lost, made) = (number(run.losses()), several(run.made.sum(), "update"));
    let were = if run.losses() == 1 { "was" } else { "were" };
    let missing = (run.planned - run.made).sum();
    let (no, surplus) = (styled(NO, "NO"), run.surplus.sum());
    if run.value.is_none() {
        "unknown: the resource could not be read at the end".into()
    } else if surplus > 0 {
        let head = if run.reached { styled(BEWARE, "yes, BUT") } else { format!("{no}:") };
        format!("{head} it holds {} more than were made", several(surplus, "update"))
    } else if run.cancelled() {
        let head = styled(BEWARE, "BY CANCELLATION");
        format!("{head}: {lost} of {made} {were} lost all the same")
    } else if run.losses() > 0 {
        format!("{no}: {lost} of {made} {were} lost")
    } else if let Some(unmade) = deaths::only_unmade(run, missing) {
        format!("{no}: {unmade}")
    } else if !run.reached {
        format!("{no}: {} still to be made, nothing was lost", several(missing, "update"))
    } else {
        let all = if run.made.sum() == 1 { "the" } else { "all" };
        let s = if run.made.sum() == 1 { "update is" } else { "updates are" };
        let count = number(run.made.sum());
        format!("{}: {all} {count} {s} in it, nothing was lost", styled(YES, "yes"))
    }
}
