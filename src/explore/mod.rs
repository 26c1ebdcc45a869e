//! Every interleaving of a small program: which final values there are, how many interleavings
//! lead to each, and the shortest schedule that does.
//!
//! The strategies' own code is run, on the [model](crate::machine::Model); so no description of a
//! strategy can differ from what races on real workers.
//!
//! - `code`: what each worker does next, asked of the strategy once and remembered
//! - `space`: the states of the program, and what a step makes of one
//! - `alone`: what a worker could do alone, which tells preemptions and deadlocks
//! - `search`, `graph`: all states that can be reached
//! - `flow`, `sums`, `count`: where values go, and how many schedules end with each
//! - `cost`: the cheapest schedule for each
//! - `circle`: schedules without end
//! - `trace`: one schedule, step by step, with all values
//! - `exploration`: the result
//!
//! **What counts as an interleaving.** A step that has to wait is none. An attempt of `until` that
//! fails without a trace adds no interleaving either: counted are the schedules in which every
//! attempt succeeds. No outcome is missed by this: take the steps of such an attempt out of any
//! schedule, and every other step does what it did before.

mod count;
mod dataflow;
mod enabled;
mod exploration;
mod graph;
mod livelock;
mod local_state;
mod model;
mod recorder;
mod search;
mod space;
mod sums;
#[cfg(test)]
mod tests;
mod trace;
mod witness;

use std::ops::ControlFlow;

use num_bigint::BigUint;
use serde::Serialize;

use self::graph::{Cut, Graph, Kind, Node};
use self::local_state::Code;
use self::search::{OnLoss, Search};
use self::space::{Space, Unfit};
use self::witness::{Cheapest, Costs};
use crate::machine::{Describe, Needs, Program, Strategy, Tally, run_worker};

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
    /// The most preemptions of a schedule; `None` for any number.
    pub preemptions: Option<u32>,
}

impl Default for Bounds {
    /// So many states, and all preemptions, as stay below 2 GB.
    fn default() -> Self {
        Self { states: 1_000_000, preemptions: None }
    }
}

/// Why a program cannot be explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// More workers than [`MOST_WORKERS`].
    Workers,
    /// More copies than [`MOST_COPIES`].
    Copies,
    /// The strategy takes more steps, or reads the resource more often, in one section than is kept
    /// account of.
    Section,
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
    face: &dyn Explorable,
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
    let needs = face.needs(program);
    let code = Code::new(face, program);
    let mut explorer = Explorer { face, program, needs, memory, bounds, code };
    explorer.explore(watch).map_err(|_| Refused::Section)
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

type Watch<'w> = &'w mut dyn FnMut(usize) -> ControlFlow<()>;

struct Explorer<'a> {
    face: &'a dyn Explorable,
    program: &'a Program,
    needs: Needs,
    memory: Memory,
    bounds: Bounds,
    code: Code<'a>,
}

impl Explorer<'_> {
    fn explore(&mut self, watch: Watch<'_>) -> Result<Exploration, Unfit> {
        // A strategy that keeps every update is done with at the first try. The others are found
        // out soon, since the search goes deep first.
        let mut lossless = None;
        let graph = match self.search(Values::Fresh, OnLoss::Abort, watch) {
            Err(Unfit::Values) => match self.search(Values::Ignored, OnLoss::Abort, watch) {
                Err(Unfit::Values) => self.search(Values::Exact, OnLoss::Abort, watch)?,
                found => {
                    lossless = Some(self.search_lossless(watch)?);
                    found?
                }
            },
            found => found?,
        };
        self.found(&graph, lossless.as_ref().unwrap_or(&graph))
    }

    /// All states on the way to a lossless end. Of the values no more has to be known there than
    /// which of them are fresh, unless the strategy updates in an unusual way.
    fn search_lossless(&mut self, watch: Watch<'_>) -> Result<Graph, Unfit> {
        match self.search(Values::Fresh, OnLoss::Prune, watch) {
            Err(Unfit::Values) => self.search(Values::Exact, OnLoss::Abort, watch),
            found => found,
        }
    }

    fn search(
        &mut self,
        values: Values,
        on_loss: OnLoss,
        watch: Watch<'_>,
    ) -> Result<Graph, Unfit> {
        if values == Values::Fresh && !self.code.usual() {
            return Err(Unfit::Values);
        }
        let Self { program, memory, bounds, .. } = *self;
        let (mut space, first) = Space::new(&mut self.code, program, &self.needs, memory, values)?;
        Search::new(&mut space, &first, program.workers, bounds, on_loss).run(watch)
    }

    fn found(&self, graph: &Graph, lossless: &Graph) -> Result<Exploration, Unfit> {
        let about = self.face.about();
        let target = self.program.planned().value();
        let complete = |node| graph.kind(node) == Kind::Complete;
        let counts = (!graph.cyclic).then(|| count::by_value(graph, &complete));
        let kept = (!lossless.cyclic).then(|| count::all(lossless, &|node| lossless.kept(node)));
        let costs = self.costs(graph, true, &complete);
        let outcome = |Cheapest { value, preemptions, schedule, .. }: Cheapest| {
            let of_value = |counts: &Vec<(i32, BigUint)>| {
                let found = counts.iter().find(|(of, _)| *of == value);
                found.map_or_else(BigUint::default, |(_, count)| count.clone())
            };
            let at_target = i64::from(value) == target;
            Outcome {
                value: value.into(),
                interleavings: counts.as_ref().map(of_value),
                lossless: if at_target { kept.clone() } else { kept.as_ref().map(|_| 0_u8.into()) },
                min_preemptions: preemptions,
                schedule,
            }
        };
        let limits = self.limits(graph, lossless);
        let nodes = || graph.order.iter().copied();
        let peak = nodes().map(|node| usize::from(graph.inside(node))).max();
        let stuck = |node| graph.kind(node) == Kind::Stuck;
        Ok(Exploration {
            strategy: about.name,
            promise: about.promise,
            exhibit: about.exhibit,
            workers: self.program.workers,
            iters: self.program.iters,
            memory: self.memory,
            target,
            complete: limits == Limits::default(),
            limits,
            states: graph.len(),
            outcomes: costs.cheapest().into_iter().map(outcome).collect(),
            interleavings: counts.as_ref().map(|counts| counts.iter().map(|(_, n)| n).sum()),
            lossless: kept.clone(),
            deadlocks: (!graph.cyclic).then(|| match nodes().any(stuck) {
                true => count::all(graph, &stuck),
                false => BigUint::default(),
            }),
            peak_inside: peak.filter(|_| about.promise.has_section()),
            deadlock: self.cheapest_to(graph, &stuck).map(|way| self.deadlock(way)),
            livelock: livelock::livelock(graph, self.program.workers, |node| {
                self.cheapest_to(graph, &|other| other == node).map(|way| way.schedule)
            }),
            fault: self.fault(graph),
        })
    }

    fn costs<'g>(&self, graph: &'g Graph, values: bool, ends: &dyn Fn(Node) -> bool) -> Costs<'g> {
        let Tally { increments, decrements } = self.program.planned();
        let bound = |updates: u64| i32::try_from(updates).unwrap_or(i32::MAX - 1);
        let range = (-bound(decrements), bound(increments));
        Costs::new(graph, self.program.workers, range, values, ends)
    }

    /// The cheapest way to a state where `ends` holds, if there is any.
    fn cheapest_to(&self, graph: &Graph, ends: &dyn Fn(Node) -> bool) -> Option<Cheapest> {
        graph
            .order
            .iter()
            .any(|&node| ends(node))
            .then(|| self.costs(graph, false, ends).walk(0))?
    }

    fn limits(&self, graph: &Graph, lossless: &Graph) -> Limits {
        let cut = graph.cut.or(lossless.cut);
        Limits {
            states: (cut == Some(Cut::States)).then_some(self.bounds.states),
            preemptions: self.bounds.preemptions.filter(|_| graph.bounded || lossless.bounded),
            interrupted: cut == Some(Cut::Interrupted),
            store_buffer: graph.full.then_some(dataflow::BUFFER),
        }
    }

    fn deadlock(&self, way: Cheapest) -> Deadlock {
        let trace = trace(self.face, self.program, self.memory, &way.schedule);
        let waiting = trace.map_or_else(|_| Vec::new(), |trace| trace.waiting);
        Deadlock { schedule: way.schedule, min_preemptions: way.preemptions, waiting }
    }

    fn fault(&self, graph: &Graph) -> Option<Fault> {
        let way = self.cheapest_to(graph, &|node| graph.kind(node) == Kind::Fault)?;
        let trace = trace(self.face, self.program, self.memory, &way.schedule).ok()?;
        trace.fault.map(|(worker, lock)| Fault { schedule: way.schedule, worker, lock })
    }
}
