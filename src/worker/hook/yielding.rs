//! Gives up the processor between read and write, now and then, so that the race shows.

use std::fmt;
use std::sync::atomic::Ordering::Acquire;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_utils::CachePadded;

use serde::{Deserialize, Serialize};

use super::{Hook, Step};
use crate::machine::{Answer, PackedTally};
use crate::worker::{Stop, Waiting, WorkerStatus};

/// How long a worker gives way the first time, at the most: longer than the slice of time that the
/// system gives to some other program, or several, which may have the processor of the other worker.
const FIRST: Duration = Duration::from_millis(200);
/// So many of the next workers are looked at.
const NEXT: usize = 8;

/// After how many reads, on average, a worker yields; or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum YieldRate {
    /// No worker yields.
    Never,
    /// After one read in so many, at least 1.
    OneIn(u32),
}

impl fmt::Display for YieldRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.write_str("never"),
            Self::OneIn(n) => write!(f, "1/{n}"),
        }
    }
}

/// Yields the processor after a read, at random, one time in `one_in`.
///
/// To yield is to let the system choose, and it may choose some other program or the same worker
/// again. So the first time a worker goes on yielding until another worker has got on.
pub(in crate::worker) struct Yielding<'a> {
    one_in: u32,
    random: fastrand::Rng,
    me: usize,
    statuses: &'a [CachePadded<WorkerStatus>],
    met: bool,
}

impl<'a> Yielding<'a> {
    /// For worker `me` of those that have `statuses`; `seed` fixes after which of its reads it yields.
    pub(in crate::worker) fn new(
        one_in: u32,
        seed: u64,
        me: usize,
        statuses: &'a [CachePadded<WorkerStatus>],
    ) -> Self {
        let met = statuses.len() == 1;
        Self { one_in, random: fastrand::Rng::with_seed(seed), me, statuses, met }
    }

    /// Yields until one of the next workers has finished an update, or is not about to: it waits,
    /// it gives way as this one does, or it has ended.
    #[cold]
    fn meet(&mut self) {
        self.met = true;
        self.statuses[self.me].publish_wait(Waiting::Another);
        let began = Instant::now();
        let next =
            self.statuses.iter().cycle().skip(self.me + 1).take(NEXT.min(self.statuses.len() - 1));
        let before: Vec<_> = next.map(|status| (status, status.progress.load(Acquire))).collect();
        let moved = |(status, mark): &(&CachePadded<WorkerStatus>, u64)| {
            status.progress.load(Acquire) >= mark + 2 || !status.goes_on()
        };
        while !before.iter().any(moved) && began.elapsed() < FIRST {
            thread::yield_now();
        }
        self.statuses[self.me].publish_wait(Waiting::Nothing);
    }
}

impl Hook for Yielding<'_> {
    #[inline(always)]
    fn after(&mut self, step: &Step, _: &Answer<PackedTally>) -> Result<(), Stop> {
        if *step == Step::Read && self.random.u32(0..self.one_in) == 0 {
            if self.met {
                thread::yield_now();
            } else {
                self.meet();
            }
        }
        Ok(())
    }
}
