//! What may be typed. What it means is decided by the plan.
//!
//! To add a command: a variant of [`Command`] with its groups of options, and what the compiler
//! then lists.

mod args;
mod called;
mod command;
mod commands;
mod completion;
mod env;
mod error;
mod help;
mod manual;
mod names;
mod parse;
mod translate;
mod typed;
mod value;

pub(crate) use args::{ProgramArgs, ReportArgs, SearchArgs, StepArgs};
pub(crate) use called::{called, note_called};
#[cfg(test)]
pub(crate) use command::command;
pub(crate) use command::is_command;
pub(crate) use commands::{Command, Explore, Judge, Run, Selftest, Show, Step};
pub(crate) use completion::{complete, script};
pub(crate) use error::UsageError;
pub(crate) use manual::manual;
pub(crate) use parse::parse;
#[cfg(test)]
pub(crate) use parse::race_args;
pub(crate) use value::{Expect, Format, YieldSetting};
