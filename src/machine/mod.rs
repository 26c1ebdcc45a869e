//! What a strategy is written against: a machine takes one indivisible step per call.
//!
//! Every `?` in a strategy stands where another worker may run. What takes the step differs (an
//! atomic instruction, a system call, a change of a small model), the strategy does not.
//!
//! To add a machine: implement [`Machine`] and [`Stage`] in a file of its own. To add a step: one
//! method here, and what the compiler then lists.

mod decorated;
#[cfg(all(test, loom))]
pub(crate) mod loomed;
mod model;
mod native;
mod needs;
mod program;
mod recorder;
mod replaying;
mod yielding;

use std::ops::Add;
use std::sync::atomic::Ordering;

pub use decorated::{Action, Decorated, Decorator};
pub use model::{Answer, Attempt, Halt, MOST_READS, Model, Pending, Token};
pub use native::{Native, Shared, Stop};
pub use needs::{Lock, Needs, Semaphore, Var};
pub use program::{Delta, Guard, Program};
pub use recorder::{Line, Recorder, Recording};
pub use replaying::Replaying;
pub use yielding::{Rate, Yielding};

/// Takes steps for one worker.
///
/// A strategy only sees this trait. It cannot look into a [`Value`](Machine::Value): it can add a
/// [`Delta`] to one and hand it back, and so everything it does depends on differences only.
///
/// # Errors
///
/// Every step returns `Err` when this worker is to take no further step for now; a strategy hands
/// that on with `?` and does nothing else about it.
pub trait Machine: Sized {
    /// Why a worker stops between two steps.
    type Stop;
    /// What the resource holds.
    type Value: Copy + Add<Delta, Output = Self::Value>;

    /// This worker, from 0.
    fn me(&self) -> usize;
    /// How many workers there are.
    fn workers(&self) -> usize;

    /// Reads the resource.
    fn read(&mut self) -> Result<Self::Value, Self::Stop>;
    /// Writes the resource.
    fn write(&mut self, value: Self::Value) -> Result<(), Self::Stop>;
    /// Reads, computes and writes the resource in one step.
    fn add(&mut self, delta: Delta) -> Result<(), Self::Stop>;
    /// Compare and swap: writes `new` if the resource still holds `seen`, and says whether it did.
    fn replace(&mut self, seen: Self::Value, new: Self::Value) -> Result<bool, Self::Stop>;

    /// Reads a variable of the strategy.
    fn load(&mut self, var: Var, order: Ordering) -> Result<u64, Self::Stop>;
    /// Writes a variable of the strategy.
    fn store(&mut self, var: Var, value: u64, order: Ordering) -> Result<(), Self::Stop>;
    /// Writes a variable of the strategy and returns what it held, in one step.
    fn swap(&mut self, var: Var, value: u64, order: Ordering) -> Result<u64, Self::Stop>;
    /// Adds to a variable of the strategy and returns what it held, in one step.
    fn fetch_add(&mut self, var: Var, value: u64, order: Ordering) -> Result<u64, Self::Stop>;

    /// Takes a mutex, and sleeps while another worker holds it.
    fn acquire(&mut self, lock: Lock) -> Result<(), Self::Stop>;
    /// Gives a mutex back.
    fn release(&mut self, lock: Lock) -> Result<(), Self::Stop>;
    /// Takes a permit, and sleeps while there is none.
    fn wait(&mut self, semaphore: Semaphore) -> Result<(), Self::Stop>;
    /// Gives a permit back.
    fn signal(&mut self, semaphore: Semaphore) -> Result<(), Self::Stop>;

    /// Repeats `attempt` until it answers true. `words` is what the textbook says here, after
    /// "wait until".
    fn until(
        &mut self,
        words: &'static str,
        attempt: impl Fn(&mut Self) -> Result<bool, Self::Stop>,
    ) -> Result<(), Self::Stop>;
}

/// What the life of a worker needs of a machine beyond the steps, and what a strategy never sees.
///
/// The life is the same text for every machine (see [`live`](crate::worker::live)); here a real
/// worker marks itself as inside and looks whether to stop, the recorder prints a heading, and a
/// model skips what lies behind a worker.
pub trait Stage: Machine {
    /// Stands between two updates, after `made` of them: the place to stop at, where nothing is
    /// half done.
    ///
    /// # Errors
    ///
    /// The worker is to stop.
    fn pause(&mut self, made: u64) -> Result<(), Self::Stop>;

    /// Begins a section, and says whether its steps are still to be taken.
    ///
    /// # Errors
    ///
    /// The worker is to stop.
    fn begin(&mut self, section: Section) -> Result<bool, Self::Stop>;

    /// Ends a section whose steps have been taken.
    ///
    /// # Errors
    ///
    /// The worker is to stop.
    fn end(&mut self, section: Section) -> Result<(), Self::Stop>;

    /// Whether there may be several copies of the resource, as far as the machine knows before it
    /// runs: where it says no, a worker's loop has no trace of them.
    fn has_copies(&self) -> bool {
        true
    }

    /// Takes a free copy of the resource, or a share in one that is taken if none is free: one
    /// step, ours and not the strategy's. Only where there are several.
    ///
    /// # Errors
    ///
    /// The worker is to stop.
    fn claim(&mut self) -> Result<(), Self::Stop>;

    /// Gives the copy back, in one step.
    ///
    /// # Errors
    ///
    /// The worker is to stop.
    fn give_back(&mut self) -> Result<(), Self::Stop>;

    /// Stands between two attempts of [`until`](Machine::until), after `failed` of them.
    ///
    /// # Errors
    ///
    /// The worker is to stop.
    fn again(&mut self, words: &'static str, failed: u32) -> Result<(), Self::Stop>;

    /// Stands behind an [`until`](Machine::until) that had to be attempted again.
    fn resume(&mut self) {}

    /// Runs one section of an update.
    ///
    /// # Errors
    ///
    /// As `body`, or the worker is to stop.
    fn section(
        &mut self,
        section: Section,
        body: impl FnOnce(&mut Self) -> Result<(), Self::Stop>,
    ) -> Result<(), Self::Stop> {
        if self.begin(section)? {
            body(self)?;
            self.end(section)?;
        }
        Ok(())
    }

    /// Ends a worker's life, after `made` updates, and says whether it is to take its exit section
    /// now: a real worker is, if it has `entered` and not left.
    fn depart(&mut self, _made: u64, _entered: bool) -> bool {
        false
    }
}

/// [`Machine::until`] of the machines on which a failed attempt is simply made again.
///
/// # Errors
///
/// As `attempt`, or the worker is to stop.
pub fn spin_until<M: Stage>(
    machine: &mut M,
    words: &'static str,
    attempt: impl Fn(&mut M) -> Result<bool, M::Stop>,
) -> Result<(), M::Stop> {
    let mut failed = 0;
    while !attempt(machine)? {
        failed += 1;
        machine.again(words, failed)?;
    }
    if failed > 0 {
        machine.resume();
    }
    Ok(())
}

/// The parts of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// What a strategy does before the critical section.
    Entry,
    /// Takes one of several copies of the resource.
    Claim,
    /// Read, compute, write.
    Critical,
    /// The whole update, of a strategy that makes it in one step and has no section.
    Whole,
    /// Gives the copy back.
    GiveBack,
    /// What a strategy does after the critical section.
    Exit,
}
