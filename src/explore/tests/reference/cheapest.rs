//! The cheapest raw schedule: fewest preemptions, then fewest steps, then the lower worker first.
//!
//! Raw schedules may hold failed attempts without trace; the cheapest does not, since to remove
//! them saves steps and adds no preemption.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::graph::{Edge, Graph};
use crate::machine::{Schedule, Turn};

/// A cheapest schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::explore::tests) struct Cheapest {
    pub(in crate::explore::tests) preemptions: u32,
    pub(in crate::explore::tests) schedule: Schedule,
}

/// Preemptions, then steps.
type Cost = (u32, u32);

/// What it costs to reach a target, from each node and each worker that may have run last.
pub(super) struct Costs<'a> {
    graph: &'a Graph,
    /// Whether each worker is enabled in each node.
    enabled: Vec<Vec<bool>>,
    /// The nodes before each node.
    before: Vec<Vec<(usize, Turn)>>,
}

impl<'a> Costs<'a> {
    pub(super) fn new(graph: &'a Graph) -> Self {
        let nodes = 0..graph.nodes.len();
        let enabled = |node| (0..graph.workers).map(|me| graph.is_enabled(node, me)).collect();
        let mut before = vec![Vec::new(); graph.nodes.len()];
        for (node, from) in graph.nodes.iter().enumerate() {
            from.edges.iter().for_each(|edge| before[edge.to].push((node, edge.turn)));
        }
        Self { graph, enabled: nodes.map(enabled).collect(), before }
    }

    /// What a step costs after a step of `last`, and who has run last after it.
    fn of(&self, node: usize, turn: Turn, last: Option<usize>) -> (Cost, Option<usize>) {
        if turn.drain {
            return ((0, 1), last);
        }
        let other = last.filter(|&last| last != turn.worker);
        let preemption = other.is_some_and(|last| self.enabled[node][last]);
        ((u32::from(preemption), 1), Some(turn.worker))
    }

    /// The cheapest schedule to a target, if one can be reached.
    pub(super) fn cheapest(&self, is_target: &dyn Fn(usize) -> bool) -> Option<Cheapest> {
        let left = self.left(is_target);
        let (mut node, mut last) = (0, None);
        let whole = *left.get(&(node, last))?;
        let (mut rest, mut turns) = (whole, Vec::new());
        while rest != (0, 0) {
            let step = |edge: &Edge| {
                let (cost, then) = self.of(node, edge.turn, last);
                let after = *left.get(&(edge.to, then))?;
                (sum(cost, after) == rest).then_some((edge.turn, edge.to, then, after))
            };
            let edges = self.graph.nodes[node].edges.iter();
            let best = edges.filter_map(step).min_by_key(|step| step.0);
            let (turn, to, then, after) = best.expect("some step is on a cheapest way");
            turns.push(turn);
            (node, last, rest) = (to, then, after);
        }
        Some(Cheapest { preemptions: whole.0, schedule: turns.into_iter().collect() })
    }

    /// The costs that are left, backwards from the targets (Dijkstra, 1959).
    fn left(&self, is_target: &dyn Fn(usize) -> bool) -> HashMap<(usize, Option<usize>), Cost> {
        let lasts = || std::iter::once(None).chain((0..self.graph.workers).map(Some));
        let targets = (0..self.graph.nodes.len()).filter(|&node| is_target(node));
        let mut open: BinaryHeap<Reverse<(Cost, usize, Option<usize>)>> = targets
            .flat_map(|node| lasts().map(move |last| Reverse(((0, 0), node, last))))
            .collect();
        let mut left = HashMap::new();
        while let Some(Reverse((cost, node, then))) = open.pop() {
            if left.contains_key(&(node, then)) {
                continue;
            }
            left.insert((node, then), cost);
            for &(from, turn) in &self.before[node] {
                for last in lasts() {
                    let (step, after) = self.of(from, turn, last);
                    if after == then {
                        open.push(Reverse((sum(step, cost), from, last)));
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
