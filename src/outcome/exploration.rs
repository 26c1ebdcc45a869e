//! What an exploration found, with the schedule that shows it best.

use std::ops::Range;

use serde::Serialize;

use super::description::Description;
use super::number::{number, several};
use crate::explore::{Exploration, Limits, Trace};
use crate::machine::{Program, Promise, Schedule};
use crate::plan::{Asked, Task};
use crate::stepper::SceneGraph;

/// Every interleaving of one strategy.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ExplorationResult {
    /// What the search found.
    #[serde(flatten)]
    pub found: Exploration,
    /// What the strategy says of itself.
    pub description: Description,
    /// The schedule that is shown step by step.
    pub witness: Option<Witness>,
    /// More of them, of which each shows something else.
    pub more_witnesses: Vec<Witness>,
    /// One for each final value that is not [`hidden`].
    #[serde(skip)]
    pub witnesses: Vec<Witness>,
    /// All states, if a page is to be written and they are few enough for it.
    #[serde(skip)]
    pub scenes: Option<SceneGraph>,
}

impl ExplorationResult {
    /// Whether a witness shows that more updates were kept than were made: some update counts
    /// more than once.
    pub(crate) fn has_surplus(&self, program: &Program) -> bool {
        self.witnesses.iter().any(|of| (of.trace.kept - program.planned()).sum() > 0)
    }
}

/// Of so many final values, those between the ten lowest and the ten highest are hidden if they
/// are too many to be read.
pub(crate) fn hidden(values: usize) -> Range<usize> {
    if values > 25 { 10..values - 10 } else { 0..0 }
}

/// A schedule of what was found, step by step.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Witness {
    /// What it leads to.
    pub of: WitnessOf,
    /// Iterations of each worker's loop in it: as few as show it.
    pub iters: u64,
    /// The schedule.
    pub schedule: Schedule,
    /// Its steps.
    #[serde(flatten)]
    pub trace: Trace,
}

/// What a witness leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WitnessOf {
    /// A final value.
    Value,
    /// A deadlock.
    Deadlock,
    /// A release of what is not held.
    Fault,
    /// A livelock.
    Livelock,
    /// More workers inside than the strategy promises.
    Crowded,
    /// A worker that has to wait.
    Waiting,
}

/// The schedule that was asked for, step by step.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ScheduleResult {
    /// The strategy.
    pub strategy: &'static str,
    /// What it promises.
    pub promise: Promise,
    /// The schedule.
    pub schedule: Schedule,
    /// What happened.
    #[serde(flatten)]
    pub trace: Trace,
}

impl ScheduleResult {
    /// The most workers that were inside at once.
    pub(crate) fn peak_inside(&self) -> usize {
        self.trace.inside().into_iter().max().unwrap_or(0)
    }

    /// Whether more updates were kept than were made: some update counts more than once.
    pub(crate) fn has_surplus(&self, program: &Program) -> bool {
        self.trace.ended && (self.trace.kept - program.planned()).sum() > 0
    }

    /// Whether some workers have not finished, and never will.
    pub(crate) fn stuck(&self) -> bool {
        !self.trace.waiting.is_empty() || self.trace.fault.is_some()
    }
}

/// The schedule of what was found that is to be shown: what was asked for, else the worst.
pub(crate) fn witness(found: &Exploration, asked: Option<i64>) -> Option<(WitnessOf, &Schedule)> {
    if let Some(value) = asked {
        return found.final_value(value).map(|outcome| (WitnessOf::Value, &outcome.schedule));
    }
    let deadlock = found.deadlock.as_ref().map(|found| (WitnessOf::Deadlock, &found.schedule));
    let fault = || found.fault.as_ref().map(|found| (WitnessOf::Fault, &found.schedule));
    let worst = || found.worst().map(|outcome| (WitnessOf::Value, &outcome.schedule));
    deadlock.or_else(fault).or_else(worst)
}

/// Whether some strategy never ends at the value whose witness is wanted.
pub(super) fn misses_witness(asked: &Asked, explorations: &[ExplorationResult]) -> bool {
    let Task::Explore(task) = &asked.task else { return false };
    let never = |value| explorations.iter().any(|of| of.found.final_value(value).is_none());
    task.witness.is_some_and(never)
}

/// Which bound made the answer uncertain, in a sentence.
pub(super) fn uncertain(explorations: &[ExplorationResult]) -> String {
    let limits = || explorations.iter().map(|explored| &explored.found.limits);
    let no_proof = "part of the interleavings only, no proof. Use a smaller --iters";
    if let Some(sentence) = stopped(limits(), no_proof) {
        return sentence;
    }
    if let Some(most) = limits().find_map(|limits| limits.preemptions) {
        return format!(
            "searched with up to {} only: no proof. Use a larger --max-preemptions, or leave it out.",
            several(most, "preemption")
        );
    }
    "a store buffer was full, and a longer one may allow more: no proof. Use a smaller --iters."
        .into()
}

/// Which bound ended a search, in a sentence.
pub(super) fn stopped<'l>(
    mut limits: impl Iterator<Item = &'l Limits> + Clone,
    no_proof: &str,
) -> Option<String> {
    let states = limits.clone().find_map(|limits| limits.states).map(|states| {
        format!("stopped after {} states: {no_proof}, or a larger --max-states.", number(states))
    });
    let memory = || {
        let mib = number(limits.find_map(|limits| limits.memory)? >> 20);
        Some(format!("stopped at {mib} MiB of memory: {no_proof}, or a larger --max-memory."))
    };
    states.or_else(memory)
}
