//! The face of a strategy that fits into a table.
//!
//! The methods of [`Strategy`] are generic and therefore not object-safe. The face has one method
//! for each job instead, so that dispatch happens once a run and never in a step.

use super::{About, Strategy};
use crate::machine::{Halt, Model, Needs, Program, Recorder, Recording};
use crate::worker::{End, Post, live};

/// Any [`Strategy`], as the table holds it.
pub trait Face: Sync {
    /// Its name, and what it claims.
    fn about(&self) -> About;
    /// What its workers share beside the resource.
    fn needs(&self, program: &Program) -> Needs;
    /// The life of the worker at this post, on the thread that calls this.
    fn work(&self, post: &Post<'_>) -> End;
    /// Its steps, as the textbook would print them.
    fn record(&self, program: &Program) -> Recording;
    /// A worker's life on the model, up to the step that comes next.
    ///
    /// # Errors
    ///
    /// That step; `Ok` if the worker has nothing to do any more.
    fn advance(&self, model: &mut Model<'_>, program: &Program) -> Result<(), Halt>;
    /// A worker's life on the machine by which the explorer is checked.
    #[cfg(test)]
    fn haunt(&self, ghost: &mut crate::explore::Ghost<'_>, program: &Program) -> bool;
    /// The life of worker `me` under loom.
    #[cfg(all(test, loom))]
    #[allow(private_interfaces, reason = "only tests call it")]
    fn work_under_loom(&self, arena: &crate::machine::loomed::Arena, me: usize);
}

impl<S: Strategy> Face for S {
    fn about(&self) -> About {
        Strategy::about(self)
    }

    fn needs(&self, program: &Program) -> Needs {
        Strategy::needs(self, program)
    }

    fn work(&self, post: &Post<'_>) -> End {
        post.work(self)
    }

    fn record(&self, program: &Program) -> Recording {
        Recorder::record(self, program)
    }

    fn advance(&self, model: &mut Model<'_>, program: &Program) -> Result<(), Halt> {
        live(self, model, program)
    }

    #[cfg(test)]
    fn haunt(&self, ghost: &mut crate::explore::Ghost<'_>, program: &Program) -> bool {
        live(self, ghost, program).is_ok()
    }

    #[cfg(all(test, loom))]
    #[allow(private_interfaces, reason = "only tests call it")]
    fn work_under_loom(&self, arena: &crate::machine::loomed::Arena, me: usize) {
        arena.work(self, me);
    }
}

/// The strategy of this name.
#[must_use]
pub fn find(table: &[&'static dyn Face], name: &str) -> Option<&'static dyn Face> {
    table.iter().copied().find(|face| face.about().name == name)
}
