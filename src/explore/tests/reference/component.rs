//! Deadlock and livelock: strongly connected components of the raw states, under weak fairness.

use super::graph::{Edge, Graph, Status};
use super::machine::Event;
use crate::machine::Turn;

/// States that can be reached from one another.
pub(super) struct Component {
    pub(super) nodes: Vec<usize>,
    /// Some step inside changes what is shared.
    pub(super) changes: bool,
    /// An infinite run that stays inside may be weakly fair, and not all workers have finished.
    pub(super) fair: bool,
}

/// The raw states in which interleavings end that are counted. For each worker, the attempt (its
/// depth, from 0) that it makes for ever, if there is one: while this attempt has a trace, it is
/// kept, and the interleaving goes on.
pub(super) struct Targets(Vec<Option<Vec<Option<usize>>>>);

impl Targets {
    /// All workers have finished.
    pub(super) fn complete(graph: &Graph) -> Self {
        let ended = graph.nodes.iter().map(|node| node.end.map(|_| vec![None; graph.workers]));
        Self(ended.collect())
    }

    /// Whether an interleaving ends here, with these traces of a worker's attempts.
    pub(super) fn is_end(&self, node: usize, trace: impl Fn(usize, usize) -> bool) -> bool {
        self.0[node].as_ref().is_some_and(|attempts| {
            let mut attempts = attempts.iter().enumerate();
            attempts.all(|(worker, attempt)| !attempt.is_some_and(|depth| trace(worker, depth)))
        })
    }
}

/// The components of a graph.
pub(super) struct Components {
    pub(super) all: Vec<Component>,
    /// The component of each node.
    pub(super) of: Vec<usize>,
}

impl Components {
    pub(super) fn new(graph: &Graph) -> Self {
        let of = tarjan(graph);
        let mut nodes = vec![Vec::new(); of.iter().max().map_or(0, |last| last + 1)];
        for (node, &component) in of.iter().enumerate() {
            nodes[component].push(node);
        }
        let all = nodes.into_iter().map(|nodes| Component::new(graph, &of, nodes)).collect();
        let components = Self { all, of };
        components.check(graph);
        components
    }

    /// A component without changes is never left: see the definition of a deadlock.
    fn check(&self, graph: &Graph) {
        for component in self.all.iter().filter(|c| c.is_deadlock()) {
            for &node in &component.nodes {
                assert!(graph.nodes[node].edges.iter().all(|e| self.of[e.to] == self.of[node]));
            }
        }
    }

    /// The state of each deadlock in which every worker that makes an attempt for ever begins it.
    pub(super) fn deadlocks(&self, graph: &Graph) -> Targets {
        let mut found = vec![None; graph.nodes.len()];
        for component in self.all.iter().filter(|c| c.is_deadlock()) {
            let repeated: Vec<_> = (0..graph.workers)
                .map(|worker| component.repeated_attempt(graph, worker))
                .collect();
            let all_begin = |&&node: &&usize| {
                let mut places = graph.nodes[node].places.iter().zip(&repeated);
                places.all(|(at, repeated)| repeated.is_none_or(|(begin, _)| begin == *at))
            };
            let ends: Vec<_> = component.nodes.iter().filter(all_begin).collect();
            assert_eq!(ends.len(), 1, "a deadlock has one state in which all begin an attempt");
            let attempts = repeated.iter().map(|repeated| repeated.map(|(_, depth)| depth));
            found[*ends[0]] = Some(attempts.collect());
        }
        Targets(found)
    }

    /// Whether workers that stay in these states of a cycle do so for ever in a fair run.
    pub(super) fn is_livelock(&self, graph: &Graph, nodes: Vec<usize>) -> bool {
        // The states of the cycle count as a component of their own.
        let outside = self.all.len();
        let mut of = vec![outside; graph.nodes.len()];
        nodes.iter().for_each(|&node| of[node] = outside + 1);
        Component::new(graph, &of, nodes).is_livelock()
    }

    /// The states from which one of the `targets` can be reached.
    pub(super) fn leads_to(&self, graph: &Graph, targets: &Targets) -> Vec<bool> {
        let mut leads = vec![false; graph.nodes.len()];
        // Tarjan numbers a component after all that can be reached from it.
        for component in &self.all {
            let found = component.nodes.iter().any(|&node| {
                targets.0[node].is_some()
                    || graph.nodes[node].edges.iter().any(|edge| leads[edge.to])
            });
            component.nodes.iter().for_each(|&node| leads[node] = found);
        }
        leads
    }
}

impl Component {
    fn new(graph: &Graph, of: &[usize], nodes: Vec<usize>) -> Self {
        let inside = |edge: &&Edge| of[edge.to] == of[nodes[0]];
        let states = || nodes.iter().map(|&node| &graph.nodes[node]);
        let edges = || states().flat_map(|state| &state.edges).filter(inside);
        let moves = |me: usize, drain: bool| {
            edges().any(|edge| edge.turn.worker == me && edge.turn.drains() == drain)
        };
        let worker_is_fair = |me: usize| {
            let rests = |status: Status| status != Status::Ready && status != Status::Fault;
            moves(me, false) || states().any(|state| rests(state.status[me]))
        };
        let buffer_is_fair = |me: usize| moves(me, true) || states().any(|s| s.drained[me]);
        let unfinished = states().any(|s| s.status.iter().any(|s| *s != Status::Finished));
        let fair =
            unfinished && (0..graph.workers).all(|me| worker_is_fair(me) && buffer_is_fair(me));
        let changes = edges().any(|edge| edge.changed);
        Self { nodes, changes, fair }
    }

    /// The attempt that a worker makes for ever in a deadlock: where it begins, and its depth.
    fn repeated_attempt(&self, graph: &Graph, worker: usize) -> Option<(usize, usize)> {
        self.nodes.iter().find_map(|&node| {
            let mut edges = graph.nodes[node].edges.iter();
            let edge = edges.find(|edge| edge.turn == Turn::of(worker))?;
            let mut depth = graph.nodes[node].depths[worker];
            for event in edge.events.iter() {
                match event {
                    Event::Began => depth += 1,
                    Event::Succeeded => depth -= 1,
                    Event::Failed => return Some((graph.nodes[edge.to].places[worker], depth - 1)),
                }
            }
            None
        })
    }

    /// Nothing changes any more.
    pub(super) fn is_deadlock(&self) -> bool {
        self.fair && !self.changes
    }

    /// Workers change what is shared for ever, and some never finish.
    pub(super) fn is_livelock(&self) -> bool {
        self.fair && self.changes
    }
}

/// The component of each node, numbered from the ends (Tarjan, 1972, without recursion).
fn tarjan(graph: &Graph) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let mut index = vec![NONE; graph.nodes.len()];
    let mut low = index.clone();
    let mut of = index.clone();
    let (mut met, mut number) = (0, 0);
    let (mut open, mut calls) = (Vec::new(), vec![(0, 0)]);
    while let Some((node, next)) = calls.pop() {
        if next == 0 {
            (index[node], low[node]) = (met, met);
            met += 1;
            open.push(node);
        } else {
            let to = graph.nodes[node].edges[next - 1].to;
            if of[to] == NONE {
                low[node] = low[node].min(low[to]);
            }
        }
        if let Some(edge) = graph.nodes[node].edges.get(next) {
            calls.push((node, next + 1));
            if index[edge.to] == NONE {
                calls.push((edge.to, 0));
            }
        } else if low[node] == index[node] {
            while let Some(member) = open.pop() {
                of[member] = number;
                if member == node {
                    break;
                }
            }
            number += 1;
        }
    }
    of
}
