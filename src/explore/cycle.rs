//! A way round a livelock, which shows what can be repeated for ever.

use std::collections::{HashMap, HashSet, VecDeque};

use super::graph::{Edge, Graph, Livelocked, Node};
use crate::machine::{Schedule, Turn};

/// A weakly fair way from `first` back to it, within a livelock: with a step of each worker and of each store buffer that takes any, through a state
/// in which each of the other workers has to wait, and with a step that changes something.
pub(super) fn cycle(graph: &Graph, livelock: &Livelocked, first: Node) -> Schedule {
    let members: HashSet<Node> = livelock.members.iter().copied().collect();
    let mut way = Way { graph, members, turns: Vec::new(), at: first };
    for (worker, blocked) in livelock.blocked.iter().enumerate() {
        let by = |drain| {
            move |edge: &Edge<'_>| edge.label.worker() == worker && edge.label.drain == drain
        };
        if !way.walk(by(false)) {
            way.walk(|edge| blocked.contains(&edge.to));
        }
        way.walk(by(true));
    }
    way.walk(|edge| edge.label.changed);
    if way.at != first {
        way.walk(|edge| edge.to == first);
    }
    way.turns.into_iter().collect()
}

struct Way<'g> {
    graph: &'g Graph,
    members: HashSet<Node>,
    turns: Vec<Turn>,
    at: Node,
}

impl Way<'_> {
    /// Goes the shortest way that ends with such a step; false if there is none.
    fn walk(&mut self, last: impl Fn(&Edge<'_>) -> bool) -> bool {
        let mut came: HashMap<Node, (Node, Edge<'_>)> = HashMap::new();
        let mut queue = VecDeque::from([self.at]);
        while let Some(node) = queue.pop_front() {
            for edge in self.graph.all_edges(node).filter(|edge| self.members.contains(&edge.to)) {
                if last(&edge) {
                    let mut way = vec![edge];
                    let mut at = node;
                    while at != self.at {
                        let (before, edge) = came[&at];
                        way.push(edge);
                        at = before;
                    }
                    let turn = |edge: &Edge<'_>| edge.label.turn();
                    self.turns.extend(way.iter().rev().map(turn));
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
