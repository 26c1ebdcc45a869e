//! Whether a worker is enabled, and whether it will ever change anything again.
//!
//! *Enabled* decides what a preemption is: a worker is enabled if it could take its next step and,
//! within an attempt of `until`, if the outermost attempt would succeed if no other worker took a
//! step from here on. A step of another worker while this one has to wait is no preemption.

use super::section::Next;
use super::space::{Space, StepResult};
use super::stop::Stop;
use crate::machine::Step;

/// Nested attempts that a worker makes without the others, until it is treated as a waiting worker.
const MOST_ATTEMPTS: usize = 1000;

impl Space<'_, '_> {
    /// Whether `worker` is enabled in `state`.
    pub(super) fn enabled(&mut self, state: &[u32], worker: usize) -> Result<bool, Stop> {
        if let Some(known) = self.enabled_at_once(state, worker) {
            return Ok(known);
        }
        let mut state = state.to_vec();
        let mut been = Vec::new();
        loop {
            let attempt_failed = match self.step(&state, worker)? {
                StepResult::Taken { failed, .. } => failed,
                StepResult::NoEffect => true,
                StepResult::NotDrained => {
                    if self.drain(&state, worker) == StepResult::LosesUpdate {
                        return Ok(true);
                    }
                    state.copy_from_slice(&self.after);
                    continue;
                }
                StepResult::LosesUpdate | StepResult::Fault => return Ok(true),
                StepResult::Blocked | StepResult::None => return Ok(false),
            };
            if self.lasting == 0 {
                return Ok(!attempt_failed);
            }
            state.copy_from_slice(&self.after);
            if attempt_failed {
                // A nested attempt is repeated: perhaps for ever.
                if been.contains(&state) || been.len() == MOST_ATTEMPTS {
                    return Ok(false);
                }
                been.push(state.clone());
            }
        }
    }

    /// The answer, if the next step is enough to know it.
    fn enabled_at_once(&self, state: &[u32], worker: usize) -> Option<bool> {
        let pending = match &*self.location(state, worker).next {
            Next::Step(pending) => pending,
            Next::Finished | Next::NeverSucceeds(_) => return Some(false),
        };
        match pending.step {
            _ if !pending.attempts.is_empty() => None,
            Step::Acquire(lock) => Some(self.holder(state, lock.0).is_none()),
            Step::Wait(semaphore) => Some(self.permits(state, semaphore.0) > 0),
            Step::Wake(_, lock) => {
                let notified = self.notifications(state, worker) > 0;
                Some(notified && self.holder(state, lock.0).is_none())
            }
            _ => Some(true),
        }
    }

    /// Whether `worker` has to wait as long as nothing is changed: it is blocked, or repeats for
    /// ever the attempt that it is in, without a trace.
    pub(super) fn waits_for_others(&mut self, first: &[u32], worker: usize) -> Result<bool, Stop> {
        let mut state = first.to_vec();
        let mut been = Vec::new();
        loop {
            match self.step(&state, worker)? {
                StepResult::Blocked => return Ok(state == first),
                StepResult::Taken { changed: false, .. } | StepResult::NoEffect => {}
                StepResult::Taken { changed: true, .. }
                | StepResult::NotDrained
                | StepResult::LosesUpdate
                | StepResult::Fault
                | StepResult::None => return Ok(false),
            }
            state.copy_from_slice(&self.after);
            if self.same_but_traces(&state, first, worker) {
                return Ok(true);
            }
            if been.contains(&state) {
                return Ok(false);
            }
            been.push(state.clone());
        }
    }
}
