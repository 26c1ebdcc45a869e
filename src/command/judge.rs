//! Judges the strategies of a plan, until something stops it.

use super::console::Console;
use super::search::{each, searched};
use crate::explore::{WitnessSchedule, judge as search, trace};
use crate::machine::Program;
use crate::outcome::{Description, Found, JudgementResult, Questions};
use crate::plan::{Asked, Chosen, Judge};
use crate::worker::RunError;

/// The results, and why it ended early, if it did.
pub(super) fn judge(
    asked: &Asked,
    task: &Judge,
    strategies: &[Chosen],
    console: &mut Console,
) -> (Found, Option<RunError>) {
    let (judgements, not_judged, stopped) =
        each(strategies, console, |chosen, console| one(asked, task, chosen, console));
    (Found::Judge { judgements, not_judged }, stopped)
}

fn one(
    asked: &Asked,
    task: &Judge,
    chosen: &Chosen,
    console: &mut Console,
) -> Result<JudgementResult, String> {
    let program = &asked.config.program;
    searched(chosen.about.name, "judged", console, |watch| {
        let found = search(chosen.strategy, program, task.memory, task.bounds, watch)?;
        let follow = |way: &Option<WitnessSchedule>| {
            let WitnessSchedule { schedule, iters } = way.as_ref()?;
            let program = Program { iters: *iters, ..program.clone() };
            trace(chosen.strategy, &program, task.memory, schedule, true).ok()
        };
        let traces = Questions {
            mutual_exclusion: follow(&found.mutual_exclusion.witness),
            progress: follow(&found.progress.witness),
            bounded_waiting: follow(&found.bounded_waiting.witness),
        };
        let (claims, description) = (Questions::claimed(&chosen.about), Description::of(chosen));
        Ok(JudgementResult { found, claims, description, traces })
    })
}
