//! The result of an exploration: final values with their witnesses, deadlock, livelock, fault.

use super::super::absorption::Chances;
use super::super::cost::Question;
use super::super::cycle::fair_cycle;
use super::super::exploration::{Deadlock, Exploration, Fault, FinalValue, Limits, Livelock};
use super::super::graph::{Cut, Edge, Graph, GraphEdge, Node, StateKind};
use super::super::probe::probes;
use super::super::space::Space;
use super::super::trace::trace;
use super::super::values::Values;
use super::super::witness::{Cheapest, cheapest};
use super::{Counts, Explorer, known};

/// For so many states, the cheapest schedules are found in the time that an interruption leaves.
const QUICK: usize = 10_000;

impl Explorer<'_> {
    /// Puts the result together.
    pub(super) fn found(&mut self, graph: &Graph, counts: Counts, limits: Limits) -> Exploration {
        let about = self.strategy.about();
        let mut outcomes = self.outcomes(graph, &counts);
        if graph.cut.or(self.cut).is_some() {
            self.add_probes(&mut outcomes);
        }
        let chances = counts.chances.as_ref();
        let deadlock = self.deadlock(graph, chances);
        let livelock = self.livelock(graph, chances);
        let fault = self.fault(graph, chances);
        let limits = limits.or(Limits::of(self.cut, &self.bounds));
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
            outcomes,
            interleavings: counts.all,
            lossless: counts.lossless,
            loses: self.loses,
            deadlocks: counts.deadlocks,
            peak_inside: Some(graph.peak).filter(|_| about.promise.has_section()),
            deadlock,
            livelock,
            fault,
        }
    }

    fn outcomes(&mut self, graph: &Graph, counts: &Counts) -> Vec<FinalValue> {
        let target = self.program.planned().value();
        let keeps_all = self.keeps_all(graph);
        let complete = |node: Node| graph.is_complete(node);
        let outcome = |Cheapest { value, preemptions, schedule, .. }: Cheapest| {
            let value = if keeps_all { target } else { value.into() };
            let of_value = counts.by_value.as_ref();
            let of_value = of_value.map(|counts| counts.get(&value).cloned().unwrap_or_default());
            let lossless = counts.lossless.as_ref();
            FinalValue {
                value,
                interleavings: if keeps_all { counts.all.clone() } else { of_value },
                lossless: lossless.map(|n| if value == target { n.clone() } else { 0_u8.into() }),
                chance: counts.chances.as_ref().map(|chances| chances.value(value)),
                min_preemptions: preemptions,
                schedule,
            }
        };
        if graph.cut == Some(Cut::Interrupted) && graph.len() > QUICK {
            return Vec::new();
        }
        let question = self.question(graph, !keeps_all, &complete);
        let found = cheapest(question, &mut self.budget).map(Some);
        known(&mut self.cut, found).into_iter().flatten().map(outcome).collect()
    }

    /// Adds values that the search has not met.
    fn add_probes(&mut self, outcomes: &mut Vec<FinalValue>) {
        let Self { program, memory, .. } = *self;
        self.local.restart();
        self.local.keep_answers();
        let space = Space::new(&mut self.local, memory, Values::Ignored, false);
        let Ok((mut space, first)) = space else { return };
        let most = self.bounds.preemptions.unwrap_or(u32::MAX);
        for probe in probes(&mut space, &first, program, &mut self.budget) {
            let known = outcomes.iter().any(|known| known.value == probe.value);
            if !known && probe.min_preemptions <= most {
                outcomes.push(probe);
            }
        }
        outcomes.sort_by_key(|outcome| outcome.value);
    }

    pub(super) fn question<'q>(
        &self,
        graph: &'q Graph,
        values: bool,
        ends: &'q dyn Fn(Node) -> bool,
    ) -> Question<'q> {
        Question { graph, workers: self.program.workers, values, ends }
    }

    /// The cheapest schedule to a state where `ends` holds, if there is any.
    pub(super) fn cheapest_to(
        &mut self,
        graph: &Graph,
        ends: &dyn Fn(Node) -> bool,
    ) -> Option<Cheapest> {
        let found = cheapest(self.question(graph, false, ends), &mut self.budget);
        known(&mut self.cut, found.map(Some))?.pop()
    }

    fn deadlock(&mut self, graph: &Graph, chances: Option<&Chances>) -> Option<Deadlock> {
        let is_deadlock = |node| graph.kind(node) == StateKind::Deadlock;
        let way = self.cheapest_to(graph, &is_deadlock)?;
        let trace = trace(self.strategy, self.program, self.memory, &way.schedule, false);
        let waiting = trace.map_or_else(|_| Vec::new(), |trace| trace.waiting);
        let chance = chances.map(|chances| chances.deadlock.clone());
        Some(Deadlock { schedule: way.schedule, min_preemptions: way.preemptions, chance, waiting })
    }

    fn livelock(&mut self, graph: &Graph, chances: Option<&Chances>) -> Option<Livelock> {
        let of = |node| graph.livelocks.get(&node).map(|state| state.representative);
        let way = self.cheapest_to(graph, &|node| of(node).is_some())?;
        let edges = |node| graph.all_edges(node).filter(|edge| of(edge.to) == of(way.end));
        let blocked = |node, worker| graph.livelocks[&node].ready >> worker & 1 == 0;
        let cycle = fair_cycle(way.end, self.program.workers, edges, blocked);
        let cycle = cycle.iter().map(Edge::turn).collect();
        let rounds = way.schedule.clone().then_again_and_again(&cycle);
        let chance = chances.map(|chances| chances.livelock.clone());
        Some(Livelock { schedule: way.schedule, cycle, rounds, chance })
    }

    fn fault(&mut self, graph: &Graph, chances: Option<&Chances>) -> Option<Fault> {
        let is_fault = |node| graph.kind(node) == StateKind::Fault;
        let way = self.cheapest_to(graph, &is_fault)?;
        let trace = trace(self.strategy, self.program, self.memory, &way.schedule, false).ok()?;
        let chance = chances.map(|chances| chances.fault.clone());
        trace.fault.map(|(worker, lock)| Fault { schedule: way.schedule, worker, lock, chance })
    }
}
