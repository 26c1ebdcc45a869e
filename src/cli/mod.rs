//! What may be typed, with no meaning given to it: that is the plan's.
//!
//! To add a command: a variant of [`Command`] with its groups of options, and what the compiler then
//! lists.

mod args;
mod choice;
mod command;
mod commands;
mod env;
mod error;
mod help;
mod manual;
mod names;
mod parse;
mod translate;
mod typed;
mod value;

pub use args::{
    CommonArgs, DetailArgs, ExploreArgs, ProgramArgs, RaceArgs, ReportArgs, StrategyArgs,
};
pub use choice::Expect;
pub use command::command;
pub use commands::{Command, Completions, Explore, List, Run, Show};
pub use error::UsageError;
pub use manual::manual;
pub use parse::parse;
#[cfg(test)]
pub(crate) use parse::race_args;
pub use value::{Format, YieldSetting};
