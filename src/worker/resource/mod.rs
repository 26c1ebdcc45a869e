//! What is shared: something that holds a value, and that workers read and write.
//!
//! A resource counts in [`PackedTally`], so that the updates that it kept can be counted. To add
//! one: its file, a variant of [`ResourceKind`], and what the compiler then lists.

#[cfg(linux)]
mod claim;
mod copies;
#[cfg(linux)]
mod file;
mod kind;
mod memory;
mod owner;
mod path;
#[cfg(linux)]
mod printer;
mod traced;

pub(crate) use copies::Copies;
#[cfg(all(fuzzing, linux))]
pub(crate) use file::fuzz_counter;
pub(crate) use kind::ResourceKind;
pub(crate) use memory::Variable;
pub(crate) use owner::{FinalState, Owner};
pub(crate) use path::path_of_copy;
#[cfg(test)]
pub(crate) use traced::writes;
pub(crate) use traced::{Log, LogLine, TracedVariable, Write};
#[cfg(linux)]
pub(crate) use {
    claim::FileClaim,
    file::{SharedFile, check_free, open_file},
    printer::Printer,
};

use super::Stop;
use crate::machine::PackedTally;

/// What a step does to a real resource; see [`Machine`](crate::machine::Machine) and
/// [`Step`](crate::machine::Step) for the meaning of each. An `Err` stops the worker, here because
/// the resource failed.
pub(crate) trait Resource {
    /// False for a single variable: known when the worker's loop is compiled.
    fn has_copies(&self) -> bool {
        true
    }
    /// Takes a free copy, where there are several, or shares one.
    fn claim(&mut self) {}
    /// Gives it back.
    fn give_back(&mut self) {}
    /// Reads what it holds.
    fn read(&mut self) -> Result<PackedTally, Stop>;
    /// Writes what it is to hold.
    fn write(&mut self, value: PackedTally) -> Result<(), Stop>;
    /// Adds `one` in one step; files and printers have no such step.
    fn add(&mut self, _one: PackedTally) -> Result<(), Stop> {
        Err(no_such_step())
    }
    /// Writes `new` in one step if it holds `seen`; files and printers have no such step.
    fn replace(&mut self, _seen: PackedTally, _new: PackedTally) -> Result<bool, Stop> {
        Err(no_such_step())
    }
}

fn no_such_step() -> Stop {
    Stop::Failed(std::io::Error::other("it cannot be read and written in one step"))
}
