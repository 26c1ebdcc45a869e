//! What can still come of a schedule, from the graph of all states.

use std::collections::BTreeSet;

use num_bigint::BigUint;

use super::goal::Goal;
use super::ways::{Cost, Ways};
use crate::explore::{End, StateGraph};
use crate::machine::Turn;

/// The states that can still be reached, and what is known of them.
pub(crate) struct Outlook {
    pub(super) graph: StateGraph,
    workers: usize,
    /// For each state, how many interleavings go on from it; `None` for those without a number.
    counts: Vec<Option<BigUint>>,
    /// For each goal that was asked about.
    ways: Vec<(Goal, Ways)>,
    /// For each state, whether it belongs to a livelock.
    pub(super) livelocks: Vec<bool>,
}

/// What can be reached from a state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Future {
    /// The final values.
    pub values: BTreeSet<i64>,
    /// Some schedule loses an update; some loses none.
    pub loses: bool,
    pub keeps: bool,
    /// Two workers are inside at once.
    pub both_inside: bool,
    pub deadlock: bool,
    /// Workers can take steps for ever, and some never finishes.
    pub livelock: bool,
    /// A worker gives back a mutex that it does not hold.
    pub fault: bool,
    /// How many interleavings there are; not known if there is no end to them, if not all was seen,
    /// or within an attempt.
    pub interleavings: Option<BigUint>,
    /// All was seen: what is not in here cannot be reached.
    pub complete: bool,
}

impl Outlook {
    pub(crate) fn new(graph: StateGraph, workers: usize) -> Self {
        let counts = if graph.complete { graph.interleavings() } else { Vec::new() };
        let livelocks = graph.livelocks();
        Self { graph, workers, counts, ways: Vec::new(), livelocks }
    }

    /// What can be reached from a state.
    pub(crate) fn future(&self, from: usize) -> Future {
        let states = &self.graph.states;
        let mut future = Future { complete: self.graph.complete, ..Future::default() };
        let (mut seen, mut open) = (vec![false; states.len()], vec![from]);
        while let Some(at) = open.pop() {
            // What was not looked at has no state.
            let Some(state) = states.get(at).filter(|_| !seen[at]) else { continue };
            seen[at] = true;
            future.both_inside |= state.inside > 1;
            future.livelock |= self.livelocks[at];
            match state.end {
                Some(End::Complete { value, kept }) => {
                    future.values.insert(value);
                    future.loses |= !kept;
                    future.keeps |= kept;
                }
                Some(End::Deadlock) => future.deadlock = true,
                Some(End::Fault) => future.fault = true,
                None => {}
            }
            open.extend(state.edges.iter().map(|edge| edge.to));
        }
        future.interleavings = self.interleavings(from).cloned();
        future
    }

    /// How many interleavings go on from a state, if that is known.
    pub(super) fn interleavings(&self, from: usize) -> Option<&BigUint> {
        let decided = !self.graph.states[from].undecided;
        self.counts.get(from).filter(|_| decided)?.as_ref()
    }

    /// What the cheapest way to a goal costs, and its first step.
    pub(super) fn way(
        &mut self,
        goal: Goal,
        at: usize,
        last: Option<usize>,
    ) -> Option<(Cost, Option<Turn>)> {
        let states = &self.graph.states;
        let known = self.ways.iter().position(|(of, _)| *of == goal);
        let known = known.unwrap_or_else(|| {
            self.ways.push((goal, Ways::new(states, self.workers, goal)));
            self.ways.len() - 1
        });
        let ways = &self.ways[known].1;
        Some((ways.cost(at, last)?, ways.first(states, at, last)))
    }
}
