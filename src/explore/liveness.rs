//! Deadlock and livelock, by weak fairness.
//!
//! A run is *weakly fair* if no worker that could always take its next step is left out for ever,
//! and no store stays in a buffer for ever. What such a run can do for ever are the cycles of a
//! strongly connected component of the graph that is *fair*: for each worker that has not finished
//! there is a step of it in the component or a state in which it has none to take; for each store
//! buffer a step by which it drains, or a state in which it is empty. A fair component in which
//! nothing is ever changed is a deadlock; one with a change a livelock.
//!
//! A worker goes back only where an attempt of `until` fails. So in every state of a fair component
//! each worker has finished, has to wait, or makes an attempt: the search marks these states as
//! `waiting`, and only for them it keeps the steps that end an attempt without a trace.

use std::collections::HashSet;

use super::graph::{Edge, Graph, Kind, Node};
use super::scc::components;
use super::space::Space;

/// Marks the deadlocks in the graph, and adds the livelocks.
pub(super) fn find_deadlocks_and_livelocks(graph: &mut Graph, space: &Space<'_, '_>) {
    let states = space.width();
    let mut numbers = vec![u32::MAX; graph.len()];
    let mut nodes: Vec<Node> = Vec::new();
    for &node in graph.order.iter().filter(|&&node| graph.facts[node as usize].waiting) {
        #[allow(clippy::cast_possible_truncation, reason = "nodes are numbered by u32")]
        (numbers[node as usize] = nodes.len() as u32);
        nodes.push(node);
    }
    let successors = |at: u32| -> Box<dyn Iterator<Item = u32> + '_> {
        let edges = graph.all_edges(nodes[at as usize]).iter();
        let numbers = &numbers;
        Box::new(edges.map(|edge| numbers[edge.to as usize]).filter(|&number| number != u32::MAX))
    };
    let (mut ends, mut livelocks) = (Vec::new(), Vec::new());
    for members in components(nodes.len(), successors) {
        let members: Vec<Node> = members.into_iter().map(|at| nodes[at as usize]).collect();
        let component = Component::new(graph, &members);
        if !component.is_fair(space) {
            continue;
        }
        match component.edges.iter().any(|edge| edge.changed) {
            true => livelocks.push(members),
            false => ends.extend(component.ends()),
        }
    }
    // Where preemptions are counted, the same deadlock may be reached with other numbers of them.
    let same: HashSet<&[u32]> = ends.iter().map(|&end| &graph.row(end)[..states]).collect();
    if graph.width > states {
        ends = nodes.into_iter().filter(|&n| same.contains(&graph.row(n)[..states])).collect();
    }
    ends.iter().for_each(|&end| graph.facts[end as usize].kind = Kind::Deadlock);
    graph.livelocks = livelocks;
}

/// States that can be reached from one another, and the steps between them.
struct Component<'g> {
    graph: &'g Graph,
    members: &'g [Node],
    edges: Vec<Edge>,
    /// Of `edges`, those that end an attempt without a trace.
    silent: Vec<Edge>,
}

impl<'g> Component<'g> {
    fn new(graph: &'g Graph, members: &'g [Node]) -> Self {
        let known: HashSet<Node> = match members.len() {
            1 => HashSet::new(),
            _ => members.iter().copied().collect(),
        };
        let within = |to| if members.len() == 1 { to == members[0] } else { known.contains(&to) };
        let from = |edges: fn(&Graph, Node) -> &[Edge]| -> Vec<Edge> {
            let all = members.iter().flat_map(|&node| edges(graph, node));
            all.copied().filter(|edge| within(edge.to)).collect()
        };
        let (edges, silent) = (from(Graph::all_edges), from(Graph::silent_edges));
        Self { graph, members, edges, silent }
    }

    fn is_fair(&self, space: &Space<'_, '_>) -> bool {
        let Self { graph, members, edges, .. } = self;
        let finished = |worker| space.finished(graph.row(members[0]), worker);
        let takes = |worker: usize, drain| {
            edges.iter().any(|edge| usize::from(edge.worker) == worker && edge.drain == drain)
        };
        let waits = |worker: usize| {
            members.iter().any(|&node| graph.facts[node as usize].ready >> worker & 1 == 0)
        };
        let drained =
            |worker| members.iter().any(|&node| space.buffer(graph.row(node), worker).is_empty());
        let mut workers = 0..space.workers();
        !workers.clone().all(finished)
            && workers.all(|worker| {
                (finished(worker) || waits(worker) || takes(worker, false))
                    && (drained(worker) || takes(worker, true))
            })
    }

    /// Of a deadlock: where a schedule ends, with the attempts taken out that are made for ever.
    fn ends(&self) -> impl Iterator<Item = Node> + 'g {
        let Self { graph, members, ref silent, .. } = *self;
        let at_rest: Vec<(usize, u32)> = silent
            .iter()
            .map(|edge| (usize::from(edge.worker), graph.row(edge.to)[usize::from(edge.worker)]))
            .collect();
        let is_end = move |node: Node| {
            at_rest.iter().all(|&(worker, location)| graph.row(node)[worker] == location)
        };
        members.iter().copied().filter(move |&node| is_end(node))
    }
}
