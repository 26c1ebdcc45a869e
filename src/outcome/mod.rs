//! What a command found out: plain data that serde can write, and all that a report is made of.
//!
//! The keys are a promise to those who read the JSON; `schemas/` says what each may hold. Keys are
//! only ever added.

mod asked;
mod description;
mod document;
mod exploration;
mod number;
mod race;
pub mod stats;
mod verdict;

pub use description::Description;
pub use document::{Found, Outcome};
pub use exploration::{Explored, Traced, Witness, WitnessOf, witness};
pub use number::{number, several};
pub use race::{Copy, Run, StrategyResult, Summary};
pub use verdict::{Evidence, Verdict};
