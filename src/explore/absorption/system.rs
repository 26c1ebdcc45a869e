//! The equations of states that depend on each other.

use hashbrown::HashMap;

use super::super::dataflow::Sources;
use super::super::graph::{Edge, Graph, Node};
use super::known::{Known, Term};

/// The most equations that are solved together.
const MOST_EQUATIONS: usize = 64;

/// Linear equations: one for each state of a component, and for the cells that the final value may
/// come from.
#[derive(Default)]
pub(super) struct System<'r> {
    pub(super) unknowns: Vec<(Node, Sources)>,
    numbers: HashMap<(Node, Sources), usize>,
    /// What follows outside of the component, and in which equation.
    pub(super) terms: Vec<(usize, Term<'r>)>,
    /// Which unknown a step leads to, and from which.
    inside: Vec<(usize, usize)>,
}

impl<'r> System<'r> {
    /// `None` if it would be too large, or if values change within the component.
    pub(super) fn new(known: &'r Known<'_>, members: &[Node]) -> Option<Self> {
        let mut system = Self::default();
        let mut into: HashMap<Node, Vec<(Node, Edge<'_>)>> =
            members.iter().map(|&member| (member, Vec::new())).collect();
        for &node in members {
            let mut outside = Vec::new();
            for edge in known.graph.all_edges(node) {
                match into.get_mut(&edge.to) {
                    Some(steps) => steps.push((node, edge)),
                    None => outside.extend(known.terms(edge)),
                }
            }
            for term in outside.into_iter().chain(known.faults(node)) {
                let number = system.number(node, term.cells);
                system.terms.push((number, term));
            }
        }
        let mut at = 0;
        while let Some(&(node, after)) = system.unknowns.get(at) {
            for (from, edge) in &into[&node] {
                let (cells, shift) = edge.label.source(after);
                if shift != 0 {
                    return None;
                }
                let number = system.number(*from, cells);
                system.inside.push((number, at));
            }
            at += 1;
            if at > MOST_EQUATIONS {
                return None;
            }
        }
        Some(system)
    }

    fn number(&mut self, node: Node, cells: Sources) -> usize {
        *self.numbers.entry((node, cells)).or_insert_with(|| {
            self.unknowns.push((node, cells));
            self.unknowns.len() - 1
        })
    }

    /// Runs leave the component sooner or later, whichever state they are in. So there is exactly
    /// one solution, and the matrix is an M-matrix.
    pub(super) fn matrix(&self, graph: &Graph) -> Vec<Vec<i64>> {
        let mut matrix = vec![vec![0; self.unknowns.len()]; self.unknowns.len()];
        for (at, &(node, _)) in self.unknowns.iter().enumerate() {
            let choices = graph.all_successors(node).len() + usize::from(graph.faults(node));
            matrix[at][at] = choices.try_into().unwrap_or(i64::MAX);
        }
        for &(row, column) in &self.inside {
            matrix[row][column] -= 1;
        }
        matrix
    }
}
