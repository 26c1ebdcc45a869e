//! Interchangeable copies of a resource, of which a worker takes a free one.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::Resource;
use crate::machine::PackedTally;
use crate::worker::Stop;

/// All copies, as one worker uses them.
pub(crate) struct Copies<'a> {
    me: usize,
    all: Vec<Box<dyn Resource + 'a>>,
    /// Shared by all workers: a bit for each copy that is taken. One atomic word, so that
    /// finding and taking a free copy is a single operation.
    taken: &'a AtomicU64,
    at: usize,
    /// Whether the copy was free, so that this worker has to give it back.
    owned: bool,
}

impl<'a> Copies<'a> {
    /// For worker `me`; at most 64 copies.
    pub(crate) fn new(me: usize, all: Vec<Box<dyn Resource + 'a>>, taken: &'a AtomicU64) -> Self {
        Self { me, all, taken, at: 0, owned: false }
    }
}

/// The lowest copy that is free.
fn free(taken: u64, copies: usize) -> Option<usize> {
    let free = taken.trailing_ones() as usize;
    (free < copies).then_some(free)
}

impl Resource for Copies<'_> {
    fn claim(&mut self) {
        let copies = self.all.len();
        // Acquire pairs with the Release in `give_back`: a worker that takes a copy sees what was
        // done to it before.
        let before = self.taken.fetch_update(Acquire, Relaxed, |taken| {
            free(taken, copies).map(|copy| taken | 1 << copy)
        });
        let found = before.ok().and_then(|taken| free(taken, copies));
        // None is free: it has to share one.
        self.at = found.unwrap_or(self.me % copies);
        self.owned = found.is_some();
    }

    fn give_back(&mut self) {
        if self.owned {
            self.owned = false;
            self.taken.fetch_and(!(1 << self.at), Release);
        }
    }

    fn read(&mut self) -> Result<PackedTally, Stop> {
        self.all[self.at].read()
    }

    fn write(&mut self, value: PackedTally) -> Result<(), Stop> {
        self.all[self.at].write(value)
    }

    fn add(&mut self, one: PackedTally) -> Result<(), Stop> {
        self.all[self.at].add(one)
    }

    fn replace(&mut self, seen: PackedTally, new: PackedTally) -> Result<bool, Stop> {
        self.all[self.at].replace(seen, new)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Variable;
    use super::*;

    #[test]
    fn a_worker_that_finds_no_free_copy_shares_one_and_does_not_give_it_back() {
        let words = [AtomicU64::new(0), AtomicU64::new(0)];
        let taken = AtomicU64::new(0);
        let all =
            || words.iter().map(|word| Box::new(Variable(word)) as Box<dyn Resource>).collect();
        let mut workers: Vec<_> = (0..3).map(|me| Copies::new(me, all(), &taken)).collect();
        workers.iter_mut().for_each(Copies::claim);
        assert_eq!(workers.iter().map(|worker| worker.at).collect::<Vec<_>>(), [0, 1, 0]);
        workers[2].give_back();
        assert_eq!(taken.load(Relaxed), 0b11, "both owners are still there");
        workers[0].give_back();
        workers[2].claim();
        assert_eq!((workers[2].at, workers[2].owned), (0, true));
    }
}
