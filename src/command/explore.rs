//! Explores the strategies of a plan, until something stops it.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::progress::Progress;
use super::watchdog::Watchdog;
use super::witness::Shown;
use crate::catalog::{find, table};
use crate::explore::{Refused, explore as search};
use crate::machine::catch_misuse;
use crate::outcome::{Description, ExplorationResult, Found, ScheduleResult, number};
use crate::plan::{Asked, Chosen, Explore};
use crate::worker::{Interrupt, RunError, interrupted, running};

/// A search tells that it moves many times a second, also on a busy machine.
const SEARCHING: Duration = Duration::from_secs(30);

/// The results, and why the search ended early, if it did.
pub(super) fn explore(
    asked: &Asked,
    task: &Explore,
    strategies: &[Chosen],
    interrupt: &Interrupt,
    progress: &mut Progress,
) -> (Found, Option<RunError>) {
    let traces: Vec<_> = strategies.iter().filter_map(|chosen| traced(asked, chosen)).collect();
    let to_explore = if asked.config.schedule.is_some() { &[] } else { strategies };
    let mut explorations = Vec::new();
    let mut stopped = None;
    for chosen in to_explore {
        match one(asked, task, chosen, interrupt, progress) {
            Ok(explored) => explorations.push(explored),
            Err(why) => stopped = Some(RunError::Failed(why)),
        }
        stopped = interrupted(interrupt).or(stopped);
        if stopped.is_some() {
            break;
        }
    }
    let rest = to_explore.iter().skip(explorations.len());
    let not_explored = rest.map(|chosen| chosen.about.name).collect();
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

fn one(
    asked: &Asked,
    task: &Explore,
    chosen: &Chosen,
    interrupt: &Interrupt,
    progress: &mut Progress,
) -> Result<ExplorationResult, String> {
    let (name, program) = (chosen.about.name, &asked.config.program);
    running(name);
    let is_own = find(table(), name).is_none();
    let watchdog = is_own.then(|| Watchdog::start(name.to_owned(), SEARCHING));
    let began = Instant::now();
    let mut watch = |states: usize| {
        watchdog.iter().for_each(Watchdog::moved);
        progress.say(|| {
            let rate = states as f64 / began.elapsed().as_secs_f64();
            format!("{name}: {} states, {} per second", number(states), number(rate as u64))
        });
        match interrupted(interrupt) {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    };
    let explored = catch_misuse(|| {
        let found = search(chosen.strategy, program, task.memory, task.bounds, &mut watch)?;
        let shown = Shown { strategy: chosen.strategy, program, task, found: &found };
        Ok(ExplorationResult {
            description: Description::of(chosen),
            witness: shown.witness(),
            more_witnesses: shown.more(&mut watch),
            witnesses: shown.values(),
            found,
        })
    });
    match explored {
        Ok(explored) => explored.map_err(|why| refused(why, name)),
        Err(why) => Err(format!("{name} {why}")),
    }
}

fn refused(why: Refused, name: &str) -> String {
    match why {
        Refused::Workers | Refused::Copies => why.to_string(),
        Refused::Section | Refused::OwnState => format!("{name} cannot be explored: {why}."),
    }
}
