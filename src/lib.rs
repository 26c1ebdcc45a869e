//! syncdemo shows what happens when threads or processes share something without agreeing on who
//! goes first.
//!
//! A [`strategy`] is written once, as the textbook prints it, against the trait
//! [`Machine`](machine::Machine), and every `?` in it is a place where another worker may run.
//! Machines run it: real [`worker`]s on a [`resource`], or a recorder that writes its steps down.

pub mod machine;
pub mod resource;
pub mod strategy;
pub mod worker;
