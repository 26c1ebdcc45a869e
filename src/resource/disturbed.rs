//! What is done to a worker between its read and its write: work, or death.

use std::hint;
use std::thread;
use std::time::{Duration, Instant};

use super::{Resource, Tallies};
use crate::machine::Stop;
use crate::worker::{Board, Order, Slot};

/// From here on a worker sleeps through the most of its work, as one does that waits for a device:
/// then more than one can work at a time even on few processors.
const SLEEP_FROM: Duration = Duration::from_micros(200);
/// What a sleep may last longer than it should.
const LATE: Duration = Duration::from_micros(100);

/// A resource on which every update takes its time.
pub(crate) struct Laborious<R> {
    pub(crate) inner: R,
    pub(crate) work: Duration,
}

impl<R> Laborious<R> {
    fn labour(&self) {
        let begin = Instant::now();
        if self.work >= SLEEP_FROM {
            thread::sleep(self.work - LATE);
        }
        while begin.elapsed() < self.work {
            hint::spin_loop();
        }
    }
}

impl<R: Resource> Resource for Laborious<R> {
    fn claim(&mut self) {
        self.inner.claim();
    }

    fn give_back(&mut self) {
        self.inner.give_back();
    }

    fn read(&mut self) -> Result<Tallies, Stop> {
        self.inner.read()
    }

    fn write(&mut self, value: Tallies) -> Result<(), Stop> {
        self.labour();
        self.inner.write(value)
    }

    fn add(&mut self, one: Tallies) -> Result<(), Stop> {
        // One step: nothing can be done inside it.
        self.inner.add(one)
    }

    fn replace(&mut self, seen: Tallies, new: Tallies) -> Result<bool, Stop> {
        self.labour();
        self.inner.replace(seen, new)
    }
}

/// A resource at which one worker meets its death.
pub(crate) struct Doomed<'a, R> {
    pub(crate) inner: R,
    pub(crate) board: &'a Board,
    pub(crate) slot: &'a Slot,
    /// How many updates it makes before.
    pub(crate) fatal: u64,
}

impl<R> Doomed<'_, R> {
    /// Having read, and not having written, it says that it is there, and never goes on.
    fn meet_death(&self) {
        if self.slot.made() == self.fatal && self.board.order() == Order::Vigil {
            self.board.doom();
            loop {
                thread::park();
            }
        }
    }
}

impl<R: Resource> Resource for Doomed<'_, R> {
    fn claim(&mut self) {
        self.inner.claim();
    }

    fn give_back(&mut self) {
        self.inner.give_back();
    }

    fn read(&mut self) -> Result<Tallies, Stop> {
        self.inner.read()
    }

    fn write(&mut self, value: Tallies) -> Result<(), Stop> {
        self.meet_death();
        self.inner.write(value)
    }

    fn add(&mut self, one: Tallies) -> Result<(), Stop> {
        self.inner.add(one)
    }

    fn replace(&mut self, seen: Tallies, new: Tallies) -> Result<bool, Stop> {
        self.meet_death();
        self.inner.replace(seen, new)
    }
}
