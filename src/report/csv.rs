//! One line for each run or final value, for a spreadsheet. What has no meaning is empty.

use std::fmt::Display;
use std::io::{self, Write};

use serde_json::Value;

use super::format::ReportFormat;
use super::page::Page;
use crate::explore::Chance;
use crate::outcome::{
    CheckResult, ExplorationResult, Found, JudgementResult, Outcome, StrategyResult, word,
};

pub(super) const FORMAT: ReportFormat =
    ReportFormat { name: "csv", ending: "csv", lists_runs: true, write };

/// The columns of a run: where each stands in its JSON.
const RUN: &str = "final,target,reached,partial,planned/increments,planned/decrements,\
made/increments,made/decrements,kept/increments,kept/decrements,lost/increments,lost/decrements,\
peak_inside,elapsed_ns";

const EXPLORE: &str =
    "strategy,final,interleavings,lossless,min_preemptions,schedule,complete,chance\n";

const JUDGE: &str = "strategy,workers,updates,mutual_exclusion,most_inside,progress,\
bounded_waiting,passed,complete\n";

const SELFTEST: &str = "strategy,aim,way,state,command\n";

fn write(outcome: &Outcome, _: Page, to: &mut dyn Write) -> io::Result<()> {
    match &outcome.found {
        Found::Race { results } => {
            writeln!(to, "strategy,run,{},timing_disturbed", RUN.replace('/', "_"))?;
            results.iter().try_for_each(|result| runs(result, to))
        }
        Found::Explore { explorations, .. } => {
            to.write_all(EXPLORE.as_bytes())?;
            explorations.iter().flat_map(values).try_for_each(|row| line(&row, to))
        }
        Found::Judge { judgements, .. } => {
            to.write_all(JUDGE.as_bytes())?;
            judgements.iter().map(answers).try_for_each(|row| line(&row, to))
        }
        Found::Selftest { checks, .. } => {
            to.write_all(SELFTEST.as_bytes())?;
            checks.iter().map(check).try_for_each(|row| line(&row, to))
        }
    }
}

/// Names are lower case and hyphens, all else is a number or a word: nothing has to be quoted.
fn line(row: &[String], to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "{}", row.join(","))
}

fn runs(result: &StrategyResult, to: &mut dyn Write) -> io::Result<()> {
    for (run, number) in result.runs.iter()?.zip(1_u64..) {
        let mut row = vec![result.strategy.to_owned(), number.to_string()];
        row.extend(account(&serde_json::from_str(&run?)?));
        row.push(result.timing_disturbed.to_string());
        line(&row, to)?;
    }
    Ok(())
}

/// A column is empty if the value is null or missing.
fn account(run: &Value) -> impl Iterator<Item = String> {
    RUN.split(',').map(|key| match run.pointer(&format!("/{key}")) {
        None | Some(Value::Null) => String::new(),
        Some(value) => value.to_string(),
    })
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
    let CheckResult { strategy, aim, method, state, command, .. } = of;
    vec![(*strategy).into(), word(aim), word(method), word(state), known(command.as_ref())]
}

fn known(number: Option<&impl Display>) -> String {
    number.map_or_else(String::new, ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::FORMAT;
    use crate::report::Page;
    use crate::report::text::tests::{outcome, plan, run};

    #[test]
    fn runs_that_do_not_fit_into_memory_stand_in_their_order() {
        let plan = plan("none --runs 10k");
        let runs = (0..10_000).map(|number| run(&plan, 0, (number % 5001, 5000))).collect();
        let outcome = outcome(&plan, vec![runs]);
        let text = FORMAT.text(&outcome, Page { width: 80, verbose: false, brief: false });
        let rows: Vec<_> = text.lines().skip(1).collect();
        assert_eq!(rows.len(), 10_000);
        for (row, number) in rows.iter().zip(0_i64..) {
            let value = number % 5001 - 5000;
            assert!(row.starts_with(&format!("none,{},{value},0,", number + 1)), "{row}");
        }
    }
}
