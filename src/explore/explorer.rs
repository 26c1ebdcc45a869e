//! Chooses how much a state has to say about values, searches, and puts the result together.

use std::ops::ControlFlow;

use num_bigint::BigUint;

use super::count;
use super::cycle::cycle;
use super::dataflow;
use super::exploration::{Deadlock, Exploration, Fault, Limits, Livelock, Outcome};
use super::graph::{Cut, Graph, Kind, Node};
use super::local_state::LocalStates;
use super::search::{OnLoss, Search};
use super::space::Space;
use super::stop::Stop;
use super::trace::trace;
use super::witness::{Costs, Witness};
use super::{Bounds, Explorable, Memory, Values};
use crate::machine::{Needs, Program, Tally};

type Watch<'w> = &'w mut dyn FnMut(usize) -> ControlFlow<()>;

/// One exploration.
pub(super) struct Explorer<'a> {
    strategy: &'a dyn Explorable,
    program: &'a Program,
    needs: Needs,
    memory: Memory,
    bounds: Bounds,
    local: LocalStates<'a>,
}

impl<'a> Explorer<'a> {
    pub(super) fn new(
        strategy: &'a dyn Explorable,
        program: &'a Program,
        memory: Memory,
        bounds: Bounds,
    ) -> Result<Self, Stop> {
        let needs = strategy.needs(program);
        let local = LocalStates::new(strategy, program)?;
        Ok(Self { strategy, program, needs, memory, bounds, local })
    }

    pub(super) fn explore(&mut self, watch: Watch<'_>) -> Result<Exploration, Stop> {
        // First it is assumed that no update is lost, which takes few states. The search goes deep
        // first and soon meets a loss if there is one; then it starts again with more detail.
        let mut lossless = None;
        let graph = match self.search(Values::Fresh, OnLoss::Abort, watch) {
            Err(Stop::NeedsMoreDetail) => match self.search_without_values(watch) {
                Err(Stop::NeedsMoreDetail) => self.search(Values::Exact, OnLoss::Abort, watch)?,
                found => {
                    lossless = Some(self.search_lossless(watch)?);
                    found?
                }
            },
            found => found?,
        };
        self.local.check_again()?;
        Ok(self.found(&graph, lossless.as_ref().unwrap_or(&graph)))
    }

    /// All states, if what workers do does not depend on values. Where an attempt writes again and
    /// again, values have no bound, and have to be in the state.
    fn search_without_values(&mut self, watch: Watch<'_>) -> Result<Graph, Stop> {
        let graph = self.search(Values::Ignored, OnLoss::Abort, watch)?;
        match graph.cyclic && self.local.wrote_and_failed() {
            true => Err(Stop::NeedsMoreDetail),
            false => Ok(graph),
        }
    }

    /// All states on the way to a lossless end. Of the values no more has to be known there than
    /// which of them are fresh, unless the strategy updates in an unusual way.
    fn search_lossless(&mut self, watch: Watch<'_>) -> Result<Graph, Stop> {
        match self.search(Values::Fresh, OnLoss::Prune, watch) {
            Err(Stop::NeedsMoreDetail) => self.search(Values::Exact, OnLoss::Abort, watch),
            found => found,
        }
    }

    fn search(&mut self, values: Values, on_loss: OnLoss, watch: Watch<'_>) -> Result<Graph, Stop> {
        if values == Values::Fresh && !self.local.usual() {
            return Err(Stop::NeedsMoreDetail);
        }
        let Self { program, memory, bounds, .. } = *self;
        let (mut space, first) = Space::new(&mut self.local, program, &self.needs, memory, values)?;
        Search::new(&mut space, &first, program.workers, bounds, on_loss).run(watch)
    }

    fn found(&self, graph: &Graph, lossless: &Graph) -> Exploration {
        let about = self.strategy.about();
        let complete = |node| graph.kind(node) == Kind::Complete;
        let counts = count::by_value(graph, &complete);
        let kept = count::all(lossless, &|node| lossless.kept(node));
        let limits = self.limits(graph, lossless);
        let peak = graph.order.iter().map(|&node| usize::from(graph.inside(node))).max();
        Exploration {
            strategy: about.name,
            promise: about.promise,
            exhibit: about.exhibit,
            workers: self.program.workers,
            iters: self.program.iters,
            memory: self.memory,
            target: self.program.planned().value(),
            complete: limits == Limits::default(),
            limits,
            states: graph.len(),
            outcomes: self.outcomes(graph, counts.as_deref(), kept.as_ref()),
            interleavings: counts.map(|counts| counts.into_iter().map(|(_, n)| n).sum()),
            lossless: kept,
            deadlocks: count::all(graph, &|node| graph.kind(node) == Kind::Deadlock),
            peak_inside: peak.filter(|_| about.promise.has_section()),
            deadlock: self.deadlock(graph),
            livelock: self.livelock(graph),
            fault: self.fault(graph),
        }
    }

    fn outcomes(
        &self,
        graph: &Graph,
        counts: Option<&[(i32, BigUint)]>,
        kept: Option<&BigUint>,
    ) -> Vec<Outcome> {
        let target = self.program.planned().value();
        let outcome = |Witness { value, preemptions, schedule, .. }: Witness| {
            let of_value = |counts: &[(i32, BigUint)]| {
                let found = counts.iter().find(|(of, _)| *of == value);
                found.map_or_else(BigUint::default, |(_, count)| count.clone())
            };
            let at_target = i64::from(value) == target;
            Outcome {
                value: value.into(),
                interleavings: counts.map(of_value),
                lossless: kept.map(|kept| if at_target { kept.clone() } else { 0_u8.into() }),
                min_preemptions: preemptions,
                schedule,
            }
        };
        let costs = self.costs(graph, true, &|node| graph.kind(node) == Kind::Complete);
        costs.cheapest().into_iter().map(outcome).collect()
    }

    fn costs<'g>(&self, graph: &'g Graph, values: bool, ends: &dyn Fn(Node) -> bool) -> Costs<'g> {
        let Tally { increments, decrements } = self.program.planned();
        let bound = |updates: u64| i32::try_from(updates).unwrap_or(i32::MAX - 1);
        let range = (-bound(decrements), bound(increments));
        Costs::new(graph, self.program.workers, range, values, ends)
    }

    /// The cheapest way to a state where `ends` holds, if there is any.
    fn cheapest_to(&self, graph: &Graph, ends: &dyn Fn(Node) -> bool) -> Option<Witness> {
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
            store_buffer: (graph.full || lossless.full).then_some(dataflow::BUFFER),
        }
    }

    fn deadlock(&self, graph: &Graph) -> Option<Deadlock> {
        let way = self.cheapest_to(graph, &|node| graph.kind(node) == Kind::Deadlock)?;
        let trace = trace(self.strategy, self.program, self.memory, &way.schedule);
        let waiting = trace.map_or_else(|_| Vec::new(), |trace| trace.waiting);
        Some(Deadlock { schedule: way.schedule, min_preemptions: way.preemptions, waiting })
    }

    fn livelock(&self, graph: &Graph) -> Option<Livelock> {
        let of = |node| graph.livelocks.iter().find(|members| members.contains(&node));
        let way = self.cheapest_to(graph, &|node| of(node).is_some())?;
        let cycle = cycle(graph, of(way.end)?, way.end, self.program.workers);
        Some(Livelock { schedule: way.schedule, cycle })
    }

    fn fault(&self, graph: &Graph) -> Option<Fault> {
        let way = self.cheapest_to(graph, &|node| graph.kind(node) == Kind::Fault)?;
        let trace = trace(self.strategy, self.program, self.memory, &way.schedule).ok()?;
        trace.fault.map(|(worker, lock)| Fault { schedule: way.schedule, worker, lock })
    }
}
