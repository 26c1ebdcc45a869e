//! What is known of the values.

use super::super::Values;
use super::super::dataflow::{MOST_COPIES, Transfer, memory, seen, stored};
use super::{Entry, Space, number, pair, set_pair};
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
                    == self.program.planned()
            }
        }
    }

    /// What the copies hold, where [`Values::Exact`] are kept.
    pub(in crate::explore) fn counters<'s>(
        &'s self,
        state: &'s [u32],
    ) -> impl Iterator<Item = PackedTally> + 's {
        let copies = usize::try_from(self.program.copies).unwrap_or(MOST_COPIES);
        (0..copies).map(|copy| self.tallies(state, memory(copy)))
    }

    /// Keeps what is known of the values up to date; false if an update is lost by the step.
    pub(super) fn change_values(&mut self, worker: usize, transfer: Transfer) -> bool {
        match self.values {
            Values::Ignored => true,
            Values::Fresh => self.change_fresh(worker, transfer),
            Values::Exact => {
                let at = self.layout.values;
                let mut values = self.tallies.get(self.after[at]).clone();
                transfer.apply(&mut values, plus);
                self.after[at] = self.tallies.number(values);
                true
            }
        }
    }

    /// A value read is fresh while nobody has written since. As long as only fresh values are
    /// written back, nothing is lost, and an older value never comes back; the first stale one
    /// that is written loses an update for good.
    fn change_fresh(&mut self, worker: usize, transfer: Transfer) -> bool {
        let at = self.layout.values;
        let mut fresh = pair(&self.after, at);
        let own = OWN << bit(worker, 0);
        if let Some(read) = transfer.reads(worker) {
            fresh |= 1 << bit(worker, read);
        } else if let Some((from, in_memory)) = transfer.writes(worker) {
            if from.is_some_and(|read| fresh >> bit(worker, read) & 1 == 0) {
                return false;
            }
            if in_memory {
                // What others have in their buffers, or are about to write, was made of what is now
                // outdated.
                let mine = self.copy(&self.after, worker);
                let others = (0..self.program.workers)
                    .filter(|&other| other != worker && self.copy(&self.after, other) == mine);
                let outdated = |other| self.buffer(&self.after, other).contains(&Entry::Resource);
                for other in others {
                    let writes = self.pending(&self.after, other).map(|pending| pending.step);
                    if outdated(other) || matches!(writes, Some(Step::Write(_))) {
                        return false;
                    }
                    fresh &= !(OWN << bit(other, 0));
                }
            }
            if !transfer.drains() {
                fresh &= !own;
            }
        }
        set_pair(&mut self.after, at, fresh);
        true
    }

    pub(super) fn is_fresh(&self, worker: usize, read: u8) -> bool {
        pair(&self.after, self.layout.values) >> bit(worker, read) & 1 == 1
    }

    /// Forgets what the worker has read in a section that has ended: states that differ in nothing
    /// else are the same.
    pub(super) fn forget(&mut self, worker: usize, reads: u8) {
        let at = self.layout.values;
        match self.values {
            Values::Ignored => {}
            Values::Fresh => {
                let forgotten = OWN & !((1_u64 << reads) - 1);
                let fresh = pair(&self.after, at) & !(forgotten << bit(worker, 0));
                set_pair(&mut self.after, at, fresh);
            }
            Values::Exact => {
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

/// The bits of one worker's reads.
const OWN: u64 = 0xff;

/// The bit that says whether a read is fresh.
fn bit(worker: usize, read: u8) -> u32 {
    8 * number(worker) - 8 + u32::from(read)
}

pub(super) fn plus(mut value: PackedTally, increments: u8, decrements: u8) -> PackedTally {
    (0..increments).for_each(|_| value = value + Delta::Increment);
    (0..decrements).for_each(|_| value = value + Delta::Decrement);
    value
}
