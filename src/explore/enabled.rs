//! What a worker could do if it were alone from here on.
//!
//! It tells a preemption, where one that could have gone on is stopped, from a worker that has to
//! wait anyway; and a deadlock from one who has not got his turn yet.

use super::local_state::Next;
use super::space::{Space, Taken, Unfit};
use crate::machine::Step;

/// How a worker fares alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Enabled {
    /// It takes a step, and if that is within an attempt of `until`, the attempt succeeds.
    Goes,
    /// It waits for another worker.
    Waits,
    /// It makes attempts that fail, and leaves traces in doing so.
    Churns,
}

impl Space<'_, '_> {
    /// How `worker` would fare alone from `state` on.
    pub(super) fn alone(&mut self, state: &[u32], worker: usize) -> Result<Enabled, Unfit> {
        if let Some(known) = self.alone_at_once(state, worker) {
            return Ok(known);
        }
        let mut state = state.to_vec();
        loop {
            match self.step(&state, worker)? {
                Taken::Yes { again: true, .. } => return Ok(Enabled::Churns),
                Taken::Yes { .. } => {}
                Taken::Undrained => {
                    if let Taken::Lossy = self.drain(&state, worker) {
                        return Ok(Enabled::Goes);
                    }
                    state.copy_from_slice(&self.after);
                    continue;
                }
                Taken::Blocked | Taken::Vain | Taken::None => return Ok(Enabled::Waits),
                Taken::Lossy | Taken::Fault => return Ok(Enabled::Goes),
            }
            state.copy_from_slice(&self.after);
            let attempting = self.pending(&state, worker).is_some_and(|p| !p.attempts.is_empty());
            if !attempting {
                return Ok(Enabled::Goes);
            }
            if !self.code.place(state[worker]).mid_attempt() {
                // It has left one attempt, and stands before the next.
                return Ok(Enabled::Goes);
            }
        }
    }

    /// The answer where the next step alone gives it.
    fn alone_at_once(&self, state: &[u32], worker: usize) -> Option<Enabled> {
        let pending = match &self.code.place(state[worker]).next {
            Next::Step(pending) => pending,
            Next::Finished | Next::NeverSucceeds(_) => return Some(Enabled::Waits),
        };
        let goes = match pending.step {
            _ if !pending.attempts.is_empty() => return None,
            Step::Acquire(lock) => self.holder(state, lock.0).is_none(),
            Step::Wait(semaphore) => self.permits(state, semaphore.0) > 0,
            _ => true,
        };
        Some(if goes { Enabled::Goes } else { Enabled::Waits })
    }
}
