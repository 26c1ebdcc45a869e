//! All states that can be reached, and the steps between them, as the [search](super::search) left
//! them.

use std::ops::Range;

use super::dataflow::{Sources, Transfer};

/// A state, by number.
pub(super) type Node = u32;

/// A step from one state to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    /// The state after it.
    pub(super) to: Node,
    /// Which of the [`transfers`](Graph::transfers) it is.
    pub(super) transfer: u16,
    /// The worker, from 0.
    pub(super) worker: u8,
    /// It is not the worker's own step, but one of its store buffer.
    pub(super) drain: bool,
    /// It changes something that workers share.
    pub(super) changed: bool,
}

/// What a state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Not looked at: the search was stopped before.
    Unseen,
    /// Steps lead on from it, or it leads to a deadlock.
    Open,
    /// All workers have made all their updates.
    Complete,
    /// A deadlock: some workers have not finished, and nothing is ever changed again.
    Deadlock,
    /// A worker gives back a mutex that it does not hold.
    Fault,
}

/// What is known of a state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) first: u32,
    pub(super) edges: u8,
    /// Steps that end an attempt without a trace, behind the other edges.
    pub(super) silent: u8,
    pub(super) kind: Kind,
    /// The workers that are enabled: a bit each.
    pub(super) enabled: u8,
    /// The workers that can take their next step, whatever becomes of it.
    pub(super) ready: u8,
    pub(super) inside: u8,
    pub(super) kept: bool,
    /// Every worker has finished, has to wait, or makes attempts: see [`liveness`](super::liveness).
    pub(super) waiting: bool,
}

/// Nothing is.
pub(super) const UNSEEN: Facts = Facts {
    first: 0,
    edges: 0,
    silent: 0,
    kind: Kind::Unseen,
    enabled: 0,
    ready: 0,
    inside: 0,
    kept: false,
    waiting: false,
};

/// Why the search ended before everything was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// There are more states than were allowed.
    States,
    /// Somebody asked to stop.
    Interrupted,
}

/// All states, and the steps between them.
pub(super) struct Graph {
    pub(super) width: usize,
    pub(super) rows: Vec<u32>,
    pub(super) facts: Vec<Facts>,
    pub(super) edges: Vec<Edge>,
    pub(super) transfers: Vec<Transfer>,
    /// Where the final value is at the end.
    pub(super) sources: Sources,
    /// Every state that was looked at, after all that follow from it; but for cycles.
    pub(super) order: Vec<Node>,
    /// Some step leads back to a state that it came from.
    pub(super) cyclic: bool,
    /// Why the search ended early, if it did.
    pub(super) cut: Option<Cut>,
    /// Steps were left out since they would have been one preemption too many.
    pub(super) bounded: bool,
    /// A store buffer was full.
    pub(super) full: bool,
    /// Livelocks: for each, the states that can be reached from one another.
    pub(super) livelocks: Vec<Vec<Node>>,
}

/// The first state.
pub(super) const START: Node = 0;

impl Graph {
    /// How many states have been met.
    pub(super) fn len(&self) -> usize {
        self.facts.len()
    }

    pub(super) fn row(&self, node: Node) -> &[u32] {
        &self.rows[self.width * node as usize..][..self.width]
    }

    /// The steps of which interleavings are made.
    pub(super) fn edges(&self, node: Node) -> &[Edge] {
        &self.edges[self.edge_numbers(node)]
    }

    pub(super) fn edge_numbers(&self, node: Node) -> Range<usize> {
        let Facts { first, edges, .. } = self.facts[node as usize];
        first as usize..first as usize + usize::from(edges)
    }

    /// The last steps of attempts that fail without a trace.
    pub(super) fn silent_edges(&self, node: Node) -> &[Edge] {
        let Facts { first, edges, silent, .. } = self.facts[node as usize];
        &self.edges[first as usize + usize::from(edges)..][..usize::from(silent)]
    }

    pub(super) fn all_edges(&self, node: Node) -> &[Edge] {
        let Facts { first, edges, silent, .. } = self.facts[node as usize];
        &self.edges[first as usize..][..usize::from(edges) + usize::from(silent)]
    }

    pub(super) fn transfer(&self, edge: Edge) -> Transfer {
        self.transfers[usize::from(edge.transfer)]
    }

    pub(super) fn kind(&self, node: Node) -> Kind {
        self.facts[node as usize].kind
    }

    /// Whether a worker is enabled: see [`enabled`](super::enabled).
    pub(super) fn enabled(&self, node: Node, worker: usize) -> bool {
        self.facts[node as usize].enabled >> worker & 1 == 1
    }

    /// Whether all workers have made all their updates, and nothing was lost: not known where
    /// values are [ignored](super::Values::Ignored).
    pub(super) fn kept(&self, node: Node) -> bool {
        self.facts[node as usize].kept
    }

    /// How many workers are inside.
    pub(super) fn inside(&self, node: Node) -> u8 {
        self.facts[node as usize].inside
    }
}
