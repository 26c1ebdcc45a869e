//! A race: the answer first, then the account, then what was done.
//!
//! One skeleton for every strategy, so that `none` and `mutex` can be switched on the projector
//! and only the numbers change.

mod account;
pub(super) mod beside;
mod compare;
mod copies;
mod deaths;
mod distribution;
mod heading;
mod inside;
mod reached;
mod single;
pub(super) mod start;
pub(super) mod traced;

use crate::cli::called;
use crate::outcome::{Outcome, StrategyResult};
use crate::plan::Task;
use crate::report::page::{NAME, styled};
use crate::report::sheet::Sheet;

pub(super) fn write(outcome: &Outcome, results: &[StrategyResult], sheet: &mut dyn Sheet) {
    let asked = &outcome.plan;
    let heading = match results {
        [result] => heading::of(asked, result),
        _ => compare::heading(asked, results),
    };
    if results.iter().all(|result| result.summary.is_none()) {
        return sheet.not_in_text(&|sheet| sheet.heading(&heading));
    }
    sheet.heading(&heading);
    match results {
        [result] => match result.only() {
            Some(run) => single::write(asked, result, run, sheet),
            None => distribution::write(asked, result, sheet),
        },
        results => compare::write(asked, results, sheet),
    }
    // Of many runs of one strategy, it has taken the place of the histogram.
    for result in results.iter().filter(|result| results.len() > 1 || result.count() == 1) {
        if let Some(model) = &result.model {
            let name = styled(NAME, result.strategy);
            sheet.heading(&format!("{name}, hardware beside model:"));
            beside::write(asked, result, model, sheet);
        }
    }
    if !sheet.page().brief {
        next(outcome, results, sheet);
    }
    if sheet.page().verbose {
        start::verbose(asked, results, sheet);
    }
}

/// What to try next: after the lecture what explains it, and after an exhibit that was not caught
/// what proves it wrong.
fn next(outcome: &Outcome, results: &[StrategyResult], sheet: &mut dyn Sheet) {
    if outcome.verdict.is_none() {
        return;
    }
    for result in results.iter().filter(|result| result.exhibit && !result.evidence().broken) {
        let name = result.strategy;
        let hint = format!("{} explore {name}", called());
        sheet.note(&format!("{name} was not caught this time, which proves nothing: {hint}"));
    }
    if matches!(&outcome.plan.task, Task::Race(race) if race.lecture) {
        sheet.note(&format!("next:  {} explore none    (why?)", called()));
    }
}
