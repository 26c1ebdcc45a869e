//! What is shared: something that holds a value, and that workers read and write.
//!
//! A resource counts in [`Tallies`], so that it carries the receipt of the updates it kept. To add
//! one: its file, a variant of [`Kind`], and what the compiler then lists.

mod copies;
mod disturbed;
#[cfg(target_os = "linux")]
mod file;
mod keeper;
mod memory;
#[cfg(target_os = "linux")]
mod printer;
mod tallies;

use serde::{Deserialize, Serialize};

pub(crate) use copies::Copies;
pub(crate) use disturbed::{Doomed, Laborious};
#[cfg(target_os = "linux")]
pub use file::check_free;
#[cfg(target_os = "linux")]
pub(crate) use file::{SharedFile, open_file};
pub(crate) use keeper::Keeper;
pub use keeper::{Finding, path_of_copy};
pub use memory::Memory;
#[cfg(target_os = "linux")]
pub(crate) use printer::Printer;
pub use tallies::Tallies;

use crate::machine::Stop;

/// What is shared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A variable in memory
    #[default]
    Variable,
    /// A file that holds the counter as text
    File,
    /// A printer that takes a few bytes at a time
    Printer,
}

impl Kind {
    /// As it is typed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Variable => "variable",
            Self::File => "file",
            Self::Printer => "printer",
        }
    }
}

/// The steps that a real resource takes; see [`Machine`](crate::machine::Machine) and
/// [`Stage`](crate::machine::Stage) for their meaning.
///
/// # Errors
///
/// As the machine: `Err` when the worker has to stop, here because the resource failed.
pub trait Resource {
    /// Whether it is a single variable, with nothing around it.
    fn is_plain(&self) -> bool {
        false
    }
    /// Takes a free copy, where there are several, or shares one.
    fn claim(&mut self) {}
    /// Gives it back.
    fn give_back(&mut self) {}
    /// Reads what it holds.
    fn read(&mut self) -> Result<Tallies, Stop>;
    /// Writes what it is to hold.
    fn write(&mut self, value: Tallies) -> Result<(), Stop>;
    /// Adds `one` in one step.
    fn add(&mut self, one: Tallies) -> Result<(), Stop>;
    /// Writes `new` in one step if it holds `seen`.
    fn replace(&mut self, seen: Tallies, new: Tallies) -> Result<bool, Stop>;
}

/// Where the resource is chosen while the program runs, and speed is not the point.
impl Resource for Box<dyn Resource + '_> {
    fn claim(&mut self) {
        (**self).claim();
    }

    fn give_back(&mut self) {
        (**self).give_back();
    }

    fn read(&mut self) -> Result<Tallies, Stop> {
        (**self).read()
    }

    fn write(&mut self, value: Tallies) -> Result<(), Stop> {
        (**self).write(value)
    }

    fn add(&mut self, one: Tallies) -> Result<(), Stop> {
        (**self).add(one)
    }

    fn replace(&mut self, seen: Tallies, new: Tallies) -> Result<bool, Stop> {
        (**self).replace(seen, new)
    }
}

/// What takes several steps has none in which it could do all at once.
#[cfg(target_os = "linux")]
fn no_such_step() -> Stop {
    Stop::Failed(std::io::Error::other("it cannot be read and written in one step"))
}
