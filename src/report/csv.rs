//! One line for each run, for a spreadsheet. What has no meaning in a run is empty.

use std::fmt::Write as _;

use anyhow::Result;
use num_bigint::BigUint;

use super::{Page, Report};
use crate::explore::Outcome;
use crate::outcome::{Explored, Outcome as Raced, Run};
use crate::plan::{Plan, Small};

pub(super) struct Csv;

const HEADER: &str = "strategy,run,final,target,reached,partial,planned_increments,\
planned_decrements,made_increments,made_decrements,kept_increments,kept_decrements,\
lost_increments,lost_decrements,peak_inside,elapsed_ns,timing_disturbed";

impl Report for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn ending(&self) -> &'static str {
        "csv"
    }

    fn race(&self, _: &Plan, outcome: &Raced, _: Page) -> Result<String> {
        let mut text = format!("{HEADER}\n");
        for result in &outcome.results {
            for (number, run) in result.runs.iter().enumerate() {
                // Names are lower case and hyphens, all else is a number or a word: nothing to
                // be quoted.
                let (name, disturbed) = (result.strategy, result.timing_disturbed);
                writeln!(text, "{name},{},{},{disturbed}", number + 1, fields(run))?;
            }
        }
        Ok(text)
    }

    fn exploration(&self, _: &Small, explored: &Explored, _: Page) -> Result<String> {
        let mut text =
            "strategy,final,interleavings,lossless,min_preemptions,schedule\n".to_owned();
        for found in &explored.explorations {
            for outcome in &found.outcomes {
                let Outcome { value, min_preemptions, schedule, .. } = outcome;
                let count =
                    |n: &Option<BigUint>| n.as_ref().map_or(String::new(), BigUint::to_string);
                let (all, lossless) = (count(&outcome.interleavings), count(&outcome.lossless));
                let name = found.strategy;
                writeln!(text, "{name},{value},{all},{lossless},{min_preemptions},{schedule}")?;
            }
        }
        Ok(text)
    }
}

fn fields(run: &Run) -> String {
    let or_empty = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
    let tallies = [run.planned, run.made, run.kept, run.lost];
    let tallies = tallies.map(|tally| format!("{},{}", tally.increments, tally.decrements));
    format!(
        "{},{},{},{},{},{},{}",
        run.value,
        run.target,
        run.reached,
        run.partial,
        tallies.join(","),
        or_empty(run.peak_inside),
        or_empty(run.elapsed_ns)
    )
}
