//! Whether a round of a schedule leads back to the same state.

use super::super::dataflow::{memory, seen};
use super::Space;

impl Space<'_, '_> {
    /// Whether two states are the same to workers that go round their loops for ever. How often they
    /// have gone round does not count. The values of the resource do not count either, but which of
    /// those that were read are still in it, since a `replace` compares them.
    pub(in crate::explore) fn same_in_a_round(&self, one: &[u32], other: &[u32]) -> bool {
        let shared = self.layout.vars..self.layout.tallies;
        (0..self.workers()).all(|worker| self.same_worker(one, other, worker))
            && one[shared.clone()] == other[shared]
    }

    fn same_worker(&self, one: &[u32], other: &[u32], worker: usize) -> bool {
        let (at, next) = (worker * self.layout.block, (worker + 1) * self.layout.block);
        let fresh = |state, read| {
            let copy = memory(self.copy(state, worker));
            self.tallies(state, seen(worker, read)) == self.tallies(state, copy)
        };
        self.local.same_in_a_round(one[at], other[at])
            && one[at + 1..next] == other[at + 1..next]
            && (0..self.location(one, worker).reads())
                .all(|read| fresh(one, read) == fresh(other, read))
    }
}
