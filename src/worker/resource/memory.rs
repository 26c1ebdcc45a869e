//! A variable in memory.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use super::Resource;
use crate::machine::PackedTally;
use crate::worker::Stop;

/// An atomic word. Its accesses are relaxed: the strategy has to order them, and a strategy that
/// does not is to be found out.
pub(crate) struct Variable<'a>(pub(crate) &'a AtomicU64);

impl Resource for Variable<'_> {
    #[inline]
    fn has_copies(&self) -> bool {
        false
    }

    #[inline]
    fn read(&mut self) -> Result<PackedTally, Stop> {
        Ok(PackedTally::from_word(self.0.load(Relaxed)))
    }

    #[inline]
    fn write(&mut self, value: PackedTally) -> Result<(), Stop> {
        self.0.store(value.word(), Relaxed);
        Ok(())
    }

    #[inline]
    fn add(&mut self, one: PackedTally) -> Result<(), Stop> {
        self.0.fetch_add(one.word(), Relaxed);
        Ok(())
    }

    #[inline]
    fn replace(&mut self, seen: PackedTally, new: PackedTally) -> Result<bool, Stop> {
        let done = self.0.compare_exchange(seen.word(), new.word(), Relaxed, Relaxed);
        Ok(done.is_ok())
    }
}
