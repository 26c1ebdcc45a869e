//! The workers of one run, as seen by the one who started them.

use std::io;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use crossbeam_utils::CachePadded;

#[cfg(target_os = "linux")]
use super::processes::Processes;
use super::threads::Threads;
use super::{Board, End, Job, Kind, Slot};
use crate::resource::{Finding, Keeper};

/// The workers of one run. What is left of them ends when this is dropped, as far as that can be
/// done: a process is killed, a thread that sleeps in a lock stays until the program ends.
pub struct Crew {
    // Workers come first: they are gone when what they share is taken down.
    hands: Hands,
    keeper: Keeper,
    last_end: Option<u64>,
}

enum Hands {
    Threads(Threads),
    #[cfg(target_os = "linux")]
    Processes(Processes),
}

/// Why a run could not be started.
#[derive(Debug)]
pub enum Unstarted {
    /// This worker (from 1) could not be started; those before it were sent home.
    Worker(usize, io::Error),
    /// What is to be shared could not be made.
    Resource(io::Error),
}

impl Crew {
    /// Starts all workers; they go on together once the last of them has arrived.
    ///
    /// # Errors
    ///
    /// The first thing that could not be started.
    pub fn start(mut job: Job) -> Result<Self, Unstarted> {
        let keeper = Keeper::open(&job.setup, &job.program).map_err(Unstarted::Resource)?;
        job.setup.doors = keeper.doors();
        let hands = match job.setup.kind {
            Kind::Threads => Threads::start(job).map(Hands::Threads),
            #[cfg(target_os = "linux")]
            Kind::Processes => Processes::start(job).map(Hands::Processes),
            #[cfg(not(target_os = "linux"))]
            Kind::Processes => Err((1, io::ErrorKind::Unsupported.into())),
        };
        let hands = hands.map_err(|(worker, error)| Unstarted::Worker(worker, error))?;
        Ok(Self { hands, keeper, last_end: None })
    }

    /// The next worker (from 0) to end, and how; `None` if none does for so long, or a signal
    /// comes.
    pub fn next_end(&mut self, patience: Duration) -> Option<(usize, End)> {
        let (who, end, at) = match &mut self.hands {
            Hands::Threads(threads) => threads.next_end(patience),
            #[cfg(target_os = "linux")]
            Hands::Processes(processes) => processes.next_end(patience),
        }?;
        self.last_end = self.last_end.max(Some(at));
        Some((who, end))
    }

    /// Asks all workers to stop before their next update, or while they spin.
    pub fn ask_to_stop(&self) {
        self.board().stop();
    }

    /// Ends those who have not stopped, as far as that can be done, so that nothing changes any
    /// more.
    pub fn give_up(&mut self) {
        match &mut self.hands {
            Hands::Threads(_) => {}
            #[cfg(target_os = "linux")]
            Hands::Processes(processes) => processes.kill(),
        }
    }

    /// What each worker says of itself.
    #[must_use]
    pub fn slots(&self) -> &[CachePadded<Slot>] {
        match &self.hands {
            Hands::Threads(threads) => &threads.arena.slots,
            #[cfg(target_os = "linux")]
            Hands::Processes(processes) => processes.mapping.slots(),
        }
    }

    /// Takes stock of the resource, once.
    pub fn finding(&mut self) -> Finding {
        let Self { hands, keeper, .. } = self;
        keeper.finish(hands.counters())
    }

    /// From the opening of the gate to the last end so far.
    #[must_use]
    pub fn elapsed(&self) -> Option<Duration> {
        let opened = self.board().opened()?;
        Some(Duration::from_nanos(self.last_end?.saturating_sub(opened)))
    }

    fn board(&self) -> &Board {
        match &self.hands {
            Hands::Threads(threads) => &threads.arena.board,
            #[cfg(target_os = "linux")]
            Hands::Processes(processes) => processes.mapping.board(),
        }
    }
}

impl Hands {
    fn counters(&self) -> &[CachePadded<AtomicU64>] {
        match self {
            Self::Threads(threads) => &threads.arena.counters,
            #[cfg(target_os = "linux")]
            Self::Processes(processes) => processes.mapping.counters(),
        }
    }
}
