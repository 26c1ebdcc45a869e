//! What a schedule does, step by step: plain data, for reports.

use serde::{Serialize, Serializer};

use super::super::model::Token;
use super::refusal::WaitsFor;
use crate::machine::{Needs, Step, Tally, Turn};

/// A schedule as it was followed.
#[derive(Clone, Debug, Serialize)]
pub struct Trace {
    /// The value that the resource holds at the end.
    #[serde(rename = "final")]
    pub value: i64,
    /// The updates that are in it.
    pub kept: Tally,
    /// Its steps.
    #[serde(rename = "steps")]
    pub events: Vec<Event>,
    /// What the workers share beside the resource, by name.
    #[serde(skip)]
    pub needs: Needs,
    /// Workers that have not finished, and never will: each waits for another.
    pub waiting: Vec<Held>,
    /// A worker (from 1) that would now give back a mutex that it does not hold, and which.
    pub fault: Option<(usize, String)>,
    /// What is to be repeated for ever, if the schedule says so.
    pub round: Option<Round>,
    /// Whether it ends where the workers do: they have finished, or never will.
    pub ended: bool,
}

/// Steps that are to be repeated for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Round {
    /// How many events come before it.
    pub from: usize,
    /// Whether it can be repeated for ever; `None` if that is not certain.
    pub repeats: Option<bool>,
    /// Each round then has the same steps.
    #[serde(skip)]
    pub each: bool,
    /// Why that is not so, or not certain.
    pub why_not: Option<String>,
}

/// One step; or a worker that has to wait, which is none.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    /// The worker that takes it.
    #[serde(serialize_with = "as_typed")]
    pub turn: Turn,
    /// Which step it is, from 1.
    pub number: Option<usize>,
    /// What is done; of a step of a store buffer, what is written to memory.
    #[serde(skip)]
    pub step: Option<Step<Token>>,
    /// The same in words.
    #[serde(rename = "action")]
    pub words: String,
    /// What was read, or written, of the resource.
    pub value: Option<i64>,
    /// What was loaded; 1 for a `replace` or a try that succeeded.
    pub answer: u64,
    /// The value that the resource holds after it.
    pub counter: i64,
    /// The worker (from 1) that was preempted by it; where a worker has to wait, the one that was
    /// stopped when it arrived, which is not counted.
    pub preempted: Option<usize>,
    /// It ended an attempt of `until` that failed.
    pub failed: bool,
    /// The updates that it wrote over, which are lost.
    pub overwritten: Option<Overwritten>,
    /// Whether the worker is inside after it.
    pub inside: bool,
    /// Why it is no step.
    pub waits: Option<Waits>,
}

/// Why a worker has to wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waits {
    /// What it waits for.
    #[serde(rename = "for")]
    pub waits_for: WaitsFor,
    /// The workers (from 1) that have it.
    pub held_by: Vec<usize>,
}

/// What a write removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Overwritten {
    /// The step (from 1) by which the value was read that was written back.
    pub read_at: usize,
    /// What had been read there.
    pub seen: i64,
    /// Increments that were in the resource, and are not any more; fewer than 0 if older ones came
    /// back.
    pub increments: i64,
    /// Decrements that were in the resource, and are not any more.
    pub decrements: i64,
}

/// What a worker holds, and what it waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The worker, from 1.
    pub worker: usize,
    /// The mutexes and permits that it has taken and not given back.
    pub holds: Vec<String>,
    /// What it waits for.
    pub waits_for: WaitsFor,
}

impl Trace {
    /// How many workers are inside after each event.
    pub fn inside(&self) -> Vec<usize> {
        let mut inside = Vec::new();
        let mut count = |event: &Event| {
            let worker = event.turn.worker;
            inside.resize(inside.len().max(worker + 1), false);
            inside[worker] = event.inside;
            inside.iter().filter(|&&inside| inside).count()
        };
        self.events.iter().map(&mut count).collect()
    }
}

fn as_typed<S: Serializer>(turn: &Turn, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(turn)
}
