//! Explores a program: chooses how much of the values a state holds, searches, and counts.

mod found;
#[cfg(test)]
mod tests;
mod witness;

pub use witness::{crowded, reaching};

use std::collections::BTreeMap;

use num_bigint::BigUint;

use super::absorption::{Chances, chances};
use super::budget::{Bounds, Budget, Watch};
use super::count;
use super::dataflow::{self, MOST_COPIES, MOST_WORKERS};
use super::explorable::Explorable;
use super::exploration::{Exploration, Limits};
use super::graph::{Cut, Graph, StateKind};
use super::local_state::LocalStates;
use super::memory::Memory;
use super::refused::Refused;
use super::search::{OnLoss, Search};
use super::space::Space;
use super::stop::Stop;
use super::values::Values;
use crate::machine::Program;

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
pub fn explore(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    bounds: Bounds,
    watch: Watch<'_>,
) -> Result<Exploration, Refused> {
    if program.workers > MOST_WORKERS {
        return Err(Refused::Workers);
    }
    if program.copies > MOST_COPIES as u64 {
        return Err(Refused::Copies);
    }
    Ok(Explorer::new(strategy, program, memory, bounds, watch)?.explore()?)
}

/// One exploration.
struct Explorer<'a> {
    strategy: &'a dyn Explorable,
    program: &'a Program,
    memory: Memory,
    bounds: Bounds,
    budget: Budget<'a>,
    local: LocalStates<'a>,
    /// Why something that was to be computed is not known.
    cut: Option<Cut>,
    /// A step was met by which an update is lost.
    loses: bool,
    /// The graph notes states in which more workers are inside, and have read.
    most_inside: usize,
}

/// What a graph says of interleavings, as far as it is known.
#[derive(Default)]
struct Counts {
    all: Option<BigUint>,
    by_value: Option<BTreeMap<i64, BigUint>>,
    lossless: Option<BigUint>,
    deadlocks: Option<BigUint>,
    chances: Option<Chances>,
}

impl<'a> Explorer<'a> {
    fn new(
        strategy: &'a dyn Explorable,
        program: &'a Program,
        memory: Memory,
        bounds: Bounds,
        watch: Watch<'a>,
    ) -> Result<Self, Stop> {
        let local = LocalStates::new(strategy, program, true)?;
        Ok(Self {
            strategy,
            program,
            memory,
            bounds,
            budget: Budget::new(&bounds, watch),
            local,
            cut: None,
            loses: false,
            most_inside: usize::MAX,
        })
    }

    fn explore(&mut self) -> Result<Exploration, Stop> {
        let (graph, lossless) = self.search_until_right()?;
        let mut limits = self.limits(&graph);
        if let Some(lossless) = &lossless {
            self.budget.used += lossless.bytes();
            limits = limits.or(self.limits(lossless));
        }
        let of = lossless.as_ref().unwrap_or(&graph);
        let kept = |node| of.kind(node) == StateKind::Kept;
        let kept = known(&mut self.cut, count::all(of, &kept, &mut self.budget));
        drop(lossless);
        self.budget.used = graph.bytes();
        self.local.check_again()?;
        let mut counts = self.counts(&graph, kept);
        if self.bounds.preemptions.is_none() && self.cut.is_none() && limits == Limits::default() {
            counts.chances = self.chances(&graph);
        }
        Ok(self.found(&graph, counts, limits))
    }

    /// All states, and those on a path to a lossless end if these are different.
    fn search_until_right(&mut self) -> Result<(Graph, Option<Graph>), Stop> {
        self.again_until_right(|explorer| {
            explorer.budget.used = 0;
            let graph = explorer.search_all()?;
            explorer.budget.used = graph.bytes();
            let lossless = (!graph.lossless).then(|| explorer.search_lossless());
            Ok((graph, lossless.transpose()?))
        })
    }

    /// Searches, and again with other assumptions where one of them was wrong.
    fn again_until_right<T>(
        &mut self,
        mut search: impl FnMut(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        loop {
            match search(self) {
                Err(Stop::AnswersMatter) => self.local.restart(),
                Err(Stop::NotSymmetric) if !self.local.equal_workers.is_empty() => {
                    self.local = LocalStates::new(self.strategy, self.program, false)?;
                }
                found => return found,
            }
        }
    }

    fn search_all(&mut self) -> Result<Graph, Stop> {
        // First it is assumed that no update is lost, which takes few states. The depth-first
        // search soon meets a loss if there is one; then it starts again with more detail.
        let fresh = self.search(Values::Fresh, OnLoss::Abort, true);
        self.loses |= matches!(fresh, Err(Stop::LosesUpdate));
        match fresh {
            Err(Stop::NeedsMoreDetail | Stop::LosesUpdate) => {
                match self.search_without_values() {
                    Err(Stop::NeedsMoreDetail) => {
                        let mut graph = self.search(Values::Exact, OnLoss::Abort, false)?;
                        // The states say what is lost.
                        graph.lossless = true;
                        let mut nodes = graph.order.iter();
                        self.loses |= nodes.any(|&node| graph.kind(node) == StateKind::Complete);
                        Ok(graph)
                    }
                    found => found,
                }
            }
            found => found,
        }
    }

    /// All states, if what workers do does not depend on values. Where an attempt writes again and
    /// again, values have no bound, and have to be in the state.
    fn search_without_values(&mut self) -> Result<Graph, Stop> {
        let mut graph = self.search(Values::Ignored, OnLoss::Abort, false)?;
        graph.lossless = false;
        match graph.cyclic && self.local.wrote_and_failed {
            true => Err(Stop::NeedsMoreDetail),
            false => Ok(graph),
        }
    }

    /// All states on a path to a lossless end. It is enough to know which values are fresh, unless
    /// some update does not write the resource exactly once.
    fn search_lossless(&mut self) -> Result<Graph, Stop> {
        match self.search(Values::Fresh, OnLoss::Prune, false) {
            Err(Stop::NeedsMoreDetail) => self.search(Values::Exact, OnLoss::Abort, false),
            found => found,
        }
    }

    fn search(&mut self, values: Values, on_loss: OnLoss, own_copies: bool) -> Result<Graph, Stop> {
        let Self { program, memory, bounds, .. } = *self;
        // Copies have numbers, and values belong to workers.
        let exchangeable = values != Values::Exact && (own_copies || program.copies == 1);
        let symmetric = !self.local.equal_workers.is_empty() && exchangeable;
        let (mut space, first) = Space::new(&mut self.local, memory, values, own_copies)?;
        if values == Values::Fresh && space.local.unusual {
            return Err(Stop::NeedsMoreDetail);
        }
        let mut search = Search::new(&mut space, &first, bounds.preemptions, on_loss, symmetric);
        search.most_inside = self.most_inside;
        search.run(&mut self.budget)
    }

    fn counts(&mut self, graph: &Graph, lossless: Option<BigUint>) -> Counts {
        let complete = |node| graph.is_complete(node);
        if graph.cut == Some(Cut::Interrupted) {
            // The time that is left is for the outcomes.
            return Counts::default();
        }
        let is_deadlock = |node| graph.kind(node) == StateKind::Deadlock;
        let deadlocks = known(&mut self.cut, count::all(graph, &is_deadlock, &mut self.budget));
        let (all, by_value) = if self.keeps_all(graph) {
            // Then there is one value, and all have been counted already.
            (lossless.clone(), None)
        } else {
            let by_value =
                known(&mut self.cut, count::by_value(graph, &complete, &mut self.budget));
            (by_value.as_ref().map(|counts| counts.values().sum()), by_value)
        };
        Counts { all, by_value, lossless, deadlocks, chances: None }
    }

    /// How likely each end is. It is not known where there is not enough memory for it, which says
    /// nothing of the rest.
    fn chances(&mut self, graph: &Graph) -> Option<Chances> {
        let found = chances(graph, !self.keeps_all(graph), &mut self.budget);
        let found = if let Err(Cut::Memory) = found { Ok(None) } else { found };
        known(&mut self.cut, found)
    }

    /// Whether no schedule loses an update, since that was assumed, and the search was not given
    /// up.
    fn keeps_all(&self, graph: &Graph) -> bool {
        graph.order.iter().all(|&node| graph.kind(node) != StateKind::Complete) && graph.lossless
    }

    fn limits(&self, graph: &Graph) -> Limits {
        Limits {
            preemptions: self.bounds.preemptions.filter(|_| graph.bounded),
            store_buffer: graph.full.then_some(dataflow::BUFFER),
            ..Limits::of(graph.cut, &self.bounds)
        }
    }
}

/// What was found, or a note why it is not known.
fn known<T>(why_not: &mut Option<Cut>, found: Result<Option<T>, Cut>) -> Option<T> {
    found.unwrap_or_else(|cut| {
        *why_not = why_not.or(Some(cut));
        None
    })
}
