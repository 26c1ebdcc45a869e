//! Explores the strategies of a plan, until something stops it.

use super::console::Console;
use super::search::{each, searched};
use super::witness::Shown;
use crate::explore::explore as search;
use crate::outcome::{Description, ExplorationResult, Found, ScheduleResult};
use crate::plan::{Asked, Chosen, Explore};
use crate::stepper::SceneGraph;
use crate::worker::RunError;

/// The results, and why the search ended early, if it did.
pub(super) fn explore(
    asked: &Asked,
    task: &Explore,
    strategies: &[Chosen],
    console: &mut Console,
) -> (Found, Option<RunError>) {
    let traces: Vec<_> = strategies.iter().filter_map(|chosen| traced(asked, chosen)).collect();
    let to_explore = if asked.config.schedule.is_some() { &[] } else { strategies };
    let (explorations, not_explored, stopped) =
        each(to_explore, console, |chosen, console| one(asked, task, chosen, console));
    (Found::Explore { explorations, traces, not_explored }, stopped)
}

/// The plan has followed the schedule that was asked for.
fn traced(asked: &Asked, chosen: &Chosen) -> Option<ScheduleResult> {
    Some(ScheduleResult {
        strategy: chosen.about.name,
        promise: chosen.about.promise,
        schedule: asked.config.schedule.clone()?,
        trace: chosen.trace.clone()?,
    })
}

pub(super) fn one(
    asked: &Asked,
    task: &Explore,
    chosen: &Chosen,
    console: &mut Console,
) -> Result<ExplorationResult, String> {
    let program = &asked.config.program;
    searched(chosen.about.name, "explored", console, |watch| {
        let found = search(chosen.strategy, program, task.memory, task.bounds, watch)?;
        let shown = Shown { strategy: chosen.strategy, program, task, found: &found };
        let whole = (program, task.memory, found.promise);
        let scenes = match task.page && found.complete {
            // What cannot be followed has no page to step through.
            true => SceneGraph::new(chosen.strategy, whole, task.bounds, watch).ok().flatten(),
            false => None,
        };
        Ok(ExplorationResult {
            description: Description::of(chosen),
            witness: shown.witness(),
            more_witnesses: shown.more(watch),
            witnesses: shown.values(),
            scenes,
            found,
        })
    })
}
