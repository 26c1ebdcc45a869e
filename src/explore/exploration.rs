//! What an exploration found: plain data, for reports.

use num_bigint::BigUint;
use serde::{Serialize, Serializer};

use super::budget::Bounds;
use super::chance::Chance;
use super::graph::Cut;
use super::memory::Memory;
use super::trace::Held;
use crate::machine::{Program, Promise, Schedule};

/// Everything that can happen to one small program under one strategy.
#[derive(Clone, Debug, Serialize)]
pub struct Exploration {
    /// The strategy.
    pub strategy: &'static str,
    /// What it claims.
    pub promise: Promise,
    /// Whether it is an exhibit.
    pub exhibit: bool,
    /// Number of workers.
    pub workers: usize,
    /// Iterations of each worker's loop.
    pub iters: u64,
    /// The memory model.
    pub memory: Memory,
    /// The value that is reached where nothing is lost.
    pub target: i64,
    /// Everything within the bounds was seen: what holds below, holds for all interleavings.
    pub complete: bool,
    /// What ended the search early, or limited it.
    pub limits: Limits,
    /// How many states were met. It depends on the technique, and is no promise.
    pub states: usize,
    /// How many schedules are complete. Not known where some schedules have no end, or where a
    /// bound or a signal ended the count.
    #[serde(serialize_with = "as_text")]
    pub interleavings: Option<BigUint>,
    /// How many of them lose nothing.
    #[serde(serialize_with = "as_text")]
    pub lossless: Option<BigUint>,
    /// A step was met by which an update is lost.
    #[serde(skip)]
    pub loses: bool,
    /// How many schedules end stuck: some workers have not finished, and never will.
    #[serde(serialize_with = "as_text")]
    pub deadlocks: Option<BigUint>,
    /// The most workers ever inside; of a strategy without a section, nothing.
    pub peak_inside: Option<usize>,
    /// Each final value, the smallest first.
    pub outcomes: Vec<FinalValue>,
    /// The cheapest schedule that ends stuck.
    pub deadlock: Option<Deadlock>,
    /// A schedule after which all workers can go repeat the same steps for ever.
    pub livelock: Option<Livelock>,
    /// The cheapest schedule after which a worker gives back what it does not hold.
    pub fault: Option<Fault>,
}

/// One final value.
#[derive(Clone, Debug, Serialize)]
pub struct FinalValue {
    /// The value.
    #[serde(rename = "final")]
    pub value: i64,
    /// How many schedules end with it.
    #[serde(serialize_with = "as_text")]
    pub interleavings: Option<BigUint>,
    /// How many of these lose nothing.
    #[serde(serialize_with = "as_text")]
    pub lossless: Option<BigUint>,
    /// How likely it is. Failed attempts are steps here. Not known where a bound or a signal ended
    /// the search, or where too many states depend on each other.
    pub chance: Option<Chance>,
    /// The fewest preemptions that lead to it.
    pub min_preemptions: u32,
    /// The schedule with the fewest preemptions, then the fewest steps, then the lower worker
    /// first.
    pub schedule: Schedule,
}

/// Why an answer may not be the whole one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Stopped after so many states.
    pub states: Option<u64>,
    /// Stopped at so many bytes of memory.
    pub memory: Option<u64>,
    /// Schedules with more preemptions than so many exist, and were not searched.
    pub preemptions: Option<u32>,
    /// There was a signal.
    pub interrupted: bool,
    /// Store buffers of so many entries were full: longer ones may allow more.
    pub store_buffer: Option<usize>,
}

/// Workers that wait for one another for ever.
#[derive(Clone, Debug, Serialize)]
pub struct Deadlock {
    /// The schedule that leads there.
    pub schedule: Schedule,
    /// The fewest preemptions that lead there.
    pub min_preemptions: u32,
    /// How likely it is to end in a deadlock.
    pub chance: Option<Chance>,
    /// What every worker that has not finished holds, and waits for.
    pub waiting: Vec<Held>,
}

/// Workers that take steps for ever, and none of them makes progress.
#[derive(Clone, Debug, Serialize)]
pub struct Livelock {
    /// The schedule that leads there.
    pub schedule: Schedule,
    /// What can then be repeated for ever.
    pub cycle: Schedule,
    /// Both as one schedule.
    pub rounds: Schedule,
    /// How likely workers are to come to states that only lead to each other. It is 0 where they
    /// leave the livelock sooner or later.
    pub chance: Option<Chance>,
}

/// A worker gives back a mutex that it does not hold.
#[derive(Clone, Debug, Serialize)]
pub struct Fault {
    /// The schedule that leads there.
    pub schedule: Schedule,
    /// The worker, from 1.
    pub worker: usize,
    /// The mutex.
    pub lock: String,
    /// How likely it is that some worker does so.
    pub chance: Option<Chance>,
}

/// Counts may exceed what a number in JSON can say.
fn as_text<S: Serializer>(number: &Option<BigUint>, to: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => to.collect_str(number),
        None => to.serialize_none(),
    }
}

impl Exploration {
    /// Whether nothing that was seen loses an update. Only where the exploration is complete does
    /// that hold for all interleavings.
    pub fn lossless(&self) -> bool {
        match (&self.interleavings, &self.lossless) {
            (Some(all), Some(lossless)) => all == lossless,
            // Losses may cancel out in the value.
            _ => !self.loses && self.outcomes.iter().all(|o| o.value == self.target),
        }
    }

    /// Whether some schedule ends with workers that will never finish, or does not end.
    pub fn stuck(&self) -> bool {
        self.deadlock.is_some() || self.livelock.is_some() || self.fault.is_some()
    }

    /// Whether something was seen that the strategy's promise rules out: no promise allows a
    /// deadlock.
    pub fn breaks_promise(&self, program: &Program) -> bool {
        let most = self.promise.most_inside(program.permits);
        let crowded = most.zip(self.peak_inside).is_some_and(|(most, peak)| peak as u64 > most);
        let loses = self.promise.keeps_all(program.permits, program.copies) && !self.lossless();
        crowded || loses || self.stuck()
    }

    /// The final value that is farthest from the value to reach; of several, the one that takes the
    /// fewest preemptions.
    pub fn worst(&self) -> Option<&FinalValue> {
        let missed = self.outcomes.iter().filter(|outcome| outcome.value != self.target);
        missed.min_by_key(|outcome| {
            let distance = outcome.value.abs_diff(self.target);
            (std::cmp::Reverse(distance), outcome.min_preemptions, outcome.schedule.turns().len())
        })
    }

    /// What is known of this final value.
    pub fn final_value(&self, value: i64) -> Option<&FinalValue> {
        self.outcomes.iter().find(|outcome| outcome.value == value)
    }
}

impl Limits {
    /// What ended a search with these bounds.
    pub(super) fn of(cut: Option<Cut>, bounds: &Bounds) -> Self {
        Self {
            states: (cut == Some(Cut::States)).then_some(bounds.states),
            memory: (cut == Some(Cut::Memory)).then_some(bounds.memory),
            interrupted: cut == Some(Cut::Interrupted),
            ..Self::default()
        }
    }

    /// The limits of both.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            states: self.states.or(other.states),
            memory: self.memory.or(other.memory),
            preemptions: self.preemptions.or(other.preemptions),
            interrupted: self.interrupted || other.interrupted,
            store_buffer: self.store_buffer.or(other.store_buffer),
        }
    }
}
