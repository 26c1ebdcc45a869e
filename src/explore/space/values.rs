//! What is known of the values.

use super::super::dataflow::{MOST_COPIES, Transfer, memory, seen, stored};
use super::super::values::Values;
use super::{Entry, Space};
use crate::machine::PackedTally;
use crate::machine::{Delta, Step, Tally};

impl Space<'_, '_> {
    /// Whether nothing was lost, once all is complete.
    pub(in crate::explore) fn kept(&self, state: &[u32]) -> bool {
        match self.values {
            Values::Ignored => false,
            // Had an update been lost, this state would not have been reached.
            Values::Fresh => true,
            Values::Exact => {
                self.counters(state).map(PackedTally::unpack).sum::<Tally>()
                    == self.local.program.planned()
            }
        }
    }

    /// What the copies hold, where [`Values::Exact`] are kept.
    pub(in crate::explore) fn counters<'s>(
        &'s self,
        state: &'s [u32],
    ) -> impl Iterator<Item = PackedTally> + 's {
        let copies = usize::try_from(self.local.program.copies).unwrap_or(MOST_COPIES);
        (0..copies).map(|copy| self.tallies(state, memory(copy)))
    }

    /// Keeps what is known of the values up to date; false if an update is lost by the step.
    pub(super) fn change_values(&mut self, worker: usize, transfer: Transfer) -> bool {
        match self.values {
            Values::Ignored => true,
            Values::Fresh => self.change_fresh(worker, transfer),
            Values::Exact => {
                let at = self.layout.tallies;
                let mut values = self.tallies.get(self.after[at]).clone();
                transfer.apply(&mut values, plus);
                self.after[at] = self.tallies.number(values);
                true
            }
        }
    }

    /// A value that was read is fresh until the next write of any worker. As long as only fresh
    /// values are written back, nothing is lost, and an older value never comes back. The first
    /// stale value that is written loses an update for good.
    fn change_fresh(&mut self, worker: usize, transfer: Transfer) -> bool {
        let at = self.fresh(worker);
        if let Some(read) = transfer.reads(worker) {
            self.after[at] |= 1 << read;
        } else if let Some((from, in_memory)) = transfer.writes(worker) {
            if from.is_some_and(|read| self.after[at] >> read & 1 == 0) {
                return false;
            }
            if in_memory && !self.outdate_others(worker) {
                return false;
            }
            if !transfer.drains() {
                self.after[at] = 0;
            }
        }
        true
    }

    /// Marks what other workers have read as stale; false if one of them has it in its buffer, or
    /// writes it next.
    fn outdate_others(&mut self, worker: usize) -> bool {
        for other in (0..self.workers()).filter(|&other| other != worker) {
            if self.share_copy(&self.after, worker, other) {
                let next = self.pending(&self.after, other).map(|pending| pending.step);
                let buffer = self.buffer(&self.after, other);
                if buffer.contains(&Entry::Resource) || matches!(next, Some(Step::Write(_))) {
                    return false;
                }
                let at = self.fresh(other);
                self.after[at] = 0;
            }
        }
        true
    }

    /// Where the bits are that say which of a worker's reads are fresh.
    fn fresh(&self, worker: usize) -> usize {
        worker * self.layout.block + self.layout.fresh
    }

    pub(super) fn is_fresh(&self, worker: usize, read: u8) -> bool {
        self.after[self.fresh(worker)] >> read & 1 == 1
    }

    /// Forgets what the worker has read in a section that has ended: states that differ in nothing
    /// else are the same.
    pub(super) fn forget(&mut self, worker: usize, reads: u8) {
        match self.values {
            Values::Ignored => {}
            Values::Fresh => {
                let at = self.fresh(worker);
                self.after[at] &= (1 << reads) - 1;
            }
            Values::Exact => {
                let at = self.layout.tallies;
                let forgotten = usize::from(seen(worker, reads))..usize::from(stored(worker, 0));
                let known = self.tallies.get(self.after[at]);
                if known[forgotten.clone()].iter().any(|value| *value != PackedTally::default()) {
                    let mut values = known.clone();
                    values[forgotten].fill(PackedTally::default());
                    self.after[at] = self.tallies.number(values);
                }
            }
        }
    }
}

pub(in crate::explore) fn plus(
    mut value: PackedTally,
    increments: u8,
    decrements: u8,
) -> PackedTally {
    (0..increments).for_each(|_| value = value + Delta::Increment);
    (0..decrements).for_each(|_| value = value + Delta::Decrement);
    value
}
