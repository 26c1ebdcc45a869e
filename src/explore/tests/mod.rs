//! Checks of the explorer: a reference without reductions, closed forms, real threads.

mod against_reference;
mod cases;
mod closed_forms;
mod compare;
mod exhibits;
mod judge;
mod limits;
mod random;
mod real_threads;
mod reference;
mod witnesses;

pub(super) use reference::ReferenceMachine;

use std::ops::ControlFlow;

use super::{Bounds, Exploration, Memory, explore};
use crate::catalog::{DynStrategy, find, table};
use crate::machine::{Guard, Program};

fn program(workers: usize, iters: u64) -> Program {
    Program { workers, iters, guard: Guard::Update, count_up: false, permits: 1, copies: 1 }
}

fn named(name: &str) -> &'static dyn DynStrategy {
    find(table(), name).expect(name)
}

fn all(strategy: &dyn DynStrategy, program: &Program, memory: Memory) -> Exploration {
    let go_on = &mut |_| ControlFlow::Continue(());
    explore(strategy, program, memory, Bounds::default(), go_on).expect("it can be explored")
}
