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
mod step;
mod strategy;
mod tally;

pub(crate) use check::{check_fence, check_load, check_store, on_failure};
pub use interface::Machine;
pub(crate) use misuse::{
    WORKER_THREAD, catch_misuse, declared, endless, not_held, note_panics, two_mutexes,
};
pub(crate) use needs::MOST_PERMITS;
pub use needs::{Condition, Lock, Needs, Private, Semaphore, Var};
pub(crate) use printable::printable;
pub(crate) use private::attempt;
pub use program::{Guard, Program};
pub(crate) use run_loop::{Lifecycle, RunWorker, spin_until};
pub use tally::Delta;
#[doc(hidden)]
pub use {
    interface::StepMachine,
    private::Privates,
    schedule::{Schedule, Turn, TurnKind},
    step::{Answer, Section, Step},
    strategy::{About, Describe, Only, Promise, Strategy},
    tally::{PackedTally, Tally},
};
