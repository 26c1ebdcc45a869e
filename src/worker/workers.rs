//! The workers of one run, as seen by the one who started them.

use std::io;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use crossbeam_utils::CachePadded;

#[cfg(target_os = "linux")]
use super::processes::Processes;
use super::resource::{FinalState, Owner};
use super::threads::Threads;
use super::{Job, Kind, RunControl, WorkerExit, WorkerStatus};

/// The workers of one run. What is left of them ends when this is dropped, as far as that can be
/// done: a process is killed, a thread that sleeps in a lock stays until the program ends.
pub struct Workers {
    // Workers come first: they are gone when what they share is taken down.
    backend: Backend,
    owner: Owner,
    last_end: Option<u64>,
}

enum Backend {
    Threads(Threads),
    #[cfg(target_os = "linux")]
    Processes(Processes),
}

/// Why a run could not be started.
#[derive(Debug)]
pub enum StartError {
    /// This worker (from 1) could not be started; those before it were sent home.
    Worker(usize, io::Error),
    /// What is to be shared could not be made.
    Resource(io::Error),
}

impl Workers {
    /// Starts all workers; they go on together once the last of them has arrived.
    ///
    /// # Errors
    ///
    /// The first thing that could not be started.
    pub fn start(job: Job) -> Result<Self, StartError> {
        let owner = Owner::open(&job.config).map_err(StartError::Resource)?;
        let paths = owner.worker_paths();
        let backend = match job.config.kind {
            Kind::Threads => Threads::start(job, paths).map(Backend::Threads),
            #[cfg(target_os = "linux")]
            Kind::Processes => Processes::start(&job, paths).map(Backend::Processes),
            #[cfg(not(target_os = "linux"))]
            Kind::Processes => Err((1, io::ErrorKind::Unsupported.into())),
        };
        let backend = backend.map_err(|(worker, error)| StartError::Worker(worker, error))?;
        Ok(Self { backend, owner, last_end: None })
    }

    /// The next worker (from 0) to end, and how; `None` if none does for so long, or a signal
    /// comes.
    pub fn next_end(&mut self, patience: Duration) -> Option<(usize, WorkerExit)> {
        let (who, end, at) = match &mut self.backend {
            Backend::Threads(threads) => threads.next_end(patience),
            #[cfg(target_os = "linux")]
            Backend::Processes(processes) => processes.next_end(patience),
        }?;
        self.last_end = self.last_end.max(Some(at));
        Some((who, end))
    }

    /// Asks all workers to stop before their next update, or while they spin.
    pub fn ask_to_stop(&self) {
        self.control().stop();
    }

    /// Ends those who have not stopped, as far as that can be done, so that nothing changes any
    /// more.
    pub fn give_up(&mut self) {
        match &mut self.backend {
            Backend::Threads(_) => {}
            #[cfg(target_os = "linux")]
            Backend::Processes(processes) => processes.kill(),
        }
    }

    /// What each worker says of itself.
    #[must_use]
    pub fn statuses(&self) -> &[CachePadded<WorkerStatus>] {
        match &self.backend {
            Backend::Threads(threads) => &threads.arena.statuses,
            #[cfg(target_os = "linux")]
            Backend::Processes(processes) => processes.mapping.statuses(),
        }
    }

    /// Takes stock of the resource, once.
    pub fn final_state(&mut self) -> FinalState {
        let Self { backend, owner, .. } = self;
        owner.finish(backend.counters())
    }

    /// From the opening of the gate to the last end so far.
    #[must_use]
    pub fn elapsed(&self) -> Option<Duration> {
        let opened = self.control().opened()?;
        Some(Duration::from_nanos(self.last_end?.saturating_sub(opened)))
    }

    fn control(&self) -> &RunControl {
        match &self.backend {
            Backend::Threads(threads) => &threads.arena.control,
            #[cfg(target_os = "linux")]
            Backend::Processes(processes) => processes.mapping.control(),
        }
    }
}

impl Backend {
    fn counters(&self) -> &[CachePadded<AtomicU64>] {
        match self {
            Self::Threads(threads) => &threads.arena.counters,
            #[cfg(target_os = "linux")]
            Self::Processes(processes) => processes.mapping.counters(),
        }
    }
}
