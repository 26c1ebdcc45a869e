//! Bounded waiting: how often others enter between a worker's request and its own entry.
//!
//! From all states in which the worker has made its request, all steps are followed but those by
//! which it enters. If a cycle of these has a step by which another worker enters, the worker is
//! passed without bound; else the longest path says how often. No fairness is assumed.

use std::collections::VecDeque;

use hashbrown::{HashMap, HashSet};

use super::super::budget::Budget;
use super::super::cycle::shortest;
use super::super::graph::Node;
use super::super::scc::components;
use super::graph::{Edge, Graph};
use super::phase::Phase;

/// How often a worker is passed at most.
pub(super) struct Passed {
    /// The number; nothing if there is no bound.
    pub(super) times: Option<u32>,
    /// From 0.
    pub(super) worker: usize,
    /// The way to the request.
    pub(super) before: Vec<Edge>,
    /// The worker makes its request by waiting there: it takes no step.
    pub(super) arrives: bool,
    /// From the request to the last entry, or to the round.
    pub(super) after: Vec<Edge>,
    /// What can be repeated for ever; empty if there is a bound.
    pub(super) round: Vec<Edge>,
}

impl Passed {
    /// The worst first, then the shortest.
    fn cost(&self) -> (std::cmp::Reverse<u32>, usize) {
        let steps = self.before.len() + self.after.len() + self.round.len();
        (std::cmp::Reverse(self.times.unwrap_or(u32::MAX)), steps)
    }
}

/// The worker that is passed most often; `Err` after a signal.
pub(super) fn waiting(graph: &Graph, budget: &mut Budget<'_>) -> Result<Option<Passed>, ()> {
    let mut worst: Option<Passed> = None;
    for worker in 0..graph.workers {
        if budget.is_interrupted_later() {
            return Err(());
        }
        let passed = Requested::new(Of { graph, worker }).passed();
        // Of several workers that are passed alike, the last one is shown: those that pass it then
        // stand in the columns to its left.
        if let Some(passed) = passed
            && worst.as_ref().is_none_or(|worst| passed.cost() <= worst.cost())
        {
            worst = Some(passed);
        }
    }
    Ok(worst)
}

/// A worker, and the steps that are taken while it has not entered.
#[derive(Clone, Copy)]
struct Of<'g> {
    graph: &'g Graph,
    worker: usize,
}

impl<'g> Of<'g> {
    /// Whether the worker has made its request: it has left its doorway, or it has none and is
    /// blocked at its first step.
    fn has_requested(self, node: Node) -> bool {
        self.graph.phase(node, self.worker) == Phase::Waiting || self.arrives(node)
    }

    fn arrives(self, node: Node) -> bool {
        let blocked = self.graph.facts(node).blocked >> self.worker & 1 == 1;
        blocked && self.graph.phase(node, self.worker) == Phase::Remainder
    }

    fn edges(self, node: Node) -> impl Iterator<Item = &'g Edge> {
        self.graph.edges(node).iter().filter(move |edge| !(edge.enters && edge.is_of(self.worker)))
    }
}

/// The states in which a worker has made its request, and has not entered since.
struct Requested<'g> {
    of: Of<'g>,
    /// In the order of the length of the shortest schedule.
    met: Vec<Node>,
    /// For each of them the step before it, and from where; no step where the request is made.
    came: HashMap<Node, Option<(Node, Edge)>>,
}

impl<'g> Requested<'g> {
    /// Breadth first, from many states, each of which has a distance already.
    fn new(of: Of<'g>) -> Self {
        let mut starts = of.graph.nodes().filter(|&node| of.has_requested(node)).peekable();
        let (mut met, mut came) = (Vec::new(), HashMap::new());
        let mut queue: VecDeque<(Node, u32)> = VecDeque::new();
        loop {
            let next = queue.front().map_or(u32::MAX, |&(_, depth)| depth);
            let (node, depth) = match starts.next_if(|&start| of.graph.facts(start).depth <= next) {
                Some(start) if came.contains_key(&start) => continue,
                Some(start) => {
                    came.insert(start, None);
                    (start, of.graph.facts(start).depth)
                }
                None => match queue.pop_front() {
                    Some(next) => next,
                    None => break,
                },
            };
            met.push(node);
            for edge in of.edges(node) {
                came.entry(edge.to).or_insert_with(|| {
                    queue.push_back((edge.to, depth + 1));
                    Some((node, *edge))
                });
            }
        }
        Self { of, met, came }
    }

    fn passed(&self) -> Option<Passed> {
        let successors = |node| match self.came.contains_key(&node) {
            true => self.of.edges(node).map(|edge| edge.to).collect(),
            false => Vec::new(),
        };
        let components = components(self.of.graph.len(), successors);
        let mut component = vec![0; self.of.graph.len()];
        for (number, members) in components.iter().enumerate() {
            members.iter().for_each(|&node| component[node as usize] = number);
        }
        let same =
            |node: Node, edge: &Edge| component[node as usize] == component[edge.to as usize];
        let passes = |&node: &Node| self.of.edges(node).any(|edge| edge.enters && same(node, edge));
        let again: HashSet<usize> = self
            .met
            .iter()
            .filter(|node| passes(node))
            .map(|&node| component[node as usize])
            .collect();
        let met = |number: &usize| again.contains(number);
        if let Some(&node) = self.met.iter().find(|&&node| met(&component[node as usize])) {
            let edges = |at| self.of.edges(at).filter(move |edge| same(at, edge)).copied();
            let round = self.round(node, edges);
            return Some(self.found(node, None, Vec::new(), round));
        }
        let most = self.most(&components);
        // Of those that are passed most often, the first made its request just there.
        let times = self.met.iter().map(|&node| most[node as usize]).max()?;
        let &node = self.met.iter().find(|&&node| most[node as usize] == times)?;
        Some(self.found(node, Some(times), self.longest(node, &most), Vec::new()))
    }

    /// A cycle with an entry.
    fn round<I: Iterator<Item = Edge>>(&self, first: Node, edges: impl Fn(Node) -> I) -> Vec<Edge> {
        let mut round = shortest(first, &edges, |edge| edge.enters).unwrap_or_default();
        let at = round.last().map_or(first, |edge| edge.to);
        if at != first {
            round.extend(shortest(at, &edges, |edge| edge.to == first).unwrap_or_default());
        }
        round
    }

    /// For each state, how often others enter at most from there on.
    fn most(&self, components: &[Vec<Node>]) -> Vec<u32> {
        let mut most = vec![0; self.of.graph.len()];
        // Each after those that can be reached from it.
        for members in components.iter().filter(|members| self.came.contains_key(&members[0])) {
            let edges = members.iter().flat_map(|&node| self.of.edges(node));
            let best = edges.map(|edge| most[edge.to as usize] + u32::from(edge.enters)).max();
            members.iter().for_each(|&node| most[node as usize] = best.unwrap_or(0));
        }
        most
    }

    /// A path with the most entries.
    fn longest(&self, mut at: Node, most: &[u32]) -> Vec<Edge> {
        let mut path = Vec::new();
        for left in (1..=most[at as usize]).rev() {
            let on_it = |edge: &&Edge| most[edge.to as usize] + u32::from(edge.enters) == left;
            let edges = |node| self.of.edges(node).filter(on_it).copied();
            let part = shortest(at, edges, |edge| edge.enters).unwrap_or_default();
            at = part.last().map_or(at, |edge| edge.to);
            path.extend(part);
        }
        path
    }

    /// What leads to `node`, with what follows.
    fn found(&self, node: Node, times: Option<u32>, then: Vec<Edge>, round: Vec<Edge>) -> Passed {
        let (mut at, mut after) = (node, Vec::new());
        while let Some((before, edge)) = self.came[&at] {
            after.push(edge);
            at = before;
        }
        after.reverse();
        after.extend(then);
        let Of { graph, worker } = self.of;
        let arrives = self.of.arrives(at);
        Passed { times, worker, before: graph.way(at), arrives, after, round }
    }
}
