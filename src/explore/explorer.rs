//! Chooses how much a state has to say about values, searches, and puts the result together.

use std::ops::ControlFlow;

use num_bigint::BigUint;

use super::budget::Budget;
use super::cost::Question;
use super::count;
use super::cycle::cycle;
use super::dataflow;
use super::exploration::{Deadlock, Exploration, Fault, Limits, Livelock, Outcome};
use super::graph::{Cut, Graph, Kind, Node};
use super::local_state::LocalStates;
use super::probe::{Probe, probes};
use super::search::{OnLoss, Search};
use super::space::Space;
use super::stop::Stop;
use super::trace::trace;
use super::witness::{Witness, cheapest};
use super::{Bounds, Explorable, Memory, Values};
use crate::machine::{Needs, Program};

/// One exploration.
pub(super) struct Explorer<'a> {
    strategy: &'a dyn Explorable,
    program: &'a Program,
    needs: Needs,
    memory: Memory,
    bounds: Bounds,
    local: LocalStates<'a>,
    symmetric: bool,
    /// Why something that was to be computed is not known.
    cut: Option<Cut>,
}

/// What a graph says of interleavings, as far as it is known.
struct Counts {
    all: Option<BigUint>,
    by_value: Option<Vec<(i32, BigUint)>>,
    lossless: Option<BigUint>,
    deadlocks: Option<BigUint>,
}

impl<'a> Explorer<'a> {
    pub(super) fn new(
        strategy: &'a dyn Explorable,
        program: &'a Program,
        memory: Memory,
        bounds: Bounds,
    ) -> Result<Self, Stop> {
        let needs = strategy.needs(program);
        let local = LocalStates::new(strategy, program, true)?;
        let symmetric = !local.equal_workers().is_empty();
        Ok(Self { strategy, program, needs, memory, bounds, local, symmetric, cut: None })
    }

    pub(super) fn explore(
        &mut self,
        watch: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<Exploration, Stop> {
        let mut budget = Budget::new(&self.bounds, watch);
        let (graph, lossless) = self.search_until_right(&mut budget)?;
        budget.used = graph.bytes();
        let mut limits = self.limits(&graph);
        let lossless = if let Some(lossless) = lossless {
            budget.used += lossless.bytes();
            limits = limits.or(self.limits(&lossless));
            let kept = |node| lossless.kind(node) == Kind::Kept;
            let kept = self.known(count::all(&lossless, &kept, &mut budget));
            budget.used = graph.bytes();
            kept
        } else {
            self.known(count::all(&graph, &|node| graph.kind(node) == Kind::Kept, &mut budget))
        };
        self.local.check_again()?;
        let counts = self.counts(&graph, lossless, &mut budget);
        Ok(self.found(&graph, counts, limits, &mut budget))
    }

    /// All states, and those on the way to a lossless end where these are not the same; searched
    /// again if something was assumed that is not so.
    fn search_until_right(
        &mut self,
        budget: &mut Budget<'_>,
    ) -> Result<(Graph, Option<Graph>), Stop> {
        loop {
            let found = self.search_all(budget).and_then(|graph| {
                let lossless = (!graph.lossless).then(|| self.search_lossless(budget));
                Ok((graph, lossless.transpose()?))
            });
            match found {
                Err(Stop::AnswersMatter) => self.local.restart(),
                Err(Stop::NotSymmetric) if self.symmetric => {
                    self.local = LocalStates::new(self.strategy, self.program, false)?;
                    self.symmetric = false;
                }
                found => return found,
            }
        }
    }

    fn search_all(&mut self, budget: &mut Budget<'_>) -> Result<Graph, Stop> {
        // First it is assumed that no update is lost, which takes few states. The search goes deep
        // first and soon meets a loss if there is one; then it starts again with more detail.
        match self.search(Values::Fresh, OnLoss::Abort, true, budget) {
            Err(Stop::NeedsMoreDetail) => match self.search_without_values(budget) {
                Err(Stop::NeedsMoreDetail) => {
                    let mut graph = self.search(Values::Exact, OnLoss::Abort, false, budget)?;
                    // The states say what is lost.
                    graph.lossless = true;
                    Ok(graph)
                }
                found => found,
            },
            found => found,
        }
    }

    /// All states, if what workers do does not depend on values. Where an attempt writes again and
    /// again, values have no bound, and have to be in the state.
    fn search_without_values(&mut self, budget: &mut Budget<'_>) -> Result<Graph, Stop> {
        let mut graph = self.search(Values::Ignored, OnLoss::Abort, false, budget)?;
        graph.lossless = false;
        match graph.cyclic && self.local.wrote_and_failed() {
            true => Err(Stop::NeedsMoreDetail),
            false => Ok(graph),
        }
    }

    /// All states on the way to a lossless end. Of the values no more has to be known there than
    /// which of them are fresh, unless the strategy updates in an unusual way.
    fn search_lossless(&mut self, budget: &mut Budget<'_>) -> Result<Graph, Stop> {
        match self.search(Values::Fresh, OnLoss::Prune, false, budget) {
            Err(Stop::NeedsMoreDetail) => self.search(Values::Exact, OnLoss::Abort, false, budget),
            found => found,
        }
    }

    fn search(
        &mut self,
        values: Values,
        on_loss: OnLoss,
        own_copies: bool,
        budget: &mut Budget<'_>,
    ) -> Result<Graph, Stop> {
        let Self { program, memory, bounds, .. } = *self;
        // Copies have numbers, and values belong to workers.
        let exchangeable = values != Values::Exact && (own_copies || program.copies == 1);
        let symmetric = self.symmetric && exchangeable;
        let needs = &self.needs;
        let (mut space, first) =
            Space::new(&mut self.local, program, needs, memory, values, own_copies)?;
        if values == Values::Fresh && !space.local.usual() {
            return Err(Stop::NeedsMoreDetail);
        }
        Search::new(&mut space, &first, bounds.preemptions, on_loss, symmetric).run(budget)
    }

    /// What was found, or a note why it is not known.
    fn known<T>(&mut self, found: Result<Option<T>, Cut>) -> Option<T> {
        found.unwrap_or_else(|cut| {
            self.cut = self.cut.or(Some(cut));
            None
        })
    }

    fn counts(
        &mut self,
        graph: &Graph,
        lossless: Option<BigUint>,
        budget: &mut Budget<'_>,
    ) -> Counts {
        let complete = |node| graph.is_complete(node);
        let is_deadlock = |node| graph.kind(node) == Kind::Deadlock;
        let deadlocks = self.known(count::all(graph, &is_deadlock, budget));
        let (all, by_value) = if self.keeps_all(graph) {
            // Then there is one value, and all have been counted already.
            (lossless.clone(), None)
        } else {
            let by_value = self.known(count::by_value(graph, &complete, budget));
            (by_value.as_ref().map(|counts| counts.iter().map(|(_, n)| n).sum()), by_value)
        };
        Counts { all, by_value, lossless, deadlocks }
    }

    /// Whether no schedule loses an update, since that was assumed, and the search was not given
    /// up.
    fn keeps_all(&self, graph: &Graph) -> bool {
        graph.order.iter().all(|&node| graph.kind(node) != Kind::Complete) && graph.lossless
    }

    fn found(
        &mut self,
        graph: &Graph,
        counts: Counts,
        limits: Limits,
        budget: &mut Budget<'_>,
    ) -> Exploration {
        let about = self.strategy.about();
        let mut outcomes = self.outcomes(graph, &counts, budget);
        let deadlock = self.deadlock(graph, budget);
        let livelock = self.livelock(graph, budget);
        let fault = self.fault(graph, budget);
        let limits = limits.or(self.limits_of(self.cut));
        if limits.states.is_some() || limits.memory.is_some() {
            self.add_probes(&mut outcomes, budget);
        }
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
            deadlocks: counts.deadlocks,
            peak_inside: Some(graph.peak).filter(|_| about.promise.has_section()),
            deadlock,
            livelock,
            fault,
        }
    }

    fn outcomes(
        &mut self,
        graph: &Graph,
        counts: &Counts,
        budget: &mut Budget<'_>,
    ) -> Vec<Outcome> {
        let target = self.program.planned().value();
        let keeps_all = self.keeps_all(graph);
        let complete = |node: Node| graph.is_complete(node);
        let outcome = |Witness { value, preemptions, schedule, .. }: Witness| {
            let value = if keeps_all { target } else { value.into() };
            let of_value = |counts: &Vec<(i32, BigUint)>| {
                let found = counts.iter().find(|(of, _)| i64::from(*of) == value);
                found.map_or_else(BigUint::default, |(_, count)| count.clone())
            };
            let lossless = counts.lossless.as_ref();
            Outcome {
                value,
                interleavings: match keeps_all {
                    true => counts.all.clone(),
                    false => counts.by_value.as_ref().map(of_value),
                },
                lossless: lossless.map(|n| if value == target { n.clone() } else { 0_u8.into() }),
                min_preemptions: preemptions,
                schedule,
            }
        };
        let question = self.question(graph, !keeps_all, &complete);
        let found = cheapest(question, budget).map(Some);
        self.known(found).into_iter().flatten().map(outcome).collect()
    }

    /// Adds values that the search has not come to.
    fn add_probes(&mut self, outcomes: &mut Vec<Outcome>, budget: &mut Budget<'_>) {
        let Self { program, memory, .. } = *self;
        self.local.restart();
        self.local.keep_answers();
        let space =
            Space::new(&mut self.local, program, &self.needs, memory, Values::Ignored, false);
        let Ok((mut space, first)) = space else { return };
        let most = self.bounds.preemptions.unwrap_or(u32::MAX);
        for Probe { value, preemptions, schedule } in probes(&mut space, &first, program, budget) {
            if preemptions <= most && outcomes.iter().all(|known| known.value != value) {
                let (interleavings, lossless) = (None, None);
                let min_preemptions = preemptions;
                let outcome = Outcome { value, interleavings, lossless, min_preemptions, schedule };
                outcomes.push(outcome);
            }
        }
        outcomes.sort_by_key(|outcome| outcome.value);
    }

    fn question<'q>(
        &self,
        graph: &'q Graph,
        values: bool,
        ends: &'q dyn Fn(Node) -> bool,
    ) -> Question<'q> {
        Question { graph, workers: self.program.workers, values, ends }
    }

    /// The cheapest way to a state where `ends` holds, if there is any.
    fn cheapest_to(
        &mut self,
        graph: &Graph,
        budget: &mut Budget<'_>,
        ends: &dyn Fn(Node) -> bool,
    ) -> Option<Witness> {
        let found = cheapest(self.question(graph, false, ends), budget);
        self.known(found.map(Some))?.pop()
    }

    fn limits(&self, graph: &Graph) -> Limits {
        Limits {
            preemptions: self.bounds.preemptions.filter(|_| graph.bounded),
            store_buffer: graph.full.then_some(dataflow::BUFFER),
            ..self.limits_of(graph.cut)
        }
    }

    fn limits_of(&self, cut: Option<Cut>) -> Limits {
        Limits {
            states: (cut == Some(Cut::States)).then_some(self.bounds.states),
            memory: (cut == Some(Cut::Memory)).then_some(self.bounds.memory),
            interrupted: cut == Some(Cut::Interrupted),
            ..Limits::default()
        }
    }

    fn deadlock(&mut self, graph: &Graph, budget: &mut Budget<'_>) -> Option<Deadlock> {
        let is_deadlock = |node| graph.kind(node) == Kind::Deadlock;
        let way = self.cheapest_to(graph, budget, &is_deadlock)?;
        let trace = trace(self.strategy, self.program, self.memory, &way.schedule);
        let waiting = trace.map_or_else(|_| Vec::new(), |trace| trace.waiting);
        Some(Deadlock { schedule: way.schedule, min_preemptions: way.preemptions, waiting })
    }

    fn livelock(&mut self, graph: &Graph, budget: &mut Budget<'_>) -> Option<Livelock> {
        let of = |node| graph.livelocks.iter().find(|livelock| livelock.members.contains(&node));
        let way = self.cheapest_to(graph, budget, &|node| of(node).is_some())?;
        let cycle = cycle(graph, of(way.end)?, way.end);
        Some(Livelock { schedule: way.schedule, cycle })
    }

    fn fault(&mut self, graph: &Graph, budget: &mut Budget<'_>) -> Option<Fault> {
        let is_fault = |node| graph.kind(node) == Kind::Fault;
        let way = self.cheapest_to(graph, budget, &is_fault)?;
        let trace = trace(self.strategy, self.program, self.memory, &way.schedule).ok()?;
        trace.fault.map(|(worker, lock)| Fault { schedule: way.schedule, worker, lock })
    }
}

impl Limits {
    /// Both.
    fn or(self, other: Self) -> Self {
        Self {
            states: self.states.or(other.states),
            memory: self.memory.or(other.memory),
            preemptions: self.preemptions.or(other.preemptions),
            interrupted: self.interrupted || other.interrupted,
            store_buffer: self.store_buffer.or(other.store_buffer),
        }
    }
}
