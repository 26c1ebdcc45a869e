//! syncdemo shows what happens when threads or processes share something without agreeing on who
//! goes first.
//!
//! A [`strategy`] is written once, as the textbook prints it, against the trait
//! [`Machine`](machine::Machine), and every `?` in it is a place where another worker may run.
//! Machines run it: real [`worker`]s on a [`resource`], or a recorder that writes its steps down.
//!
//! The flow goes one way: `argv → Cli → Plan → run → Outcome → report → exit status`. Nothing
//! below [`report`] prints, and nothing above [`plan`] knows a file or a thread.

pub mod cli;
mod command;
pub mod explore;
pub mod interrupt;
pub mod machine;
pub mod outcome;
pub mod plan;
pub mod report;
pub mod resource;
pub mod run;
pub mod schedule;
pub mod stats;
pub mod strategy;
pub mod worker;

pub use command::main;
