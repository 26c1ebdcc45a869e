//! What is shared: something that holds a value, and that workers read and write.
//!
//! A resource counts in [`Tallies`], so that it carries the receipt of the updates it kept.

mod memory;
mod tallies;

pub use memory::Memory;
pub use tallies::Tallies;

use crate::machine::Stop;

/// The steps that a real resource takes; see [`Machine`](crate::machine::Machine) for their
/// meaning.
///
/// # Errors
///
/// As the machine: `Err` when the worker has to stop, here because the resource failed.
pub trait Resource {
    /// Reads what it holds.
    fn read(&mut self) -> Result<Tallies, Stop>;
    /// Writes what it is to hold.
    fn write(&mut self, value: Tallies) -> Result<(), Stop>;
    /// Adds `one` in one step.
    fn add(&mut self, one: Tallies) -> Result<(), Stop>;
    /// Writes `new` in one step if it holds `seen`.
    fn replace(&mut self, seen: Tallies, new: Tallies) -> Result<bool, Stop>;
}
