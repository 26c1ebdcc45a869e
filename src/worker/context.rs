//! One run of one strategy, and all that each of its workers is given.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use crossbeam_utils::CachePadded;

use super::control::RunControl;
use super::locks::{CountingSemaphore, SharedCondition};
#[cfg(linux)]
use super::locks::{RobustMutex, SharedSemaphore};
use super::resource::Log;
use super::{RunConfig, WorkerExit, WorkerStatus};
use crate::machine::{Describe, Needs};

/// A strategy that real workers can run.
pub trait Work: Describe {
    /// Runs the worker of this context, from the gate to its end, on the thread that calls this.
    fn work(&self, context: &WorkerContext<'_>) -> WorkerExit;
}

/// Finds a strategy by its name.
pub(crate) type Find<'a> = &'a dyn Fn(&str) -> Option<&'static dyn Work>;

/// One run of one strategy on real workers.
#[derive(Clone)]
pub(crate) struct Job {
    /// How their updates are guarded.
    pub strategy: &'static dyn Work,
    /// What it asked for.
    pub needs: Needs,
    /// How the workers run.
    pub config: RunConfig,
}

impl Job {
    /// Asks the strategy what it needs.
    #[cfg(any(linux, test))]
    pub(crate) fn new(strategy: &'static dyn Work, config: RunConfig) -> Self {
        Self { strategy, needs: strategy.needs(&config.program), config }
    }
}

/// A worker of a run.
pub struct WorkerContext<'a> {
    pub(super) me: usize,
    pub(super) config: &'a RunConfig,
    /// What the strategy asked for.
    pub(super) needs: &'a Needs,
    /// Where it opens each copy of the resource.
    #[cfg_attr(not(linux), allow(dead_code, reason = "a variable is not opened"))]
    pub(super) worker_paths: &'a [PathBuf],
    pub(super) shared: Shared<'a>,
}

/// What the workers of a run share in memory.
#[derive(Clone, Copy)]
pub(super) struct Shared<'a> {
    pub(super) control: &'a RunControl,
    pub(super) statuses: &'a [CachePadded<WorkerStatus>],
    /// The variables that the strategy asked for.
    pub(super) vars: &'a [CachePadded<AtomicU64>],
    /// The variable that is shared, or its copies.
    pub(super) counters: &'a [CachePadded<AtomicU64>],
    /// The log of a traced run, else empty.
    pub(super) log: Log<'a>,
    pub(super) locks: LockSet<'a>,
    pub(super) conditions: &'a [CachePadded<SharedCondition>],
}

/// The mutexes and semaphores of a run.
#[derive(Clone, Copy)]
pub(super) enum LockSet<'a> {
    Threads(&'a [CachePadded<Mutex<()>>], &'a [CachePadded<CountingSemaphore>]),
    #[cfg(linux)]
    Processes(&'a [CachePadded<RobustMutex>], &'a [CachePadded<SharedSemaphore>]),
}

impl<'a> WorkerContext<'a> {
    pub(super) fn status(&self) -> &'a WorkerStatus {
        &self.shared.statuses[self.me]
    }
}
