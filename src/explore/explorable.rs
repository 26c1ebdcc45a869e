//! What the explorer needs from a strategy.

use super::model::{Halt, Model};
use super::recorder::{Recorder, Recording};
#[cfg(test)]
use super::tests::ReferenceMachine;
use crate::machine::{Describe, Program, RunWorker, Strategy};

/// A strategy that the model, the recorder and the reference can run.
pub trait Explorable: Describe {
    /// Runs a worker's loop on the model, up to its next step: that step is the error. `Ok` if the
    /// worker has finished.
    fn advance(&self, model: &mut Model<'_>, program: &Program) -> Result<(), Halt>;
    /// The steps of a worker, as the textbook would print them.
    fn record(&self, program: &Program, me: usize) -> Recording;
    /// Runs a worker's loop on the machine that checks the explorer.
    #[cfg(test)]
    #[allow(private_interfaces, reason = "only tests call it")]
    fn run_reference(&self, reference: &mut ReferenceMachine<'_>, program: &Program) -> bool;
    /// Runs worker `me` under loom.
    #[cfg(all(test, loom))]
    #[allow(private_interfaces, reason = "only tests call it")]
    fn work_under_loom(&self, arena: &crate::under_loom::Arena, me: usize);
}

impl<S: Strategy> Explorable for S {
    fn advance(&self, model: &mut Model<'_>, program: &Program) -> Result<(), Halt> {
        self.run_worker(model, program)
    }

    fn record(&self, program: &Program, me: usize) -> Recording {
        Recorder::record(self, program, me)
    }

    #[cfg(test)]
    #[allow(private_interfaces, reason = "only tests call it")]
    fn run_reference(&self, reference: &mut ReferenceMachine<'_>, program: &Program) -> bool {
        self.run_worker(reference, program).is_ok()
    }

    #[cfg(all(test, loom))]
    #[allow(private_interfaces, reason = "only tests call it")]
    fn work_under_loom(&self, arena: &crate::under_loom::Arena, me: usize) {
        arena.work(self, me);
    }
}
