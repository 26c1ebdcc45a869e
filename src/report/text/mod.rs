//! For people: plain text, of which colour only repeats what the words say.

pub(super) mod explore;
pub(super) mod judge;
pub(super) mod race;
pub(super) mod selftest;
#[cfg(test)]
pub(super) mod tests;

use std::io::{self, Write};

use super::format::ReportFormat;
use super::page::Page;
use crate::outcome::{Found, Outcome, StrategyResult, number, several};

pub(super) const FORMAT: ReportFormat =
    ReportFormat { name: "text", ending: "txt", lists_runs: false, write };

fn write(outcome: &Outcome, page: Page, to: &mut dyn Write) -> io::Result<()> {
    let report = match &outcome.found {
        Found::Race { results } => race::report(outcome, results, page),
        Found::Explore { explorations, traces, .. } => {
            explore::report(&outcome.plan, explorations, traces, page)
        }
        Found::Judge { judgements, .. } => judge::report(&outcome.plan, judgements, page),
        Found::Selftest { checks, counts } => selftest::report(&outcome.plan, checks, counts, page),
    };
    to.write_all((headed(outcome) + &report).as_bytes())
}

/// What has to be known before any number is read: that this is a part of what was asked.
pub(crate) fn headed(outcome: &Outcome) -> String {
    let (done, all, what) = match &outcome.found {
        Found::Race { results } => {
            let runs: usize = results.iter().map(StrategyResult::count).sum();
            (runs, outcome.plan.runs() * results.len() as u64, "run")
        }
        Found::Explore { explorations, traces, not_explored } => {
            let explored = explorations.len() + traces.len();
            (explored, (explored + not_explored.len()) as u64, "exploration")
        }
        Found::Judge { judgements, not_judged } => {
            let judged = judgements.len();
            (judged, (judged + not_judged.len()) as u64, "judgement")
        }
        Found::Selftest { checks, counts } => {
            (checks.len(), (checks.len() + counts.not_reached) as u64, "check")
        }
    };
    let head = match (outcome.interrupted, &outcome.error) {
        (true, _) => "INTERRUPTED",
        (false, Some(_)) if done > 0 && outcome.exit_status == 3 => "PARTIAL",
        _ => return String::new(),
    };
    match all {
        1 => format!("{head}\n"),
        _ => format!("{head}: {} of {}\n", number(done), several(all, what)),
    }
}
