//! The cheapest reduced schedule: fewest preemptions, then fewest steps, then the lower worker
//! first.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::graph::Graph;
use super::path::{Node, Paths};
use crate::machine::{Schedule, Turn};

/// A cheapest schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::explore::tests) struct CheapestRaw {
    pub(in crate::explore::tests) preemptions: u32,
    pub(in crate::explore::tests) schedule: Schedule,
}

/// Preemptions, then steps.
type Cost = (u32, u32);

/// A node of the paths, and the worker that ran last.
type At = (usize, Option<usize>);

/// What it costs to reach a target, from each node and each worker that may have run last.
pub(super) struct Costs<'a> {
    workers: usize,
    paths: &'a Paths,
    /// Whether each worker is enabled in each raw state.
    enabled: Vec<Vec<bool>>,
    /// The nodes before each node.
    before: Vec<Vec<(usize, Turn)>>,
}

impl<'a> Costs<'a> {
    pub(super) fn new(graph: &Graph, paths: &'a Paths) -> Self {
        let enabled = |raw| (0..graph.workers).map(|me| graph.is_enabled(raw, me)).collect();
        let mut before = vec![Vec::new(); paths.nodes.len()];
        for (node, from) in paths.nodes.iter().enumerate() {
            from.edges.iter().for_each(|&(turn, to)| before[to].push((node, turn)));
        }
        let enabled = (0..graph.nodes.len()).map(enabled).collect();
        Self { workers: graph.workers, paths, enabled, before }
    }

    /// What a step costs after a step of `last`, and the worker that is the last one after it.
    fn of(&self, (node, last): At, turn: Turn) -> (Cost, Option<usize>) {
        if turn.drains() {
            return ((0, 1), last);
        }
        let other = last.filter(|&last| last != turn.worker);
        let preemption = other.is_some_and(|last| self.enabled[self.paths.nodes[node].raw][last]);
        ((u32::from(preemption), 1), Some(turn.worker))
    }

    /// The cheapest schedule to a target, if one can be reached.
    pub(super) fn cheapest(&self, is_target: &dyn Fn(&Node) -> bool) -> Option<CheapestRaw> {
        let left = self.left(is_target);
        let mut at = (0, None);
        let whole = *left.get(&at)?;
        let (mut rest, mut turns) = (whole, Vec::new());
        while rest != (0, 0) {
            let step = |&(turn, to): &(Turn, usize)| {
                let (cost, then) = self.of(at, turn);
                let after = *left.get(&(to, then))?;
                (sum(cost, after) == rest).then_some((turn, (to, then), after))
            };
            let best = self.paths.nodes[at.0].edges.iter().filter_map(step).min_by_key(|s| s.0);
            let (turn, to, after) = best.expect("some step is on a cheapest path");
            turns.push(turn);
            (at, rest) = (to, after);
        }
        Some(CheapestRaw { preemptions: whole.0, schedule: turns.into_iter().collect() })
    }

    /// The costs that are left, backwards from the targets (Dijkstra, 1959).
    fn left(&self, is_target: &dyn Fn(&Node) -> bool) -> HashMap<At, Cost> {
        let lasts = || std::iter::once(None).chain((0..self.workers).map(Some));
        let nodes = 0..self.paths.nodes.len();
        let targets = nodes.filter(|&node| is_target(&self.paths.nodes[node]));
        let ends = targets.flat_map(|node| lasts().map(move |last| (node, last)));
        let mut open: BinaryHeap<_> = ends.map(|at| Reverse(((0, 0), at))).collect();
        let mut left = HashMap::new();
        while let Some(Reverse((cost, at))) = open.pop() {
            if left.contains_key(&at) {
                continue;
            }
            left.insert(at, cost);
            for &(from, turn) in &self.before[at.0] {
                for last in lasts() {
                    let (step, after) = self.of((from, last), turn);
                    if after == at.1 {
                        open.push(Reverse((sum(step, cost), (from, last))));
                    }
                }
            }
        }
        left
    }
}

fn sum(one: Cost, other: Cost) -> Cost {
    (one.0 + other.0, one.1 + other.1)
}
