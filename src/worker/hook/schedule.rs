//! `--schedule`: real workers take their steps in exactly this order.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Release};

use super::around::{Hook, Step};
use crate::machine::{Answer, PackedTally, Turn};
use crate::worker::spin::Spin;
use crate::worker::{Stop, WorkerContext};

/// Lets one worker take each step when the schedule says so. The pause between two attempts of
/// `until` is no step and takes no turn.
///
/// The plan has made sure that the schedule can be followed. Then no step ever waits for a held
/// lock: when its turn comes, the same steps have been taken as on the model, where the lock was
/// free.
pub(in crate::worker) struct InTurn<'a> {
    me: usize,
    /// Its steps: that a worker has to wait is none.
    turns: Vec<Turn>,
    /// How many steps have been taken, by all workers together. It may lie in memory that
    /// processes share.
    taken: &'a AtomicU64,
    spin: Spin<'a>,
}

impl<'a> InTurn<'a> {
    /// `None` if there is no schedule.
    pub(in crate::worker) fn new(context: &WorkerContext<'a>) -> Option<Self> {
        let WorkerContext { me, config, shared, .. } = *context;
        let turns = config.schedule.as_ref()?.turns();
        let turns = turns.iter().filter(|turn| !turn.waits()).copied().collect();
        let spin = Spin::new(context.status(), shared.control);
        Some(Self { me, turns, taken: &shared.control.steps, spin })
    }

    /// Whether it is this worker's turn. After the last step of the schedule no worker has to wait.
    fn is_turn(&self) -> bool {
        // Acquire pairs with the Release in `after`: a worker that sees that a step was taken
        // sees what it did.
        let taken = usize::try_from(self.taken.load(Acquire)).ok();
        let turn = taken.and_then(|taken| self.turns.get(taken));
        turn.is_none_or(|turn| turn.worker == self.me)
    }
}

impl Hook for InTurn<'_> {
    fn before(&mut self, _: &Step) -> Result<(), Stop> {
        let mut failed = 0;
        while !self.is_turn() {
            failed += 1;
            self.spin.wait("it is its turn in the schedule", failed, &|| 0)?;
        }
        self.spin.end();
        Ok(())
    }

    fn after(&mut self, _: &Step, _: &Answer<PackedTally>) -> Result<(), Stop> {
        // Only the worker whose turn it is writes it, so it need not be added to in one step.
        let taken = self.taken.load(Acquire);
        if taken < self.turns.len() as u64 {
            self.taken.store(taken + 1, Release);
        }
        Ok(())
    }
}
