//! Shortest paths, and a cycle of steps that can be repeated for ever.

use std::collections::{HashMap, VecDeque};

use super::graph::{GraphEdge, Node};
use crate::machine::Turn;

/// A weakly fair cycle from `first` back to it, in a strongly connected component that has `edges`.
/// It has a step of each worker and of each store buffer that takes steps there, a state in which
/// each other worker has to wait, and a step that changes something if there is one.
pub(super) fn fair_cycle<E: GraphEdge, I: Iterator<Item = E>>(
    first: Node,
    workers: usize,
    edges: impl Fn(Node) -> I,
    blocked: impl Fn(Node, usize) -> bool,
) -> Vec<E> {
    let (mut at, mut cycle) = (first, Vec::new());
    let mut walk = |last: &dyn Fn(&E) -> bool| {
        let Some(path) = shortest(at, &edges, last) else { return false };
        at = path.last().map_or(at, E::to);
        cycle.extend(path);
        true
    };
    for worker in 0..workers {
        if !walk(&|edge| edge.turn() == Turn::of(worker)) && !blocked(first, worker) {
            walk(&|edge| blocked(edge.to(), worker));
        }
        walk(&|edge| edge.turn() == Turn::drain(worker));
    }
    walk(&E::changed);
    if at != first {
        cycle.extend(shortest(at, &edges, |edge| edge.to() == first).into_iter().flatten());
    }
    cycle
}

/// The shortest path from `from` that ends with such a step.
pub(super) fn shortest<E: GraphEdge, I: Iterator<Item = E>>(
    from: Node,
    edges: impl Fn(Node) -> I,
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
            let to = edge.to();
            if to != from && !came.contains_key(&to) {
                came.insert(to, (node, edge));
                queue.push_back(to);
            }
        }
    }
    None
}
