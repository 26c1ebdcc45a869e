//! What a command found out: plain data that serde can write, and all that a report is made of.
//!
//! The keys are a promise to those who read the JSON; `schemas/` says what each may hold. Keys are
//! only ever added.

mod asked;
mod comparison;
mod description;
mod document;
mod exploration;
mod judgement;
mod number;
mod race;
mod run;
mod runs;
mod selftest;
pub(crate) mod stats;
mod traced;
mod verdict;

pub(crate) use comparison::{Compared, Comparison};
pub(crate) use description::Description;
pub(crate) use document::{Found, Outcome};
pub(crate) use exploration::{
    ExplorationResult, ScheduleResult, Witness, WitnessOf, hidden, witness,
};
pub(crate) use judgement::{JudgementResult, Questions};
pub(crate) use number::{number, several};
pub(crate) use race::{StrategyResult, Summary};
pub(crate) use run::{Copy, Run};
pub(crate) use selftest::{CheckResult, CheckState, Counts, word};
pub(crate) use traced::{Between, Loss, Overwrote, RunTrace};
