//! What a strategy is written against: a machine takes one step per call.
//!
//! Every `?` in a strategy is a point at which another worker may run. What takes the step differs
//! (an atomic instruction, a system call, a change of a small model); the strategy does not.

mod check;
mod interface;
mod misuse;
mod needs;
mod printable;
mod private;
mod program;
mod run_loop;
mod schedule;
mod section;
mod step;
mod strategy;
mod tally;

pub(crate) use check::{check_fence, check_load, check_store, on_failure};
pub use interface::Machine;
#[doc(hidden)]
pub use interface::StepMachine;
pub(crate) use misuse::{
    WORKER_THREAD, catch_misuse, declared, endless, not_held, note_panics, two_mutexes,
};
pub use needs::{Condition, Lock, Needs, Private, Semaphore, Var};
pub(crate) use printable::printable;
#[doc(hidden)]
pub use private::Privates;
pub(crate) use private::attempt;
pub use program::{Guard, Program};
pub(crate) use run_loop::{Lifecycle, RunWorker, spin_until};
#[doc(hidden)]
pub use schedule::{Schedule, Turn, TurnKind};
#[doc(hidden)]
pub use section::Section;
#[doc(hidden)]
pub use step::{Answer, Step};
#[doc(hidden)]
pub use strategy::{About, Describe, Only, Promise, Strategy};
pub use tally::Delta;
#[doc(hidden)]
pub use tally::{PackedTally, Tally};
