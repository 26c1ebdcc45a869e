//! A reference for the explorer: it knows no reduction at all.
//!
//! It shares nothing with the explorer but the strategies and the worker's loop. All raw states are
//! kept, with real values; attempts that fail are really made.
//!
//! - `machine`: runs a worker's code up to its next step
//! - `state`: what the workers share, and what each step does to it
//! - `graph`: all raw states and steps
//! - `component`: deadlock and livelock
//! - `chance`: how likely each end is
//! - `schedule`: all counted interleavings, one by one
//! - `path`: the same as a graph, for their number where they are too many for that
//! - `cheapest`: the witnesses
//! - `judge`: mutual exclusion, progress and bounded waiting
//! - `reach`: what can be reached after a schedule
//! - `walk`: raw schedules at random

mod chance;
mod cheapest;
mod component;
mod graph;
mod judge;
mod machine;
mod path;
mod reach;
mod schedule;
mod state;
mod walk;

use std::collections::BTreeMap;

use num_bigint::BigUint;

pub(super) use chance::{Chances, End};
pub(super) use cheapest::CheapestRaw;
pub(super) use judge::{Answers, answers};
pub(crate) use machine::ReferenceMachine;
pub(super) use reach::Reachable;
pub(super) use walk::Situation;

use self::cheapest::Costs;
use self::component::{Components, Targets};
use self::graph::Graph;
use self::path::{Ends, Node, Paths};
use crate::explore::{Explorable, Memory};
use crate::machine::{Program, Schedule, Turn};

/// How much the reference may do before it gives up.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// Raw states.
    pub(super) states: usize,
    /// Paths that are followed while interleavings are listed.
    pub(super) ways: usize,
}

/// A number of interleavings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Count {
    Infinite,
    Known(Known),
}

/// Interleavings by how they end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    ends: Ends,
    /// They were listed one by one.
    pub(super) listed: bool,
}

/// Everything that can happen to a program.
pub(super) struct Reference {
    graph: Graph,
    components: Components,
    pub(super) peak_inside: usize,
    pub(super) outcomes: BTreeMap<i64, CheapestRaw>,
    pub(super) deadlock: Option<CheapestRaw>,
    pub(super) fault: Option<CheapestRaw>,
    pub(super) interleavings: Count,
    pub(super) deadlocks: Count,
    /// Not known where too many states depend on each other.
    pub(super) chances: Option<Chances>,
}

impl Reference {
    /// `None` if there are more raw states than `limits` say.
    pub(super) fn new(
        strategy: &dyn Explorable,
        program: &Program,
        memory: Memory,
        limits: Limits,
    ) -> Option<Self> {
        let graph = Graph::new(strategy, program, memory == Memory::Tso, limits.states)?;
        let components = Components::new(&graph);
        let nodes = &graph.nodes;
        let (complete, stuck) = (Targets::complete(&graph), components.deadlocks(&graph));
        let paths = Paths::new(&graph);
        let costs = Costs::new(&graph, &paths);
        let mut outcomes = BTreeMap::new();
        for (value, _) in nodes.iter().filter_map(|node| node.end) {
            outcomes.entry(value).or_insert_with(|| {
                let ends = |node: &Node| nodes[node.raw].end.is_some_and(|end| end.0 == value);
                costs.cheapest(&ends).expect("it was reached")
            });
        }
        let interleavings = count(&graph, &components, &paths, &costs, &complete, limits);
        let deadlocks = count(&graph, &components, &paths, &costs, &stuck, limits);
        Some(Self {
            peak_inside: nodes.iter().map(|node| node.inside).max().unwrap_or(0),
            deadlock: costs.cheapest(&|node| node.ends(&stuck)),
            fault: costs.cheapest(&|node| nodes[node.raw].fault.is_some()),
            outcomes,
            interleavings,
            deadlocks,
            chances: chance::chances(&graph, &components),
            components,
            graph,
        })
    }

    /// Whether some store buffer had no room.
    pub(super) fn is_full(&self) -> bool {
        self.graph.full
    }

    pub(super) fn has_livelock(&self) -> bool {
        self.components.all.iter().any(|component| component.is_livelock())
    }

    /// Whether some steps that change something can be repeated for ever, fairly or not.
    pub(super) fn has_cycles(&self) -> bool {
        self.components.all.iter().any(|component| component.changes)
    }

    /// The worker and the lock of a fault after this schedule.
    pub(super) fn fault_after(&self, schedule: &Schedule) -> Option<(usize, usize)> {
        self.graph.nodes[self.follow(0, schedule.turns())?].fault
    }

    /// Whether after `schedule` a fair run can go on with `cycle` for ever, and changes something.
    pub(super) fn is_livelock(&self, schedule: &Schedule, cycle: &Schedule) -> bool {
        // Before the first round a worker may know answers that the explorer has forgotten.
        let first = self.follow(0, schedule.turns());
        let first = first.and_then(|first| self.follow(first, cycle.turns()));
        let Some(from) = first else { return false };
        let nodes: Option<Vec<usize>> = (0..=cycle.turns().len())
            .map(|steps| self.follow(from, &cycle.turns()[..steps]))
            .collect();
        nodes.is_some_and(|nodes| {
            nodes.last() == Some(&from) && self.components.is_livelock(&self.graph, nodes)
        })
    }

    /// Where a schedule leads, if all its steps can be taken.
    fn follow(&self, from: usize, turns: &[Turn]) -> Option<usize> {
        turns.iter().try_fold(from, |node, turn| {
            let mut edges = self.graph.nodes[node].edges.iter();
            edges.find(|edge| edge.turn == *turn).map(|edge| edge.to)
        })
    }
}

impl Known {
    fn sum(&self, counted: impl Fn(&(i64, bool)) -> bool) -> BigUint {
        let ends = self.ends.iter().filter(|(end, _)| end.as_ref().is_some_and(&counted));
        ends.map(|(_, number)| number).sum()
    }

    pub(super) fn all(&self) -> BigUint {
        self.ends.values().sum()
    }

    pub(super) fn of(&self, value: i64) -> BigUint {
        self.sum(|end| end.0 == value)
    }

    pub(super) fn lossless(&self) -> BigUint {
        self.sum(|end| end.1)
    }

    pub(super) fn lossless_of(&self, value: i64) -> BigUint {
        self.sum(|end| *end == (value, true))
    }
}

/// Counts the interleavings that end in a target, in both ways where possible.
fn count(
    graph: &Graph,
    components: &Components,
    paths: &Paths,
    costs: &Costs<'_>,
    targets: &Targets,
    limits: Limits,
) -> Count {
    let leads = components.leads_to(graph, targets);
    if components.all.iter().any(|component| component.changes && leads[component.nodes[0]]) {
        return Count::Infinite;
    }
    let ends = paths.count(graph, targets, &leads);
    let list = schedule::reduced(graph, targets, &leads, limits.ways);
    if let Some(list) = &list {
        let mut listed = Ends::new();
        for node in list.values() {
            *listed.entry(graph.nodes[*node].end).or_default() += 1_u8;
        }
        assert_eq!(ends, listed, "paths are reduced schedules");
        check_cheapest(graph, costs, targets, list);
    }
    Count::Known(Known { ends, listed: list.is_some() })
}

/// The cheapest of the listed schedules is the cheapest path.
fn check_cheapest(
    graph: &Graph,
    costs: &Costs<'_>,
    targets: &Targets,
    list: &BTreeMap<Vec<Turn>, usize>,
) {
    let value = |node: usize| graph.nodes[node].end.map(|end| end.0);
    let mut best: BTreeMap<Option<i64>, (u32, usize, &Vec<Turn>)> = BTreeMap::new();
    for (turns, node) in list {
        let this = (schedule::preemptions(graph, turns), turns.len(), turns);
        let known = best.entry(value(*node)).or_insert(this);
        *known = this.min(*known);
    }
    for (wanted, (preemptions, _, turns)) in best {
        let schedule = turns.iter().copied().collect();
        let found = costs.cheapest(&|node| node.ends(targets) && value(node.raw) == wanted);
        assert_eq!(found, Some(CheapestRaw { preemptions, schedule }), "of {wanted:?}");
    }
}
