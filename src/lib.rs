//! syncdemo shows what happens when threads or processes share something without agreeing on who
//! goes first.
//!
//! A [`strategy`] is written once, as the textbook prints it, against the trait
//! [`Machine`](machine::Machine), and every `?` in it is a place where another worker may run.
//! Machines run it: real [`worker`]s, or a model of which every interleaving is explored.

// Lowest room first: no file uses a room that stands below its own in this list.
pub mod catalog;
pub mod cli;
mod command;
pub mod explore;
pub mod machine;
pub mod outcome;
pub mod plan;
pub mod report;
pub mod strategy;
pub mod worker;

#[cfg(all(test, loom))]
mod under_loom;

pub use command::main;
