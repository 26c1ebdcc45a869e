//! One line for each run or final value, for a spreadsheet. What has no meaning is empty.

use std::fmt::Display;

use super::format::Report;
use super::page::Page;
use crate::explore::Chance;
use crate::machine::Tally;
use crate::outcome::{
    CheckResult, ExplorationResult, Found, JudgementResult, Outcome, Run, StrategyResult, word,
};

pub(super) struct Csv;

const RACE: &str = "strategy,run,final,target,reached,partial,planned_increments,\
planned_decrements,made_increments,made_decrements,kept_increments,kept_decrements,\
lost_increments,lost_decrements,peak_inside,elapsed_ns,timing_disturbed\n";

const EXPLORE: &str =
    "strategy,final,interleavings,lossless,min_preemptions,schedule,complete,chance\n";

const JUDGE: &str = "strategy,workers,updates,mutual_exclusion,most_inside,progress,\
bounded_waiting,passed,complete\n";

const SELFTEST: &str = "strategy,aim,way,state,command\n";

impl Report for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn write(&self, outcome: &Outcome, _: Page) -> String {
        match &outcome.found {
            Found::Race { results } => RACE.to_owned() + &lines(results.iter().flat_map(runs)),
            Found::Explore { explorations, .. } => {
                EXPLORE.to_owned() + &lines(explorations.iter().flat_map(values))
            }
            Found::Judge { judgements, .. } => {
                JUDGE.to_owned() + &lines(judgements.iter().map(answers))
            }
            Found::Selftest { checks, .. } => {
                SELFTEST.to_owned() + &lines(checks.iter().map(check))
            }
        }
    }
}

/// Names are lower case and hyphens, all else is a number or a word: nothing has to be quoted.
fn lines(rows: impl Iterator<Item = Vec<String>>) -> String {
    rows.map(|row| row.join(",") + "\n").collect()
}

fn runs(result: &StrategyResult) -> impl Iterator<Item = Vec<String>> {
    result.runs.iter().enumerate().map(|(number, run)| {
        let mut row = vec![result.strategy.to_owned(), (number + 1).to_string()];
        row.extend(account(run));
        row.push(result.timing_disturbed.to_string());
        row
    })
}

fn account(run: &Run) -> Vec<String> {
    let mut row = vec![
        known(run.value.as_ref()),
        run.target.to_string(),
        run.reached.to_string(),
        run.partial.to_string(),
    ];
    for tally in [Some(run.planned), Some(run.made), run.kept, run.lost] {
        let kind = |of: fn(Tally) -> u64| known(tally.map(of).as_ref());
        row.extend([kind(|tally| tally.increments), kind(|tally| tally.decrements)]);
    }
    row.extend([known(run.peak_inside.as_ref()), known(run.elapsed_ns.as_ref())]);
    row
}

fn values(explored: &ExplorationResult) -> impl Iterator<Item = Vec<String>> {
    let found = &explored.found;
    found.outcomes.iter().map(|outcome| {
        vec![
            found.strategy.to_owned(),
            outcome.value.to_string(),
            known(outcome.interleavings.as_ref()),
            known(outcome.lossless.as_ref()),
            outcome.min_preemptions.to_string(),
            outcome.schedule.to_string(),
            found.complete.to_string(),
            known(outcome.chance.as_ref().map(Chance::number).as_ref()),
        ]
    })
}

fn answers(JudgementResult { found, .. }: &JudgementResult) -> Vec<String> {
    vec![
        found.strategy.to_owned(),
        found.workers.to_string(),
        known(found.updates.as_ref()),
        known(found.mutual_exclusion.holds.as_ref()),
        found.mutual_exclusion.most_inside.to_string(),
        known(found.progress.holds.as_ref()),
        known(found.bounded_waiting.holds.as_ref()),
        known(found.bounded_waiting.passed.as_ref()),
        found.complete.to_string(),
    ]
}

/// Commands have no commas and no double quotes.
fn check(of: &CheckResult) -> Vec<String> {
    let CheckResult { strategy, aim, way, state, command, .. } = of;
    vec![(*strategy).into(), word(aim), word(way), word(state), known(command.as_ref())]
}

fn known(number: Option<&impl Display>) -> String {
    number.map_or_else(String::new, ToString::to_string)
}
