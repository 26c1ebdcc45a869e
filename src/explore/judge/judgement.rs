//! What the judge found: plain data, for reports.

use serde::Serialize;

use super::super::exploration::Limits;
use super::super::memory::Memory;
use crate::machine::{Promise, Schedule};

/// What holds for one strategy, and what does not.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    /// The strategy.
    pub strategy: &'static str,
    /// What it claims to guard.
    pub promise: Promise,
    /// Whether it is an exhibit.
    pub exhibit: bool,
    /// Number of workers.
    pub workers: usize,
    /// The memory model.
    pub memory: Memory,
    /// For how many updates of each worker it was judged; nothing for any number. Where a bound was
    /// met (not `complete`), nothing is refuted for so many beside what is said to be refuted.
    pub updates: Option<u64>,
    /// Why not for any number: this variable or semaphore takes more and more values. It is
    /// `counter` where the strategy compares values of the counter.
    pub grows: Option<String>,
    /// Every state was met: what is said to hold, holds in every interleaving.
    pub complete: bool,
    /// What ended the search early.
    pub limits: Limits,
    /// How many states were met. It depends on the technique, and is no promise.
    pub states: usize,
    /// Whether there are never more inside than may be.
    pub mutual_exclusion: Exclusion,
    /// Whether one of those that want to enter does.
    pub progress: Progress,
    /// Whether there is a bound on how often others enter before a worker that waits.
    pub bounded_waiting: BoundedWaiting,
}

/// Of mutual exclusion.
#[derive(Clone, Debug, Serialize)]
pub struct Exclusion {
    /// Nothing if it is not known.
    pub holds: Option<bool>,
    /// The most workers that were inside.
    pub most_inside: usize,
    /// How there come to be too many.
    pub witness: Option<WitnessSchedule>,
}

/// Of progress.
#[derive(Clone, Debug, Serialize)]
pub struct Progress {
    /// Nothing if it is not known.
    pub holds: Option<bool>,
    /// What breaks it.
    pub kind: Option<StuckKind>,
    /// The workers (from 1) that want to enter, or to leave, and never do.
    pub stuck: Vec<usize>,
    /// The workers (from 1) that stay in their remainder section.
    pub remainder: Vec<usize>,
    /// How it comes about.
    pub witness: Option<WitnessSchedule>,
}

/// What breaks progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StuckKind {
    /// Nothing changes any more, whatever the others do.
    Deadlock,
    /// Steps change something for ever, and nobody enters, although every worker that could always
    /// take its next step takes it at some time.
    Livelock,
    /// It needs a step of a worker that stays in its remainder section.
    NeedsOther,
    /// A worker gives back a mutex that it does not hold.
    Fault,
}

/// Of bounded waiting.
#[derive(Clone, Debug, Serialize)]
pub struct BoundedWaiting {
    /// Nothing if it is not known.
    pub holds: Option<bool>,
    /// How often others enter at most between the request of a worker and its own entry; nothing if
    /// there is no bound, or it is not known.
    pub passed: Option<u32>,
    /// The worker (from 1) that is passed so often.
    pub worker: Option<usize>,
    /// How that comes about.
    pub witness: Option<WitnessSchedule>,
}

/// A schedule that shows something.
#[derive(Clone, Debug, Serialize)]
pub struct WitnessSchedule {
    /// The steps.
    pub schedule: Schedule,
    /// A program in which each worker has so many iterations is long enough for them.
    pub iters: u64,
}
