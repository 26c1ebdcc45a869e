//! A way round a livelock, which shows what can be repeated for ever.

use std::collections::{HashMap, HashSet, VecDeque};

use super::graph::{Edge, Graph, Node};
use crate::machine::{Schedule, Turn};

/// A weakly fair way from `first` back to it, within the states `members` that can be reached from
/// one another: with a step of each worker and of each store buffer that takes any, through a state
/// in which each of the other workers has to wait, and with a step that changes something.
pub(super) fn cycle(graph: &Graph, members: &[Node], first: Node, workers: usize) -> Schedule {
    let members: HashSet<Node> = members.iter().copied().collect();
    let mut way = Way { graph, members, turns: Vec::new(), at: first };
    for worker in 0..workers {
        let by =
            |drain| move |edge: &Edge| usize::from(edge.worker) == worker && edge.drain == drain;
        if !way.walk(by(false)) {
            way.walk(|edge| graph.facts[edge.to as usize].ready >> worker & 1 == 0);
        }
        way.walk(by(true));
    }
    way.walk(|edge| edge.changed);
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
    fn walk(&mut self, last: impl Fn(&Edge) -> bool) -> bool {
        let mut came: HashMap<Node, (Node, Edge)> = HashMap::new();
        let mut queue = VecDeque::from([self.at]);
        while let Some(node) = queue.pop_front() {
            let edges = self.graph.all_edges(node).iter();
            for &edge in edges.filter(|edge| self.members.contains(&edge.to)) {
                if last(&edge) {
                    let mut way = vec![edge];
                    let mut at = node;
                    while at != self.at {
                        let (before, edge) = came[&at];
                        way.push(edge);
                        at = before;
                    }
                    let turn = |edge: &Edge| Turn { worker: edge.worker.into(), drain: edge.drain };
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
