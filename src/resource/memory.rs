//! A variable in memory.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use super::{Resource, Tallies};
use crate::machine::Stop;

/// An atomic word. Its accesses are relaxed: it is the strategy that has to order them, and a
/// guard that does not is to be caught, not helped.
pub struct Memory<'a>(pub &'a AtomicU64);

impl Resource for Memory<'_> {
    fn is_plain(&self) -> bool {
        true
    }

    fn read(&mut self) -> Result<Tallies, Stop> {
        Ok(Tallies::from_word(self.0.load(Relaxed)))
    }

    fn write(&mut self, value: Tallies) -> Result<(), Stop> {
        self.0.store(value.word(), Relaxed);
        Ok(())
    }

    fn add(&mut self, one: Tallies) -> Result<(), Stop> {
        self.0.fetch_add(one.word(), Relaxed);
        Ok(())
    }

    fn replace(&mut self, seen: Tallies, new: Tallies) -> Result<bool, Stop> {
        let done = self.0.compare_exchange(seen.word(), new.word(), Relaxed, Relaxed);
        Ok(done.is_ok())
    }
}
