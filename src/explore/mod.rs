//! Every interleaving of a small program: which final values there are, how many interleavings
//! lead to each, and the shortest schedule that does. This is explicit-state model checking.
//!
//! The strategies' own code is run, on the [model machine](Model), so no description of a strategy
//! can differ from what races on real workers.
//!
//! - `section`: what the strategy's code does after each sequence of answers
//! - `outline`, `local_state`: where a worker is in its loop
//! - `space`: the states of the program, and what a step changes in a state
//! - `enabled`: which workers are enabled, which decides what a preemption is
//! - `search`, `graph`: all states that can be reached
//! - `liveness`, `scc`: deadlock and livelock, by weak fairness on strongly connected components
//!   (Tarjan 1972), and `cycle`, the steps that can be repeated for ever
//! - `dataflow`, `count_row`, `tables`, `count`: where values go, and how many schedules end with each
//! - `chance`, `absorption`: how likely each end is, exactly
//! - `witness`: the schedule with the fewest preemptions for each
//! - `interner`: numbers for what a state or a step holds
//! - `budget`: the bounds on states and memory, and whether there was a signal
//! - `probe`: a few schedules to extreme values, for where a search is cut short
//! - `trace`: one schedule, step by step, with all values, the states that it can lead to, and
//!   schedules that are put together to show something
//! - `recorder`, `listing`: the steps as text, and the line of a step
//! - `explorer`: puts it together; `exploration`: the result
//! - `judge`: mutual exclusion, progress and bounded waiting, for any number of updates
//!
//! **What counts as an interleaving.** A worker that waits takes no step. A failed attempt of
//! `until` that leaves no trace adds no interleaving either: its steps are taken out of the
//! schedule. No outcome is missed by this, since the other steps do the same without them. The
//! search for deadlock and livelock includes these attempts, and so do chances.

mod absorption;
mod budget;
mod chance;
mod cost;
mod cost_row;
mod count;
mod count_row;
mod cycle;
mod dataflow;
mod enabled;
mod explorable;
mod exploration;
mod explorer;
mod graph;
mod interner;
mod judge;
mod listing;
mod liveness;
mod local_state;
mod memory;
mod model;
mod outline;
mod probe;
mod recorder;
mod refused;
mod scc;
mod search;
mod section;
mod space;
mod stop;
mod store;
mod tables;
#[cfg(test)]
mod tests;
mod trace;
mod values;
mod witness;

pub use budget::{Bounds, Watch};
pub use chance::Chance;
pub use dataflow::{MOST_COPIES, MOST_WORKERS};
pub use explorable::Explorable;
pub use exploration::{Deadlock, Exploration, Fault, FinalValue, Limits, Livelock};
pub use explorer::{crowded, explore, reaching};
pub use judge::{
    BoundedWaiting, Exclusion, Judgement, Progress, StuckKind, WitnessSchedule, judge,
};
pub use memory::Memory;
pub use model::{Halt, Model, Token};
pub use recorder::{Line, LineKind, Recorder, Recording};
pub use refused::Refused;
pub use stop::Limit;
pub use trace::{
    Edge, End, Event, Held, NextStep, Overwritten, Position, Refusal, Round, Scene, State,
    StateGraph, Status, Trace, TracedProgram, Tracer, Waits, WaitsFor, Why, WorkerScene, trace,
    waiting,
};
