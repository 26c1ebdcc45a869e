//! What is known of the states that follow, and what it is before a step.

use super::super::count_row::CountRow;
use super::super::dataflow::{NO_SOURCE, Sources};
use super::super::graph::{Edge, Graph, Node};
use super::super::tables::{Part, Table, Tables};
use super::scale::{ONE, Scale};

/// What the values of [`NO_SOURCE`] stand for.
pub(super) const DEADLOCK: i32 = 0;
pub(super) const LIVELOCK: i32 = 1;
pub(super) const FAULT: i32 = 2;
pub(super) const COMPLETE: i32 = 3;

/// What is known of the states that follow.
pub(super) struct Known<'g> {
    pub(super) graph: &'g Graph,
    pub(super) values: bool,
    pub(super) tables: Tables,
    /// The denominator of each state's numbers.
    pub(super) scale: Vec<Scale>,
    fault: CountRow,
}

/// A row of a state that follows, as it is before the step.
pub(super) struct Term<'r> {
    pub(super) cells: Sources,
    shift: i32,
    row: &'r CountRow,
    pub(super) scale: Scale,
}

impl Term<'_> {
    pub(super) fn part<'p>(&'p self, cells: Sources, times: Option<&'p [u64]>) -> Part<'p> {
        Part { cells, shift: self.shift, row: self.row, times }
    }
}

impl<'g> Known<'g> {
    pub(super) fn new(graph: &'g Graph, values: bool) -> Self {
        let mut uses = vec![0; graph.len()];
        let nodes = 0..graph.len() as Node;
        nodes.flat_map(|node| graph.all_successors(node)).for_each(|&to| uses[to as usize] += 1);
        let (tables, scale) = (Tables::new(graph, uses), vec![ONE; graph.len()]);
        Self { graph, values, tables, scale, fault: CountRow::one(FAULT) }
    }

    /// The rows of the state after a step.
    pub(super) fn terms(&self, edge: Edge<'g>) -> impl Iterator<Item = Term<'_>> {
        let scale = self.scale[edge.to as usize];
        self.tables.get(edge.to).into_iter().flatten().map(move |(after, row)| {
            let (cells, shift) = edge.label.source(*after);
            Term { cells, shift, row, scale }
        })
    }

    /// Workers that give back what they do not hold end the program.
    pub(super) fn faults(&self, node: Node) -> impl Iterator<Item = Term<'_>> {
        let term = || Term { cells: NO_SOURCE, shift: 0, row: &self.fault, scale: ONE };
        (0..self.graph.faults(node)).map(move |_| term())
    }

    /// The table of states that no step leaves.
    pub(super) fn end(&self, members: &[Node]) -> Table {
        if members.iter().any(|&node| self.graph.is_complete(node)) {
            return match self.values {
                true => vec![(self.graph.sources, CountRow::one(0))],
                false => vec![(NO_SOURCE, CountRow::one(COMPLETE))],
            };
        }
        let mut edges = members.iter().flat_map(|&node| self.graph.all_edges(node));
        let end = if edges.any(|edge| edge.label.changed) { LIVELOCK } else { DEADLOCK };
        vec![(NO_SOURCE, CountRow::one(end))]
    }
}
