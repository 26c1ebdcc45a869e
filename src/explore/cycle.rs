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
        let mut came: HashMap<Node, (Node, Edge<'_>)> = HashMap::new();
        let mut queue = VecDeque::from([self.at]);
        while let Some(node) = queue.pop_front() {
            for edge in self.graph.all_edges(node).filter(|edge| self.members.contains(&edge.to)) {
                if last(&edge) {
                    let mut path = vec![edge];
                    let mut at = node;
                    while at != self.at {
                        let (before, edge) = came[&at];
                        path.push(edge);
                        at = before;
                    }
                    let turn = |edge: &Edge<'_>| edge.label.turn();
                    self.turns.extend(path.iter().rev().map(turn));
                    self.at = edge.to;
                    return true;
                }
                if edge.to != self.at && !came.contains_key(&edge.to) {
                    came.insert(edge.to, (node, edge));
                    queue.push_back(edge.to);
                }
            }
        }
        false
    }
}
