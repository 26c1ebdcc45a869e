//! Condition variables: which workers sleep, and which of them have been notified.
//!
//! Which of the sleeping workers a notification wakes is not determined. All choices are explored,
//! since a notification goes to the worker that wakes first. In the order in which they came,
//! sleeping workers and notifications are a sequence, such as `s1 s2 N s3 N`; a notification is for
//! a worker that stands before it. The sets of workers that may have been chosen are those that have
//! a notification each. So a worker may wake if some notification follows it, and uses up the first
//! of these: what another worker could do with that one, it can do with a later one. A further
//! notification is lost if there are as many as sleeping workers.
//!
//! For each worker it is enough to know how many notifications follow it. Those that sleep longest
//! have all of them: each notification has a worker before it.

use super::super::dataflow::Transfer;
use super::step::Effect;
use super::{Space, StepResult};
use crate::machine::{Condition, Lock, Step, two_mutexes};

impl Space<'_, '_> {
    /// How many notifications there are that could wake a sleeping worker.
    pub(in crate::explore) fn notifications(&self, state: &[u32], worker: usize) -> u32 {
        state[worker * self.layout.block + self.layout.notifications]
    }

    /// The workers that sleep, and the mutex that each takes again.
    fn sleepers(&self, condition: Condition) -> Vec<(usize, Lock)> {
        let sleeper = |worker| match self.pending(&self.after, worker)?.step {
            Step::Wake(on, lock) if on == condition => Some((worker, lock)),
            _ => None,
        };
        (0..self.workers()).filter_map(sleeper).collect()
    }

    pub(super) fn sleep(&mut self, worker: usize, condition: Condition, lock: Lock) -> Effect {
        if self.sleepers(condition).iter().any(|sleeper| sleeper.1 != lock) {
            two_mutexes(condition.0);
        }
        self.release(worker, lock.0)
    }

    pub(super) fn wake(&mut self, worker: usize, condition: Condition, lock: Lock) -> Effect {
        let own = self.notifications(&self.after, worker);
        if own == 0 {
            return Err(StepResult::Blocked);
        }
        self.acquire(worker, lock.0)?;
        let change = |left: u32| if left < own { left } else { left - 1 };
        self.change_notifications(condition, change);
        *self.left(worker) = 0;
        self.merge(condition);
        self.changed()
    }

    /// `sent` says how many notifications a sleeping worker then has, of those that it had and the
    /// number of sleeping workers.
    pub(super) fn notify(&mut self, condition: Condition, sent: fn(u32, u32) -> u32) -> Effect {
        let sleepers = self.sleepers(condition).len() as u32;
        if self.sent(condition) == sleepers {
            return Ok(Transfer::NONE);
        }
        self.change_notifications(condition, |left| sent(left, sleepers));
        self.merge(condition);
        self.changed()
    }

    /// How many notifications are left.
    fn sent(&self, condition: Condition) -> u32 {
        let all = self.sleepers(condition).into_iter();
        all.map(|(worker, _)| self.notifications(&self.after, worker)).max().unwrap_or(0)
    }

    /// Makes one state of those in which the same sets of workers can have been chosen: a single
    /// worker between two notifications may as well stand before both. Of the workers that are
    /// chosen by the second one or earlier, all but one at the most stand before the first anyway.
    fn merge(&mut self, condition: Condition) {
        for number in 1..self.sent(condition) {
            let between =
                |&(worker, _): &(usize, Lock)| self.notifications(&self.after, worker) == number;
            let between: Vec<_> = self.sleepers(condition).into_iter().filter(between).collect();
            if let [(worker, _)] = between[..] {
                *self.left(worker) += 1;
            }
        }
    }

    fn change_notifications(&mut self, condition: Condition, change: impl Fn(u32) -> u32) {
        for (worker, _) in self.sleepers(condition) {
            let left = self.left(worker);
            *left = change(*left);
        }
    }

    fn left(&mut self, worker: usize) -> &mut u32 {
        &mut self.after[worker * self.layout.block + self.layout.notifications]
    }
}
