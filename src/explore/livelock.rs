//! Schedules without end: workers that keep one another busy, and none gets on.

use std::collections::VecDeque;

use super::exploration::Livelock;
use super::graph::{Edge, Graph, Node};
use crate::machine::{Schedule, Turn};

/// A way into a circle in which every worker that has not finished takes part, or has to wait at
/// times, so that no fair scheduler breaks it; `way` finds the way there.
///
/// A circle that some worker could step out of at any time is no livelock: it ends when that worker
/// is given its turn.
pub(super) fn livelock(
    graph: &Graph,
    workers: usize,
    way: impl Fn(Node) -> Option<Schedule>,
) -> Option<Livelock> {
    if !graph.cyclic {
        return None;
    }
    let circles = circles(graph);
    let mut members: Vec<Vec<Node>> = Vec::new();
    for &node in &graph.order {
        let circle = circles[node as usize] as usize;
        members.resize(members.len().max(circle + 1), Vec::new());
        members[circle].push(node);
    }
    let within = |edge: &Edge, circle: u32| circles[edge.to as usize] == circle;
    let turns = |nodes: &[Node], circle: u32, worker: usize| {
        let mut edges = nodes.iter().flat_map(|&node| graph.edges(node));
        edges.any(|edge| usize::from(edge.worker) == worker && within(edge, circle))
    };
    let fair = |nodes: &[Node], circle: u32| {
        (0..workers).all(|worker| {
            turns(nodes, circle, worker) || nodes.iter().any(|&node| !graph.able(node, worker))
        })
    };
    for nodes in members {
        let Some(&first) = nodes.last() else { continue };
        let circle = circles[first as usize];
        let some = (0..workers).any(|worker| turns(&nodes, circle, worker));
        if some && fair(&nodes, circle) {
            let part: Vec<_> = (0..workers).filter(|&w| turns(&nodes, circle, w)).collect();
            let cycle = walk_round(graph, first, &part, |edge| within(edge, circle));
            return Some(Livelock { schedule: way(first)?, cycle });
        }
    }
    None
}

/// From `first` back to it, with a step of each of these workers.
fn walk_round(
    graph: &Graph,
    first: Node,
    workers: &[usize],
    within: impl Fn(&Edge) -> bool,
) -> Schedule {
    let mut turns = Vec::new();
    let mut node = first;
    for &worker in workers {
        node = walk(graph, node, &within, &mut turns, |edge| usize::from(edge.worker) == worker);
    }
    if node != first {
        walk(graph, node, &within, &mut turns, |edge| edge.to == first);
    }
    turns.into_iter().collect()
}

/// The shortest walk that ends with such a step; says where that is.
fn walk(
    graph: &Graph,
    from: Node,
    within: impl Fn(&Edge) -> bool,
    turns: &mut Vec<Turn>,
    last: impl Fn(&Edge) -> bool,
) -> Node {
    let mut came: hashbrown::HashMap<Node, (Node, Edge)> = hashbrown::HashMap::new();
    let mut queue = VecDeque::from([from]);
    while let Some(node) = queue.pop_front() {
        for &edge in graph.edges(node).iter().filter(|edge| within(edge)) {
            if last(&edge) {
                let mut way = vec![edge];
                let mut at = node;
                while at != from {
                    let (before, edge) = came[&at];
                    way.push(edge);
                    at = before;
                }
                let turn = |edge: &Edge| Turn { worker: edge.worker.into(), drain: edge.drain };
                turns.extend(way.iter().rev().map(turn));
                return edge.to;
            }
            if edge.to != from && !came.contains_key(&edge.to) {
                came.insert(edge.to, (node, edge));
                queue.push_back(edge.to);
            }
        }
    }
    from
}

/// A number for each state, the same for those that can be reached from one another (Tarjan, 1972;
/// without recursion, since schedules are long).
fn circles(graph: &Graph) -> Vec<u32> {
    const NONE: u32 = u32::MAX;
    let mut index = vec![NONE; graph.len()];
    let mut low = vec![NONE; graph.len()];
    let mut circle = vec![NONE; graph.len()];
    let (mut next, mut number) = (0, 0);
    let mut open: Vec<Node> = Vec::new();
    for &root in graph.order.iter().rev() {
        if index[root as usize] != NONE {
            continue;
        }
        let mut calls: Vec<(Node, usize)> = vec![(root, 0)];
        while let Some((node, at)) = calls.last_mut() {
            let n = *node as usize;
            if index[n] == NONE {
                (index[n], low[n]) = (next, next);
                next += 1;
                open.push(*node);
            }
            if let Some(edge) = graph.edges(*node).get(*at) {
                let to = edge.to as usize;
                if index[to] == NONE {
                    calls.push((edge.to, 0));
                    // Looked at once more on the way back, when its number is known.
                    continue;
                }
                *at += 1;
                if circle[to] == NONE {
                    low[n] = low[n].min(low[to]);
                }
                continue;
            }
            if low[n] == index[n] {
                while let Some(member) = open.pop() {
                    circle[member as usize] = number;
                    if member as usize == n {
                        break;
                    }
                }
                number += 1;
            }
            calls.pop();
        }
    }
    circle
}
