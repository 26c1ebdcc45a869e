//! What a picture and a page begin with: what was asked, and the answer.

use super::page::plain;
use super::text::explore::head::{going_round, head, program};
use super::text::explore::title::legend;
use super::text::race::{compare, distribution, heading, reached};
use super::text::{headed, judge, selftest};
use super::unmet::unmet;
use crate::outcome::{ExplorationResult, Found, Outcome, ScheduleResult, StrategyResult};
use crate::plan::Asked;

/// The first sentence, and the answers below it.
pub(super) struct Headline {
    pub(super) title: String,
    /// Each with its label, which may be empty.
    pub(super) answers: Vec<(String, String)>,
}

impl Headline {
    /// Of any outcome.
    pub(super) fn of(outcome: &Outcome) -> Self {
        let asked = &outcome.plan;
        let (title, mut answers) = match &outcome.found {
            Found::Race { results } => raced(asked, results),
            Found::Explore { explorations, traces, .. } => explored(asked, explorations, traces),
            Found::Judge { .. } => (judge::head(asked), Vec::new()),
            Found::Selftest { counts, .. } => {
                (selftest::head(asked), vec![(String::new(), selftest::summary(counts))])
            }
        };
        answers.extend(unmet(outcome).into_iter().map(|said| (String::new(), said)));
        let head = headed(outcome);
        if !head.is_empty() {
            answers.insert(0, (String::new(), head.trim_end().into()));
        }
        Self { title: plain(&title), answers }
    }
}

type Said = (String, Vec<(String, String)>);

fn raced(asked: &Asked, results: &[StrategyResult]) -> Said {
    let [result] = results else { return (compare::heading(asked, results), Vec::new()) };
    let answers = match (result.only(), &result.summary) {
        (Some(run), _) => vec![
            ("final value".into(), reached::value(run).drawn()),
            (reached::label(run.target), reached::sentence(run)),
        ],
        (None, Some(summary)) => vec![
            (reached::label(summary.first.target), distribution::reached(summary)),
            ("lost updates".into(), distribution::losses(summary)),
        ],
        (None, None) => Vec::new(),
    };
    (heading::of(asked, result), answers)
}

fn explored(asked: &Asked, explorations: &[ExplorationResult], traces: &[ScheduleResult]) -> Said {
    match (explorations, traces) {
        ([explored], []) => (head(asked, &explored.found), Vec::new()),
        ([], [traced]) => {
            let (name, schedule) = (traced.strategy, legend(&traced.schedule));
            let value = ("final value".into(), traced.trace.value.to_string());
            let ends = traced.trace.round.is_none();
            let program = if ends { program(asked) } else { going_round(asked) };
            let answers = if !ends || traced.stuck() { Vec::new() } else { vec![value] };
            (format!("{name}, {program}: schedule {schedule}"), answers)
        }
        ([], _) => (format!("One schedule of {}", program(asked)), Vec::new()),
        _ => (format!("All interleavings of {}", program(asked)), Vec::new()),
    }
}
