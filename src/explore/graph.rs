//! All states that can be reached, and the steps between them, as the [search](super::search) found
//! them.

use std::ops::Range;

use hashbrown::HashMap;

use super::dataflow::{Sources, Transfer};
use super::interner::Interner;
use super::space::{Exchange, IDENTITY};
use crate::machine::Turn;

/// A state, by number.
pub(super) type Node = u32;

/// A search with more steps ends: steps and states have numbers of 32 bits, and a cost adds up the
/// steps of a path below 30 bits.
pub(super) const MOST_STEPS: usize = (1 << 30) - (1 << 16);

/// A step, here or in a graph of the judge.
pub(super) trait GraphEdge: Copy {
    /// The state after it.
    fn to(&self) -> Node;
    fn turn(&self) -> Turn;
    /// It changes something that workers share.
    fn changed(&self) -> bool;
}

/// A step from one state to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge<'g> {
    /// The state after it.
    pub(super) to: Node,
    /// What the step is.
    pub(super) label: &'g Label,
}

impl GraphEdge for Edge<'_> {
    fn to(&self) -> Node {
        self.to
    }

    fn turn(&self) -> Turn {
        let worker = self.label.worker();
        if self.label.drain { Turn::drain(worker) } else { Turn::of(worker) }
    }

    fn changed(&self) -> bool {
        self.label.changed
    }
}

/// What a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Label {
    /// What it does to the values.
    pub(super) transfer: Transfer,
    /// The worker, from 0.
    pub(super) worker: u8,
    /// It is not the worker's own step, but one of its store buffer.
    pub(super) drain: bool,
    /// It changes something that workers share.
    pub(super) changed: bool,
    /// For each worker, which one it is in the state after it.
    pub(super) exchange: Exchange,
}

impl Label {
    /// The worker whose step it is.
    pub(super) fn worker(&self) -> usize {
        usize::from(self.worker)
    }

    /// Which worker `worker` is after the step.
    pub(super) fn after(&self, worker: usize) -> usize {
        usize::from(self.exchange[worker])
    }

    /// Where the values were before the step that are in these cells after it, and what was added
    /// to them.
    pub(super) fn source(&self, after: Sources) -> (Sources, i32) {
        let after = if self.exchange == IDENTITY { after } else { self.exchange_back(after) };
        self.transfer.source(after)
    }

    fn exchange_back(&self, after: Sources) -> Sources {
        let mut before = IDENTITY;
        for (from, &to) in (0..).zip(&self.exchange) {
            before[usize::from(to)] = from;
        }
        super::dataflow::exchange(after, |worker| usize::from(before[worker]))
    }
}

/// What a state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StateKind {
    /// Not looked at: the search was stopped before.
    Unseen,
    /// Steps lead on from it, or it leads to a deadlock.
    Open,
    /// All workers have made all their updates.
    Complete,
    /// All workers have made all their updates, and no update was lost.
    Kept,
    /// A deadlock: some workers have not finished, and nothing is ever changed again.
    Deadlock,
    /// A worker gives back a mutex that it does not hold.
    Fault,
}

/// What is known of a state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// Its first step among [`Graph::to`].
    pub(super) first: u32,
    pub(super) edges: u8,
    /// Steps that end an attempt without a trace, after the other ones.
    pub(super) silent: u8,
    pub(super) kind: StateKind,
    /// The workers that are enabled: a bit each.
    pub(super) enabled: u8,
}

/// Of a state that was not looked at.
pub(super) const UNSEEN: Facts =
    Facts { first: 0, edges: 0, silent: 0, kind: StateKind::Unseen, enabled: 0 };

/// Why the search ended before everything was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// There are more states than were allowed.
    States,
    /// They take more memory than was allowed.
    Memory,
    /// There was a signal.
    Interrupted,
}

/// All states, and the steps between them.
#[derive(Default)]
pub(super) struct Graph {
    pub(super) facts: Vec<Facts>,
    /// The states after all steps.
    pub(super) to: Vec<Node>,
    /// Which of `labels` each step has.
    pub(super) label: Vec<u16>,
    pub(super) labels: Interner<Label>,
    /// Where the final value is at the end.
    pub(super) sources: Sources,
    /// Every state that was looked at, after all that follow from it; but for cycles.
    pub(super) order: Vec<Node>,
    /// Some step leads back to a state that it came from.
    pub(super) cyclic: bool,
    /// A step that ends an attempt without a trace leads to another state.
    pub(super) repeats: bool,
    /// How many workers would give back a mutex that they do not hold, where it is more than one.
    pub(super) faults: HashMap<Node, u8>,
    /// Why the search ended early, if it did.
    pub(super) cut: Option<Cut>,
    /// Steps were left out since they would have been one preemption too many.
    pub(super) bounded: bool,
    /// A store buffer was full.
    pub(super) full: bool,
    /// In no state that was met an update is lost.
    pub(super) lossless: bool,
    /// The most workers inside.
    pub(super) peak: usize,
    /// States in which more workers are inside, and have read, than was asked about.
    pub(super) crowded: Vec<Node>,
    /// The states in a livelock.
    pub(super) livelocks: HashMap<Node, LivelockState>,
}

/// A state in a livelock.
pub(super) struct LivelockState {
    /// One of the states that can be reached from one another: it stands for them all.
    pub(super) representative: Node,
    /// The workers that can take their next step: a bit each.
    pub(super) ready: u8,
}

/// A state in which every worker has finished, waits, or makes attempts.
pub(super) struct WaitingState {
    pub(super) node: Node,
    /// The workers that can take their next step: a bit each.
    pub(super) ready: u8,
}

/// The first state.
pub(super) const START: Node = 0;

impl Graph {
    /// How many states have been met.
    pub(super) fn len(&self) -> usize {
        self.facts.len()
    }

    /// How much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Facts>() * self.facts.capacity()
            + 4 * (self.to.capacity() + self.order.capacity() + self.crowded.capacity())
            + 2 * self.label.capacity()
    }

    /// The steps of which interleavings are made.
    pub(super) fn edges(&self, node: Node) -> impl Iterator<Item = Edge<'_>> {
        self.slice(self.steps(node).0)
    }

    /// The last steps of attempts that fail without a trace.
    pub(super) fn silent_edges(&self, node: Node) -> impl Iterator<Item = Edge<'_>> {
        self.slice(self.steps(node).1)
    }

    pub(super) fn all_edges(&self, node: Node) -> impl Iterator<Item = Edge<'_>> {
        let (edges, silent) = self.steps(node);
        self.slice(edges.start..silent.end)
    }

    /// The states after the steps of a state.
    pub(super) fn successors(&self, node: Node) -> &[Node] {
        &self.to[self.steps(node).0]
    }

    /// The states after all of them.
    pub(super) fn all_successors(&self, node: Node) -> &[Node] {
        let (edges, silent) = self.steps(node);
        &self.to[edges.start..silent.end]
    }

    /// How many workers would give back a mutex that they do not hold.
    pub(super) fn faults(&self, node: Node) -> u8 {
        match self.kind(node) {
            StateKind::Fault => self.faults.get(&node).copied().unwrap_or(1),
            _ => 0,
        }
    }

    /// Where the steps of a state are, and behind them those that end an attempt without a trace.
    fn steps(&self, node: Node) -> (Range<usize>, Range<usize>) {
        let Facts { first, edges, silent, .. } = self.facts[node as usize];
        let middle = first as usize + usize::from(edges);
        (first as usize..middle, middle..middle + usize::from(silent))
    }

    fn slice(&self, steps: Range<usize>) -> impl Iterator<Item = Edge<'_>> {
        let (to, labels) = (&self.to[steps.clone()], &self.label[steps]);
        to.iter().zip(labels).map(|(&to, &label)| Edge { to, label: self.labels.get(label.into()) })
    }

    pub(super) fn kind(&self, node: Node) -> StateKind {
        self.facts[node as usize].kind
    }

    pub(super) fn is_complete(&self, node: Node) -> bool {
        matches!(self.kind(node), StateKind::Complete | StateKind::Kept)
    }

    /// Whether a worker is enabled: see [`enabled`](super::enabled).
    pub(super) fn enabled(&self, node: Node, worker: usize) -> bool {
        self.facts[node as usize].enabled >> worker & 1 == 1
    }
}
