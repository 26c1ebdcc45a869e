//! Waits for its turn in a given schedule, so that real workers take their steps in exactly this
//! order.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Release};

use super::{Action, Decorator, Stage};
use crate::schedule::Schedule;

/// Takes each step of one worker when the schedule says so. What lies between two attempts of
/// `until` is no step and takes no turn.
///
/// Whoever hands in the schedule has made sure that it can be followed (see
/// [`trace`](crate::explore::trace)). Then no step ever has to wait for a lock that it finds held:
/// it is taken when all steps before it have been, and on the model it was free then.
pub struct Replaying<'a> {
    me: usize,
    schedule: &'a Schedule,
    /// How many steps have been taken, by all workers together. It may lie in memory that
    /// processes share.
    taken: &'a AtomicU64,
}

impl<'a> Replaying<'a> {
    /// For worker `me`.
    #[must_use]
    pub fn new(me: usize, schedule: &'a Schedule, taken: &'a AtomicU64) -> Self {
        Self { me, schedule, taken }
    }

    /// How many steps come before this worker's turn, once it has come; `Err` while it has not.
    /// Behind the end of the schedule nobody has to wait any more.
    fn turn(&self) -> Result<u64, ()> {
        // Pairs with the Release in `step`: who sees that a step was taken sees what it did.
        let taken = self.taken.load(Acquire);
        let turn = usize::try_from(taken).ok().and_then(|at| self.schedule.turns().get(at));
        if turn.is_none_or(|turn| turn.worker == self.me) { Ok(taken) } else { Err(()) }
    }
}

impl<M: Stage> Decorator<M> for Replaying<'_> {
    fn step<T>(
        &mut self,
        machine: &mut M,
        _: Action,
        take: impl FnOnce(&mut M) -> Result<T, M::Stop>,
    ) -> Result<T, M::Stop> {
        let mut failed = 0;
        let taken = loop {
            match self.turn() {
                Ok(taken) => break taken,
                Err(()) => {
                    failed += 1;
                    machine.again("it is its turn in the schedule", failed)?;
                }
            }
        };
        if failed > 0 {
            machine.resume();
        }
        let answer = take(machine)?;
        if taken < self.schedule.turns().len() as u64 {
            // Only the one whose turn it is writes it, so it need not be added to in one step.
            self.taken.store(taken + 1, Release);
        }
        Ok(answer)
    }
}
