//! What a report says, on any sheet.

use super::sheet::Sheet;
use super::{explore, judge, race, selftest};
use crate::outcome::{Found, Outcome, StrategyResult, number, several};
use crate::plan::Task;

pub(super) fn write(outcome: &Outcome, sheet: &mut dyn Sheet) {
    let asked = &outcome.plan;
    match &outcome.found {
        Found::Race { results } => race::write(outcome, results, sheet),
        Found::Explore { explorations, traces, .. } => {
            explore::write(asked, explorations, traces, sheet);
        }
        Found::Judge { judgements, .. } => judge::write(asked, judgements, sheet),
        Found::Selftest { checks, counts } => selftest::write(asked, checks, counts, sheet),
    }
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
    let unexplored = match (&outcome.plan.task, &outcome.found) {
        (Task::Race(task), Found::Race { results }) => {
            task.explore.is_some() && results.iter().any(|result| result.model.is_none())
        }
        _ => false,
    };
    match all {
        _ if done as u64 == all && unexplored => format!("{head}: an exploration is missing\n"),
        1 => format!("{head}\n"),
        _ => format!("{head}: {} of {}\n", number(done), several(all, what)),
    }
}
