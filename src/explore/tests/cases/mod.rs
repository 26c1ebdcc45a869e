//! Strategies that the explorer once got wrong, with the right answers. Each is checked twice: what
//! the reference says, and what the explorer says.
//!
//! - `condition`: workers that sleep on a condition variable
//! - `sleep`: workers that sleep within an attempt
//! - `spin`: attempts that leave traces
//! - `many`: answers that are forgotten
//! - `primitive`: fences, steps that try, private variables
//! - `uncertain`: what cannot be explored, or not wholly

mod condition;
mod many;
mod primitive;
mod sleep;
mod spin;
mod uncertain;

use super::all;
use super::compare::{Compared, compare};
use super::program;
use super::reference::{Count, Limits, Reference};
use crate::explore::{Explorable, Exploration, Memory};
use crate::machine::{About, Program, Promise};

const LIMITS: Limits = Limits { states: 60_000, ways: 20_000 };

fn reference(strategy: &dyn Explorable, program: &Program, memory: Memory) -> Reference {
    Reference::new(strategy, program, memory, LIMITS).expect("it is small")
}

/// The number of interleavings, if it is known.
fn number(count: &Count) -> Option<u64> {
    match count {
        Count::Known(known) => known.all().try_into().ok(),
        Count::Infinite => None,
    }
}

/// Each final value and its interleavings.
fn finals(reference: &Reference) -> Vec<(i64, u64)> {
    let Count::Known(known) = &reference.interleavings else { return Vec::new() };
    let number = |value: i64| known.of(value).try_into().expect("it is small");
    reference.outcomes.keys().map(|&value| (value, number(value))).collect()
}

/// The same, as the explorer has it.
fn explored_finals(found: &Exploration) -> Vec<(i64, u64)> {
    let number = |of: &crate::explore::FinalValue| {
        of.interleavings.clone().expect("there are finitely many").try_into().expect("it is small")
    };
    found.outcomes.iter().map(|outcome| (outcome.value, number(outcome))).collect()
}

/// The explorer and the reference say the same of a strategy.
fn agree(strategy: &dyn Explorable, program: &Program, memory: Memory) {
    match compare(strategy, program, memory, LIMITS) {
        Compared::Same(_) => {}
        other => panic!("{memory:?} {program:?}: {other:#?}"),
    }
}

fn mine(name: &'static str) -> About {
    About::new(name, Promise::MutualExclusion, "a case")
}
