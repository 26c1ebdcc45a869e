//! A race as text: the answer first, then the account, then what was done.
//!
//! One skeleton for every strategy, so that `none` and `mutex` can be switched on the projector
//! and only the numbers change.

pub(in crate::report) mod account;
pub(in crate::report) mod beside;
pub(in crate::report) mod compare;
pub(in crate::report) mod copies;
pub(in crate::report) mod deaths;
pub(in crate::report) mod distribution;
pub(in crate::report) mod heading;
pub(in crate::report) mod inside;
pub(in crate::report) mod reached;
pub(in crate::report) mod single;
pub(in crate::report) mod start;
pub(in crate::report) mod traced;

use crate::cli::called;
use crate::outcome::{Outcome, StrategyResult};
use crate::plan::Task;
use crate::report::page::{NAME, Page, styled};

pub(super) fn report(outcome: &Outcome, results: &[StrategyResult], page: Page) -> String {
    let asked = &outcome.plan;
    if results.iter().all(|result| result.summary.is_none()) {
        return String::new();
    }
    let mut text = match results {
        [result] => match result.only() {
            Some(run) => single::report(asked, result, run, page),
            None => distribution::report(asked, result, page),
        },
        results => compare::report(asked, results, page),
    };
    // Of many runs of one strategy, it has taken the place of the histogram.
    for result in results.iter().filter(|result| results.len() > 1 || result.count() == 1) {
        if result.model.is_some() {
            let name = styled(NAME, result.strategy);
            text += &format!("\n{name}, hardware beside model:\n\n");
            text += &beside::beside(asked, result, page);
        }
    }
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
    let not_caught = not_caught(outcome, results);
    let mut text: String = not_caught.iter().map(|said| page.indented(4, said)).collect();
    let lecture = matches!(&outcome.plan.task, Task::Race(race) if race.lecture);
    if lecture && outcome.verdict.is_some() {
        text += &format!("next:  {} explore none    (why?)\n", called());
    }
    text
}

/// "flag was not caught this time, which proves nothing: syncdemo explore flag", of each exhibit.
pub(in crate::report) fn not_caught(outcome: &Outcome, results: &[StrategyResult]) -> Vec<String> {
    let caught = |result: &&StrategyResult| result.evidence().broken;
    let exhibits = results.iter().filter(|result| result.exhibit && outcome.verdict.is_some());
    let said = exhibits.filter(|result| !caught(result)).map(|result| {
        let name = result.strategy;
        let hint = format!("{} explore {name}", called());
        format!("{name} was not caught this time, which proves nothing: {hint}")
    });
    said.collect()
}
