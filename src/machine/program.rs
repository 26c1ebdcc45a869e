//! What the workers are to do, whatever the strategy and the machine.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::{Delta, Tally};

/// What a strategy guards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Guard {
    /// Each update by itself
    Update,
    /// The whole loop of a worker at once
    Loop,
}

/// The workers, and the updates that each of them makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Number of workers, at least 1.
    pub workers: usize,
    /// Iterations of each worker's loop.
    pub iters: u64,
    /// Whether each update is guarded, or the whole loop.
    pub guard: Guard,
    /// Every worker increments.
    pub count_up: bool,
    /// Initial value of a semaphore.
    pub permits: u64,
    /// Interchangeable copies of the resource, at least 1 and at most [`Program::MOST_COPIES`].
    pub copies: u64,
}

impl Program {
    /// Taking a copy is one step, so one word has a bit for each copy.
    pub const MOST_COPIES: u64 = 64;

    /// The updates that worker `me` (from 0) makes in each iteration: workers come in pairs, one
    /// increments and one decrements; an odd last worker does both.
    ///
    /// ```
    /// use syncdemo::machine::{Delta::*, Guard, Program};
    /// let (guard, count_up) = (Guard::Update, false);
    /// let program = Program { workers: 3, iters: 1, guard, count_up, permits: 1, copies: 1 };
    /// assert_eq!(program.deltas(0), [Increment]);
    /// assert_eq!(program.deltas(1), [Decrement]);
    /// assert_eq!(program.deltas(2), [Increment, Decrement]);
    /// ```
    pub fn deltas(&self, me: usize) -> &'static [Delta] {
        let paired = me + 1 < self.workers || self.workers.is_multiple_of(2);
        match (self.count_up, paired, me.is_multiple_of(2)) {
            (true, _, _) | (_, true, true) => &[Delta::Increment],
            (_, true, false) => &[Delta::Decrement],
            (_, false, _) => &[Delta::Increment, Delta::Decrement],
        }
    }

    /// All updates of worker `me`, in order: the kind, and how many of this kind follow each other.
    ///
    /// For a worker that makes only one kind this is a single stretch, and so the kind need not be
    /// looked at in each update: the worker's loop is to have few instructions.
    pub fn stretches(&self, me: usize) -> impl Iterator<Item = (Delta, u64)> + use<> {
        let deltas = self.deltas(me);
        let (rounds, times) = if deltas.len() == 1 { (1, self.iters) } else { (self.iters, 1) };
        (0..rounds).flat_map(move |_| deltas.iter().map(move |&delta| (delta, times)))
    }

    /// What worker `me` has made after `made` updates.
    pub fn split(&self, me: usize, made: u64) -> Tally {
        let (increments, decrements) = match self.deltas(me) {
            [Delta::Increment] => (made, 0),
            [Delta::Decrement] => (0, made),
            _ => (made.div_ceil(2), made / 2),
        };
        Tally { increments, decrements }
    }

    /// How many updates worker `me` is to make.
    pub fn updates(&self, me: usize) -> u64 {
        self.iters * self.deltas(me).len() as u64
    }

    /// What all workers together are to make. Its value is the value to reach.
    pub fn planned(&self) -> Tally {
        (0..self.workers).map(|me| self.split(me, self.updates(me))).sum()
    }
}
