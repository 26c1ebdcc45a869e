//! The workers of one run, as their supervisor has them.

use std::io;
use std::time::Duration;

use crossbeam_utils::CachePadded;

use super::control::RunControl;
#[cfg(linux)]
use super::processes::Processes;
use super::resource::{FinalState, Owner};
use super::threads::Threads;
use super::{Job, Kind, WorkerExit, WorkerStatus};

/// The workers of one run. Those that are left end when this is dropped, as far as that can be
/// done: a process is killed, a thread that sleeps in a lock stays until the program ends.
pub(crate) struct Workers {
    // Dropped in this order: workers have ended when what they share goes.
    backend: Backend,
    owner: Owner,
    last_exit: Option<u64>,
}

enum Backend {
    Threads(Threads),
    #[cfg(linux)]
    Processes(Processes),
}

/// Why a run could not be started.
#[derive(Debug)]
pub(crate) enum StartError {
    /// This worker (from 1) could not be started; those before it were ended.
    Worker(usize, io::Error),
    /// What is to be shared could not be made.
    Resource(io::Error),
}

impl Workers {
    /// Starts all workers; they go on together once the last of them has arrived.
    pub(crate) fn start(job: Job) -> Result<Self, StartError> {
        let owner = Owner::open(&job.config).map_err(StartError::Resource)?;
        let paths = owner.worker_paths();
        let backend = match job.config.kind {
            Kind::Threads => Threads::start(job, paths).map(Backend::Threads),
            #[cfg(linux)]
            Kind::Processes => Processes::start(&job, paths).map(Backend::Processes),
            #[cfg(not(linux))]
            Kind::Processes => Err((1, io::ErrorKind::Unsupported.into())),
        };
        let backend = backend.map_err(|(worker, error)| StartError::Worker(worker, error))?;
        Ok(Self { backend, owner, last_exit: None })
    }

    /// The next worker (from 0) to end, and how; `None` if none does for so long, or a signal
    /// comes.
    pub(crate) fn next_exit(&mut self, patience: Duration) -> Option<(usize, WorkerExit)> {
        let (who, exit, at) = match &mut self.backend {
            Backend::Threads(threads) => threads.next_exit(patience),
            #[cfg(linux)]
            Backend::Processes(processes) => processes.next_exit(patience),
        }?;
        self.last_exit = self.last_exit.max(Some(at));
        Some((who, exit))
    }

    /// Asks all workers to stop before their next update, or while they spin.
    pub(crate) fn ask_to_stop(&self) {
        self.control().stop();
    }

    /// Ends those that have not stopped, as far as that can be done, so that nothing changes any
    /// more.
    pub(crate) fn give_up(&mut self) {
        match &mut self.backend {
            Backend::Threads(_) => {}
            #[cfg(linux)]
            Backend::Processes(processes) => processes.kill(),
        }
    }

    /// The status of each worker.
    pub(crate) fn statuses(&self) -> &[CachePadded<WorkerStatus>] {
        match &self.backend {
            Backend::Threads(threads) => &threads.arena.statuses,
            #[cfg(linux)]
            Backend::Processes(processes) => processes.mapping.statuses(),
        }
    }

    /// Reads the final values of the resource, once.
    pub(crate) fn final_state(&mut self) -> FinalState {
        let counters = match &self.backend {
            Backend::Threads(threads) => &threads.arena.counters[..],
            #[cfg(linux)]
            Backend::Processes(processes) => processes.mapping.counters(),
        };
        self.owner.finish(counters)
    }

    /// From the opening of the gate to the last exit so far.
    pub(crate) fn elapsed(&self) -> Option<Duration> {
        let opened = self.control().opened()?;
        Some(Duration::from_nanos(self.last_exit?.saturating_sub(opened)))
    }

    fn control(&self) -> &RunControl {
        match &self.backend {
            Backend::Threads(threads) => &threads.arena.control,
            #[cfg(linux)]
            Backend::Processes(processes) => processes.mapping.control(),
        }
    }
}
