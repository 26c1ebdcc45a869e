//! Mutual exclusion: how many workers can be inside at once.

use super::super::graph::Node;
use super::graph::Graph;

/// The most workers that are ever inside, and the first state with more than `most`.
pub(super) fn exclusion(graph: &Graph, most: usize) -> (usize, Option<Node>) {
    let peak = graph.nodes().map(|node| graph.inside(node)).max().unwrap_or(0);
    (peak, graph.nodes().find(|&node| graph.inside(node) > most))
}
