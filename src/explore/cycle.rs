//! A cycle of steps in a livelock, which shows what can be repeated for ever.

use std::collections::{HashMap, HashSet, VecDeque};

use super::graph::{Edge, Graph, Livelocked, Node};
use crate::machine::{Schedule, Turn};

/// A weakly fair cycle from `first` back to it, within a livelock. It has a step of each worker and
/// of each store buffer that takes steps there, a state in which each other worker has to wait, and
/// a step that changes something.
pub(super) fn cycle(graph: &Graph, livelock: &Livelocked, first: Node) -> Schedule {
    let members: HashSet<Node> = livelock.members.iter().copied().collect();
    let mut path = Path { graph, members, turns: Vec::new(), at: first };
    for (worker, blocked) in livelock.blocked.iter().enumerate() {
        let by = |drain| {
            move |edge: &Edge<'_>| edge.label.worker() == worker && edge.label.drain == drain
        };
        if !path.walk(by(false)) {
            path.walk(|edge| blocked.contains(&edge.to));
        }
        path.walk(by(true));
    }
    path.walk(|edge| edge.label.changed);
    if path.at != first {
        path.walk(|edge| edge.to == first);
    }
    path.turns.into_iter().collect()
}

struct Path<'g> {
    graph: &'g Graph,
    members: HashSet<Node>,
    turns: Vec<Turn>,
    at: Node,
}

impl Path<'_> {
    /// Follows the shortest path that ends with such a step; false if there is none.
    fn walk(&mut self, last: impl Fn(&Edge<'_>) -> bool) -> bool {
        let Self { graph, ref members, .. } = *self;
        let edges = |node| graph.all_edges(node).filter(|edge| members.contains(&edge.to));
        let Some(path) = shortest(self.at, edges, |edge| edge.to, last) else { return false };
        self.at = path.last().map_or(self.at, |edge| edge.to);
        self.turns.extend(path.iter().map(|edge| edge.label.turn()));
        true
    }
}

/// The shortest path from `from` that ends with such a step.
pub(super) fn shortest<E: Copy, I: Iterator<Item = E>>(
    from: Node,
    edges: impl Fn(Node) -> I,
    to: impl Fn(&E) -> Node,
    last: impl Fn(&E) -> bool,
) -> Option<Vec<E>> {
    let mut came: HashMap<Node, (Node, E)> = HashMap::new();
    let mut queue = VecDeque::from([from]);
    while let Some(mut node) = queue.pop_front() {
        for edge in edges(node) {
            if last(&edge) {
                let mut path = vec![edge];
                while node != from {
                    let (before, edge) = came[&node];
                    path.push(edge);
                    node = before;
                }
                path.reverse();
                return Some(path);
            }
            let to = to(&edge);
            if to != from && !came.contains_key(&to) {
                came.insert(to, (node, edge));
                queue.push_back(to);
            }
        }
    }
    None
}
