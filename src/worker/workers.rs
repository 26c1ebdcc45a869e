//! The workers of one run, as their supervisor sees them.

use std::io::{Error, ErrorKind};
use std::time::Duration;

use crossbeam_utils::CachePadded;

use super::context::Shared;
#[cfg(linux)]
use super::processes::Processes;
use super::resource::{FinalState, Owner};
use super::threads::Threads;
use super::{Job, WorkerExit, WorkerKind, WorkerStatus};

/// The workers of one run. Those that are left end when this is dropped, as far as possible: a
/// process is killed, a thread that sleeps in a lock stays until the program ends.
pub(crate) struct Workers {
    // Dropped in this order: the workers end before the resource is dropped.
    backend: Backend,
    owner: Owner,
    last_exit: Option<u64>,
}

enum Backend {
    Threads(Threads),
    #[cfg(linux)]
    Processes(Processes),
}

impl Backend {
    fn shared(&self) -> Shared<'_> {
        match self {
            Self::Threads(threads) => threads.arena.shared(),
            #[cfg(linux)]
            Self::Processes(processes) => processes.mapping.shared(),
        }
    }
}

impl Workers {
    /// Starts all workers; they go on together once the last of them has arrived. The error is a
    /// sentence.
    pub(crate) fn start(job: Job) -> Result<Self, String> {
        let owner =
            Owner::open(&job.config).map_err(|error| format!("{error}. Nothing was run."))?;
        let (kind, workers) = (job.config.kind, job.config.program.workers);
        let paths = owner.worker_paths();
        let backend = match kind {
            WorkerKind::Threads => Threads::start(job, paths).map(Backend::Threads),
            #[cfg(linux)]
            WorkerKind::Processes => Processes::start(&job, paths).map(Backend::Processes),
            #[cfg(not(linux))]
            WorkerKind::Processes => Err((1, ErrorKind::Unsupported.into())),
        };
        let backend = backend.map_err(|(which, error)| {
            let (one, remedy) = (kind.one(), remedy(kind, &error));
            format!(
                "{one} {which} of {workers} could not be started: {error}. Nothing was run. {remedy}."
            )
        })?;
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
        self.backend.shared().control.stop();
    }

    /// Ends the workers that have not stopped, as far as possible, so that nothing changes any more.
    pub(crate) fn give_up(&mut self) {
        match &mut self.backend {
            Backend::Threads(_) => {}
            #[cfg(linux)]
            Backend::Processes(processes) => processes.kill(),
        }
    }

    /// The status of each worker.
    pub(crate) fn statuses(&self) -> &[CachePadded<WorkerStatus>] {
        self.backend.shared().statuses
    }

    /// Reads the final values of the resource, once.
    pub(crate) fn final_state(&mut self) -> FinalState {
        let Shared { counters, log, .. } = self.backend.shared();
        self.owner.finish(counters, log)
    }

    /// Nanoseconds from the opening of the gate to the last exit so far.
    pub(crate) fn elapsed_ns(&self) -> Option<u64> {
        let opened = self.backend.shared().control.opened()?;
        Some(self.last_exit?.saturating_sub(opened))
    }
}

/// What to do where a worker cannot be started.
fn remedy(kind: WorkerKind, error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => {
            "Processes need /proc and /dev/null: mount them, or use --threads".into()
        }
        // Processes share memory in a file without a name.
        ErrorKind::FileTooLarge => "Allow larger files (ulimit -f), or use --threads".into(),
        _ => format!("Use fewer --{}", kind.name()),
    }
}
