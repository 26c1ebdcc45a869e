//! All that one worker is given.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use crossbeam_utils::CachePadded;

use super::control::RunControl;
use super::locks::{CountingSemaphore, SharedCondition};
#[cfg(linux)]
use super::locks::{RobustMutex, SharedSemaphore};
use super::resource::Log;
use super::{RunConfig, WorkerStatus};
use crate::machine::Needs;

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
