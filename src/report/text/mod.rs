//! For people: the answer first, then the account, then what was done.
//!
//! One skeleton for every strategy, so that `none` and `mutex` can be switched on the projector
//! and only the numbers change.

mod compare;
mod details;
mod distribution;
mod single;
mod words;

use anyhow::Result;

use super::{Page, Report};
use crate::outcome::{Explored, Outcome};
use crate::plan::{Plan, Small};

pub use words::{broken_promise, unmet};

pub(super) struct Text;

impl Report for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn ending(&self) -> &'static str {
        "txt"
    }

    fn race(&self, plan: &Plan, outcome: &Outcome, page: Page) -> Result<String> {
        let mut text = headed(outcome, plan);
        let ran = outcome.results.iter().any(|result| !result.runs.is_empty());
        text += &match &outcome.results[..] {
            _ if !ran => String::new(),
            [result] => match &result.runs[..] {
                [run] => single::report(plan, result, run, page),
                _ => distribution::report(plan, result, page),
            },
            results => compare::report(plan, results, page),
        };
        text += &words::next(plan, outcome, page);
        if page.verbose && ran {
            text += &words::verbose(plan, outcome, page);
        }
        Ok(text)
    }

    fn exploration(&self, plan: &Small, explored: &Explored, page: Page) -> Result<String> {
        Ok(super::explore::text(plan, explored, page))
    }
}

/// What has to be known before any number is read.
pub(crate) fn headed(outcome: &Outcome, plan: &Plan) -> String {
    let runs: usize = outcome.results.iter().map(|result| result.runs.len()).sum();
    let all = plan.runs * plan.strategies.len() as u64;
    if runs == 0 && !outcome.interrupted {
        return String::new();
    }
    let head = if outcome.interrupted {
        "INTERRUPTED"
    } else if outcome.error.is_some() {
        "PARTIAL"
    } else {
        return String::new();
    };
    let of = format!("{} of {}", super::number(runs as u64), page_runs(all));
    if all == 1 { format!("{head}\n") } else { format!("{head}: {of}\n") }
}

fn page_runs(runs: u64) -> String {
    super::page::several(runs, "run")
}

#[cfg(test)]
mod tests;
