//! `--yield`: a worker gives up the processor now and then, so that the race shows.

use std::fmt;
use std::sync::atomic::Ordering::Acquire;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_utils::CachePadded;

use serde::{Deserialize, Serialize};

use super::{Hook, Step};
use crate::machine::{Answer, PackedTally};
use crate::worker::{Stop, Waiting, WorkerStatus};

/// How long a worker yields the first time, at the most: longer than the time slices of several other
/// programs, which may have the processor of the other worker.
const FIRST: Duration = Duration::from_millis(200);
/// So many of the next workers are looked at.
const NEXT: usize = 8;

/// After how many steps, on average, a worker yields; or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum YieldRate {
    /// No worker yields.
    Never,
    /// After one step in so many, at least 1.
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

/// Yields the processor behind any step, and between two updates: at random, after `one_in` of these
/// on average.
///
/// Behind a read, the worker later writes back what is outdated, and so its own updates stay; between
/// two updates, it goes on with what the others have written, and so theirs stay. Both are needed for
/// losses of both kinds. Behind the steps of an entry section, mistakes in it show.
///
/// `sched_yield` may let the same worker go on. So its first yield is repeated until another worker
/// has made progress.
pub(in crate::worker) struct Yielding<'a> {
    one_in: u32,
    /// So many steps until the next yield.
    left: u32,
    random: fastrand::Rng,
    me: usize,
    statuses: &'a [CachePadded<WorkerStatus>],
    /// Whether the first yield is over, or there is no other worker to wait for.
    met: bool,
}

impl<'a> Yielding<'a> {
    /// For worker `me` of those that have `statuses`; `seed` fixes after which of its steps it yields.
    pub(in crate::worker) fn new(
        one_in: u32,
        seed: u64,
        me: usize,
        statuses: &'a [CachePadded<WorkerStatus>],
    ) -> Self {
        let random = fastrand::Rng::with_seed(seed);
        let met = statuses.len() == 1;
        let mut yielding = Self { one_in, left: 0, random, me, statuses, met };
        yielding.draw();
        yielding
    }

    /// Evenly spread, with `one_in` in the middle.
    fn draw(&mut self) {
        self.left = self.random.u32(1..=self.one_in.saturating_mul(2).saturating_sub(1));
    }

    #[inline(always)]
    fn count(&mut self) {
        self.left -= 1;
        if self.left == 0 {
            self.give_up_the_processor();
        }
    }

    #[cold]
    #[inline(never)]
    fn give_up_the_processor(&mut self) {
        self.draw();
        if std::mem::replace(&mut self.met, true) {
            thread::yield_now();
        } else {
            self.yield_until_another_moves();
        }
    }

    /// Yields until one of the next workers completes an update, or is blocked, yielding or finished.
    fn yield_until_another_moves(&self) {
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
    fn after(&mut self, _: &Step, _: &Answer<PackedTally>) -> Result<(), Stop> {
        self.count();
        Ok(())
    }

    #[inline(always)]
    fn between(&mut self, _: u64) -> Result<(), Stop> {
        self.count();
        Ok(())
    }
}
