//! Gives up the processor between read and write, now and then, so that the race shows.

use std::fmt;
use std::sync::atomic::Ordering::Acquire;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_utils::CachePadded;

use serde::{Deserialize, Serialize};

use super::{Action, Decorator, Machine};
use crate::worker::{Slot, Waiting};

/// How long a worker gives way the first time, at the most: longer than the slice of time that the
/// system gives to some other program, or several, which may have the processor of the other worker.
const FIRST: Duration = Duration::from_millis(200);
/// So many of the next workers are looked at.
const NEXT: usize = 8;

/// After how many reads, on average, a worker yields; or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rate {
    /// No worker yields.
    Never,
    /// After one read in so many, at least 1.
    OneIn(u32),
}

impl fmt::Display for Rate {
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
pub struct Yielding<'a> {
    one_in: u32,
    random: fastrand::Rng,
    me: usize,
    slots: &'a [CachePadded<Slot>],
    met: bool,
}

impl<'a> Yielding<'a> {
    /// For worker `me` of those who have `slots`; `seed` fixes after which of its reads it yields.
    #[must_use]
    pub fn new(one_in: u32, seed: u64, me: usize, slots: &'a [CachePadded<Slot>]) -> Self {
        let met = slots.len() == 1;
        Self { one_in, random: fastrand::Rng::with_seed(seed), me, slots, met }
    }

    /// Yields until one of the next workers has finished an update, or is not about to: it waits,
    /// it gives way as this one does, or it has ended.
    #[cold]
    fn meet(&mut self) {
        self.met = true;
        self.slots[self.me].say(Waiting::Another);
        let began = Instant::now();
        let next = self.slots.iter().cycle().skip(self.me + 1).take(NEXT.min(self.slots.len() - 1));
        let before: Vec<_> = next.map(|slot| (slot, slot.progress.load(Acquire))).collect();
        let moved = |(slot, mark): &(&CachePadded<Slot>, u64)| {
            slot.progress.load(Acquire) >= mark + 2 || !slot.goes_on()
        };
        while !before.iter().any(moved) && began.elapsed() < FIRST {
            thread::yield_now();
        }
        self.slots[self.me].say(Waiting::Nothing);
    }
}

impl<M: Machine> Decorator<M> for Yielding<'_> {
    fn step<T>(
        &mut self,
        machine: &mut M,
        action: Action,
        take: impl FnOnce(&mut M) -> Result<T, M::Stop>,
    ) -> Result<T, M::Stop> {
        let answer = take(machine)?;
        if action == Action::Read && self.random.u32(0..self.one_in) == 0 {
            if self.met {
                thread::yield_now();
            } else {
                self.meet();
            }
        }
        Ok(answer)
    }
}
