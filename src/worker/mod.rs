//! Real workers: how they start together, run, wait for one another, and end.
//!
//! A [`Job`] is one run of one strategy. The supervisor starts its [`Workers`], which are threads or
//! processes, watches them and takes their account, a [`RawRun`]. Each worker gets a
//! [`WorkerContext`] and runs the worker's loop on the machine of the processor (`native`), with the
//! hooks that were asked for around its steps.
//!
//! To add a kind of worker: a variant of [`Kind`], its file beside `threads`, and what the compiler
//! then lists.

#[cfg(linux)]
mod child;
mod clock;
mod config;
mod context;
mod control;
pub mod crash;
mod exit;
#[cfg(linux)]
mod exit_record;
mod gate;
mod hook;
mod interrupt;
#[cfg(linux)]
mod limit;
mod locks;
#[cfg(linux)]
mod mapping;
mod native;
mod no_progress;
#[cfg(linux)]
mod processes;
pub mod resource;
mod status;
mod supervisor;
mod text;
mod threads;
mod workers;

use crate::machine::{Describe, Needs, Strategy};

#[cfg(linux)]
use child::WORKER;
#[cfg(linux)]
pub use child::run_if_worker;
pub use config::{Kind, RunConfig};
pub use context::WorkerContext;
use control::RunControl;
pub use exit::WorkerExit;
pub use gate::Gate;
pub use hook::YieldRate;
pub use interrupt::Interrupt;
#[cfg(linux)]
pub use limit::memory_left;
pub(crate) use locks::CountingSemaphore;
use locks::{Locks, ThreadLocks};
pub use native::Stop;
pub use status::{Waiting, WaitingFor, WorkerStatus};
pub use supervisor::{Death, RawRun, RunError, interrupted, run_once};
pub use workers::{StartError, Workers};

/// A strategy that real workers can run.
pub trait Work: Describe {
    /// Runs the worker of this context, on the thread that calls this.
    fn work(&self, context: &WorkerContext<'_>) -> WorkerExit;
}

impl<S: Strategy> Work for S {
    fn work(&self, context: &WorkerContext<'_>) -> WorkerExit {
        context.work(self)
    }
}

/// One run of one strategy on real workers.
#[derive(Clone)]
pub struct Job {
    /// How their updates are guarded.
    pub strategy: &'static dyn Work,
    /// What it asked for.
    pub needs: Needs,
    /// How the workers run.
    pub config: RunConfig,
}

impl Job {
    /// Asks the strategy what it needs.
    pub fn new(strategy: &'static dyn Work, config: RunConfig) -> Self {
        Self { strategy, needs: strategy.needs(&config.program), config }
    }
}

/// Finds a strategy by its name.
pub type Find<'a> = &'a dyn Fn(&str) -> Option<&'static dyn Work>;

/// There are no processes here that could be workers.
#[cfg(not(linux))]
pub fn run_if_worker(
    _: impl Iterator<Item = std::ffi::OsString>,
    _: Find<'_>,
) -> Option<Result<(), String>> {
    None
}

/// No limit is known here.
#[cfg(not(linux))]
pub fn memory_left() -> u64 {
    u64::MAX
}
