//! Every interleaving of a small program: which final values there are, how many interleavings
//! lead to each, and the shortest schedule that does. This is explicit-state model checking.
//!
//! The strategies' own code is run, on the [model machine](Model), so no description of a strategy
//! can differ from what races on real workers.
//!
//! - `section`: what the strategy's code does after which answers, asked once and remembered
//! - `outline`, `local_state`: where a worker is in its loop
//! - `space`: the states of the program, and what a step makes of one
//! - `enabled`: which workers are enabled, which tells what a preemption is
//! - `search`, `graph`: all states that can be reached
//! - `liveness`, `scc`: deadlock and livelock, by weak fairness on strongly connected components
//!   (Tarjan 1972), and `cycle`, a way round a livelock
//! - `dataflow`, `count_row`, `count`: where values go, and how many schedules end with each
//! - `witness`: the schedule with the fewest preemptions for each
//! - `budget`: the bounds on states and memory, and whether somebody asked to stop
//! - `probe`: a few schedules to extreme values, for where a search is cut short
//! - `trace`: one schedule, step by step, with all values
//! - `explorer`: puts it together; `exploration`: the result
//!
//! **What counts as an interleaving.** A step that has to wait is none. A failed attempt of `until`
//! that leaves no trace adds no interleaving either: its steps are taken out of the schedule. No
//! outcome is missed by this, since every other step does what it did before. Deadlock and livelock
//! are looked for with these attempts.

mod budget;
mod cost;
mod cost_row;
mod count;
mod count_row;
mod cycle;
mod dataflow;
mod enabled;
mod exploration;
mod explorer;
mod graph;
mod liveness;
mod local_state;
mod model;
mod outline;
mod probe;
mod recorder;
mod scc;
mod search;
mod section;
mod space;
mod stop;
mod store;
#[cfg(test)]
mod tests;
mod trace;
mod witness;

use std::fmt;
use std::ops::ControlFlow;

use serde::Serialize;

use self::explorer::Explorer;
use self::stop::Stop;
use crate::machine::{Describe, Program, Strategy, run_worker};

pub use self::model::{Halt, Model};
pub use self::recorder::{Computed, Line, Recorder, Recording};
#[cfg(test)]
use self::tests::ReferenceMachine;
pub use dataflow::{MOST_COPIES, MOST_WORKERS};
pub use exploration::{Deadlock, Exploration, Fault, Limits, Livelock, Outcome};
pub use trace::{Event, Held, Overwritten, Refusal, Trace, WaitsFor, Why, trace};

/// What workers agree on about memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Memory {
    /// Sequential consistency: a store is seen by all at once
    #[default]
    Sc,
    /// Total store order, as on x86: a store waits in a buffer first
    Tso,
}

/// What is kept of the values of the resource in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Values {
    /// Nothing: what workers do does not depend on them.
    Ignored,
    /// Which values read are still those of the resource. As long as no update is lost, that is
    /// all there is to be known of them.
    Fresh,
    /// All of them.
    Exact,
}

/// How far to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The most states to be met.
    pub states: u64,
    /// The most bytes of memory, for all that is kept; about, and without the program itself.
    pub memory: u64,
    /// The most preemptions of a schedule; `None` for any number.
    pub preemptions: Option<u32>,
}

impl Default for Bounds {
    /// A million states, a gigabyte, and all preemptions.
    fn default() -> Self {
        Self { states: 1_000_000, memory: 1 << 30, preemptions: None }
    }
}

/// Why a program cannot be explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// More workers than [`MOST_WORKERS`].
    Workers,
    /// More copies than [`MOST_COPIES`].
    Copies,
    /// The strategy takes more steps, or reads the resource more often, in one section than is
    /// supported.
    Section,
    /// The strategy keeps state outside of the machine: run again with the same answers, it takes
    /// another step.
    OwnState,
}

/// The end of a sentence that begins with the strategy's name, or what is asked for is too large.
impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Workers => "more than 8 workers cannot be explored: use a smaller --threads",
            Self::Copies => "more than 8 copies cannot be explored: use a smaller --copies",
            Self::Section => {
                "it takes more than 500 steps, or reads more than 8 times, in one section, which \
                 is more than explore supports: wait in a loop by m.until(..)"
            }
            Self::OwnState => {
                "it keeps state outside of the machine, since it takes another step when it is run \
                 again with the same answers: keep it in a variable that it asks for in needs"
            }
        })
    }
}

impl From<Stop> for Refused {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::OwnState => Self::OwnState,
            Stop::LimitExceeded
            | Stop::NeedsMoreDetail
            | Stop::AnswersMatter
            | Stop::LosesUpdate
            | Stop::NotSymmetric => Self::Section,
        }
    }
}

/// Explores all interleavings of `program` under a strategy. `watch` is told now and then how many
/// states have been met, and may break off.
///
/// ```
/// use std::ops::ControlFlow;
/// use syncdemo::explore::{Bounds, Memory, explore};
/// use syncdemo::machine::{Guard, Program};
/// use syncdemo::catalog::{find, table};
///
/// let none = find(table(), "none").expect("it is in the table");
/// let program = Program { workers: 2, iters: 2, guard: Guard::Update, count_up: false, permits: 1, copies: 1 };
/// let found = explore(none, &program, Memory::Sc, Bounds::default(), &mut |_| ControlFlow::Continue(()))
///     .expect("two workers can be explored");
/// assert_eq!(found.interleavings, Some(70_u32.into()));
/// assert_eq!(found.outcomes[0].value, -2);
/// assert_eq!(found.outcomes[0].schedule.to_string(), "2 4x1 3x2");
/// ```
///
/// # Errors
///
/// The program is too large, or does what cannot be kept account of.
pub fn explore(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    bounds: Bounds,
    watch: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Exploration, Refused> {
    if program.workers > MOST_WORKERS {
        return Err(Refused::Workers);
    }
    if program.copies > MOST_COPIES as u64 {
        return Err(Refused::Copies);
    }
    Ok(Explorer::new(strategy, program, memory, bounds)?.explore(watch)?)
}

/// A strategy that the machines of this room can run.
pub trait Explorable: Describe {
    /// A worker's loop on the model, up to the step that comes next: that step is the error. `Ok` if
    /// the worker has nothing to do any more.
    fn advance(&self, model: &mut Model<'_>, program: &Program) -> Result<(), Halt>;
    /// Its steps, as the textbook would print them.
    fn record(&self, program: &Program) -> Recording;
    /// A worker's loop on the machine by which the explorer is checked.
    #[cfg(test)]
    #[allow(private_interfaces, reason = "only tests call it")]
    fn run_reference(&self, reference: &mut ReferenceMachine<'_>, program: &Program) -> bool;
    /// Worker `me` under loom.
    #[cfg(all(test, loom))]
    #[allow(private_interfaces, reason = "only tests call it")]
    fn work_under_loom(&self, arena: &crate::under_loom::Arena, me: usize);
}

impl<S: Strategy> Explorable for S {
    fn advance(&self, model: &mut Model<'_>, program: &Program) -> Result<(), Halt> {
        run_worker(self, model, program)
    }

    fn record(&self, program: &Program) -> Recording {
        Recorder::record(self, program)
    }

    #[cfg(test)]
    #[allow(private_interfaces, reason = "only tests call it")]
    fn run_reference(&self, reference: &mut ReferenceMachine<'_>, program: &Program) -> bool {
        run_worker(self, reference, program).is_ok()
    }

    #[cfg(all(test, loom))]
    #[allow(private_interfaces, reason = "only tests call it")]
    fn work_under_loom(&self, arena: &crate::under_loom::Arena, me: usize) {
        arena.work(self, me);
    }
}
