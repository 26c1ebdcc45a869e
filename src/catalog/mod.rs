//! The table of strategies: whatever their type, each can be raced, explored and shown.
//!
//! The methods of [`Strategy`] are generic and therefore not object-safe. Each room that runs
//! strategies has an object-safe trait with one method for its job, so that dispatch happens once
//! a run and never in a step; here they are put together.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use crate::explore::Explorable;
use crate::machine::Strategy;
use crate::strategy::{OfStrategy, all};
use crate::worker::Work;

/// Any [`Strategy`], as the table holds it.
pub trait DynStrategy: Work + Explorable {}

impl<S: Strategy> DynStrategy for S {}

impl OfStrategy for &'static dyn DynStrategy {
    fn of<S: Strategy>(strategy: &'static S) -> Self {
        strategy
    }
}

/// All strategies of this crate, in the order of `list`.
pub fn table() -> &'static [&'static dyn DynStrategy] {
    static TABLE: LazyLock<Vec<&'static dyn DynStrategy>> = LazyLock::new(all);
    &TABLE
}

/// The strategy of this name.
pub fn find(table: &[&'static dyn DynStrategy], name: &str) -> Option<&'static dyn DynStrategy> {
    table.iter().copied().find(|strategy| strategy.about().name == name)
}
