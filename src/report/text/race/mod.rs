//! A race as text: the answer first, then the account, then what was done.
//!
//! One skeleton for every strategy, so that `none` and `mutex` can be switched on the projector
//! and only the numbers change.

mod account;
mod compare;
mod copies;
mod deaths;
mod distribution;
mod heading;
mod inside;
mod reached;
mod single;
mod start;

use crate::outcome::{Outcome, StrategyResult};
use crate::plan::Task;
use crate::report::page::Page;

pub(super) fn report(outcome: &Outcome, results: &[StrategyResult], page: Page) -> String {
    let asked = &outcome.plan;
    if results.iter().all(|result| result.runs.is_empty()) {
        return String::new();
    }
    let mut text = match results {
        [result] => match &result.runs[..] {
            [run] => single::report(asked, result, run, page),
            _ => distribution::report(asked, result, page),
        },
        results => compare::report(asked, results, page),
    };
    if !page.brief {
        text += &next(outcome, results, page);
    }
    if page.verbose {
        text += &start::verbose(asked, results, page);
    }
    text
}

/// What to try next: after the lecture what explains it, and after an exhibit that was not caught
/// what proves it wrong.
fn next(outcome: &Outcome, results: &[StrategyResult], page: Page) -> String {
    if outcome.verdict.is_none() {
        return String::new();
    }
    let program = &outcome.plan.config.program;
    let caught = |result: &StrategyResult| result.evidence(program).broken;
    let not_caught = results.iter().filter(|result| result.exhibit && !caught(result));
    let mut text: String = not_caught
        .map(|result| {
            let name = result.strategy;
            let proves = "was not caught this time, which proves nothing";
            page.indented(4, &format!("{name} {proves}: syncdemo explore {name}"))
        })
        .collect();
    if matches!(&outcome.plan.task, Task::Race(race) if race.lecture) {
        text += "next:  syncdemo explore none    (why?)\n";
    }
    text
}
