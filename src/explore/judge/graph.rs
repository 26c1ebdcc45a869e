//! All states of a program, by a plain breadth-first search that keeps every step, also those of
//! attempts that fail. It has no reduction, so that it is easy to check.

use hashbrown::HashSet;

use super::super::budget::Budget;
use super::super::graph::{Cut, GraphEdge, MOST_STEPS, Node, START};
use super::super::space::{Space, StepResult};
use super::super::stop::Stop;
use super::super::store::{StateStore, reserve};
use super::phase::{Phase, Phases};
use crate::machine::Turn;

/// A step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    /// The state after it.
    pub(super) to: Node,
    worker: u8,
    drain: bool,
    /// It changes something that workers share.
    changed: bool,
    /// By it the worker enters the critical section.
    pub(super) enters: bool,
}

impl GraphEdge for Edge {
    fn to(&self) -> Node {
        self.to
    }

    fn turn(&self) -> Turn {
        let worker = self.worker.into();
        if self.drain { Turn::drain(worker) } else { Turn::of(worker) }
    }

    fn changed(&self) -> bool {
        self.changed
    }
}

impl Edge {
    /// Whether it is a step of this worker's own.
    pub(super) fn is_of(&self, worker: usize) -> bool {
        !self.drain && usize::from(self.worker) == worker
    }
}

/// What is known of a state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// Its first step.
    first: u32,
    phases: Phases,
    /// The workers that are inside: a bit each.
    inside: u8,
    /// The workers that wait for a lock, a permit or the like: a bit each.
    pub(super) blocked: u8,
    /// The workers whose store buffer is empty.
    pub(super) drained: u8,
    /// The state before it, and the step from there, on a shortest schedule.
    came: (Node, u32),
    /// How many steps that schedule has.
    pub(super) depth: u32,
}

/// Why not all states were met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The variable or semaphore of this number takes more and more values.
    Grows(usize),
    By(Cut),
}

/// All states, in the order of the length of the shortest schedule to each.
#[derive(Default)]
pub(super) struct Graph {
    pub(super) workers: usize,
    facts: Vec<Facts>,
    edges: Vec<Edge>,
    /// A worker would give back a mutex that it does not hold: the first state, and the worker.
    pub(super) fault: Option<(Node, usize)>,
    /// Why not all states were met, if so.
    pub(super) ended: Option<Ended>,
    /// A store buffer was full.
    pub(super) full: bool,
    /// How many different values each variable and semaphore has had.
    pub(super) values: Vec<usize>,
}

/// Where a variable takes more different values, the search for all states is given up.
const MOST_VALUES: usize = 300;

impl Graph {
    /// From the state `first` on. Where workers go round for ever, the search ends where a variable
    /// has had too many values.
    pub(super) fn new(
        space: &mut Space<'_, '_>,
        first: &[u32],
        budget: &mut Budget<'_>,
    ) -> Result<Self, Stop> {
        let mut row = first.to_vec();
        row.push(Phases::default().0);
        let mut search = Search {
            store: StateStore::new(row.len()),
            values: vec![HashSet::new(); space.numbers(first).count()],
            graph: Self { workers: space.workers(), ..Self::default() },
            space,
        };
        search.add(&row, (0, 0), 0);
        search.run(budget)?;
        search.graph.values = search.values.iter().map(HashSet::len).collect();
        Ok(search.graph)
    }

    /// How many states there are.
    pub(super) fn len(&self) -> usize {
        self.facts.len()
    }

    pub(super) fn nodes(&self) -> std::ops::Range<Node> {
        0..self.len() as Node
    }

    /// The approximate memory that it takes.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Facts>() * self.facts.capacity() + size_of::<Edge>() * self.edges.capacity()
    }

    /// All steps from a state.
    pub(super) fn edges(&self, node: Node) -> &[Edge] {
        let next = self.facts.get(node as usize + 1).map(|next| next.first as usize);
        &self.edges[self.facts[node as usize].first as usize..next.unwrap_or(self.edges.len())]
    }

    pub(super) fn phase(&self, node: Node, worker: usize) -> Phase {
        self.facts[node as usize].phases.of(worker)
    }

    pub(super) fn facts(&self, node: Node) -> Facts {
        self.facts[node as usize]
    }

    /// How many workers are inside.
    pub(super) fn inside(&self, node: Node) -> usize {
        self.facts(node).inside.count_ones() as usize
    }

    /// A shortest schedule to a state.
    pub(super) fn way(&self, mut node: Node) -> Vec<Edge> {
        let mut way = Vec::new();
        while node != START {
            let (before, edge) = self.facts[node as usize].came;
            way.push(self.edges[edge as usize]);
            node = before;
        }
        way.reverse();
        way
    }
}

struct Search<'s, 'a, 'c> {
    space: &'s mut Space<'a, 'c>,
    store: StateStore,
    /// The values that each variable and semaphore has had.
    values: Vec<HashSet<u64>>,
    graph: Graph,
}

impl Search<'_, '_, '_> {
    fn run(&mut self, budget: &mut Budget<'_>) -> Result<(), Stop> {
        let mut row = Vec::new();
        let mut node: Node = START;
        while (node as usize) < self.graph.facts.len() && self.graph.ended.is_none() {
            self.store.get(node, &mut row);
            self.expand(node, &row)?;
            node += 1;
            self.graph.ended = self.graph.ended.or(self.cut(budget).map(Ended::By));
        }
        self.graph.full = self.space.full;
        // What was not looked at has no steps.
        let end = self.graph.edges.len() as u32;
        self.graph.facts[node as usize..].iter_mut().for_each(|facts| facts.first = end);
        Ok(())
    }

    fn expand(&mut self, node: Node, row: &[u32]) -> Result<(), Stop> {
        let width = self.space.width();
        let (state, phases) = (&row[..width], Phases(row[width]));
        let first = self.graph.edges.len() as u32;
        self.graph.facts[node as usize].first = first;
        for worker in 0..self.graph.workers {
            match self.space.step(state, worker)? {
                StepResult::Taken { changed, .. } => self.step(node, state, worker, changed),
                StepResult::NoEffect => self.step(node, state, worker, false),
                StepResult::Blocked => {
                    let facts = &mut self.graph.facts[node as usize];
                    facts.blocked |= 1 << worker;
                    // Without an entry section, it waits in its critical section.
                    facts.inside |= u8::from(self.space.location(state, worker).inside()) << worker;
                }
                StepResult::Fault => {
                    self.graph.fault = self.graph.fault.or(Some((node, worker)));
                }
                StepResult::NotDrained | StepResult::None | StepResult::LosesUpdate => {}
            }
            if let StepResult::Taken { .. } = self.space.drain(state, worker) {
                self.edge(node, Turn::drain(worker), phases, true, false);
            }
        }
        Ok(())
    }

    fn step(&mut self, node: Node, state: &[u32], worker: usize, changed: bool) {
        let phases = self.graph.facts(node).phases;
        let before = phases.of(worker);
        let at = |state| self.space.location(state, worker);
        let after = before.after(at(state), at(&self.space.after), self.space.ended);
        let enters = before.is_before() && (self.space.ended || !after.is_before());
        self.edge(node, Turn::of(worker), phases.with(worker, after), changed, enters);
    }

    fn edge(&mut self, node: Node, turn: Turn, phases: Phases, changed: bool, enters: bool) {
        let mut row = std::mem::take(&mut self.space.after);
        row.push(phases.0);
        let came = (node, self.graph.edges.len() as u32);
        let to = self.add(&row, came, self.graph.facts(node).depth + 1);
        self.space.after = row;
        reserve(&mut self.graph.edges, 1);
        let worker = turn.worker as u8;
        self.graph.edges.push(Edge { to, worker, drain: turn.drains(), changed, enters });
    }

    /// The number of a state, which is added if it is new.
    fn add(&mut self, row: &[u32], came: (Node, u32), depth: u32) -> Node {
        let node = self.store.number(row);
        if node as usize == self.graph.facts.len() {
            let (state, phases) = (&row[..self.space.width()], Phases(row[self.space.width()]));
            let empty = |&worker: &usize| self.space.buffer(state, worker).is_empty();
            let drained = (0..self.graph.workers).filter(empty).fold(0, |set, w| set | 1 << w);
            let is_inside = |&worker: &usize| phases.of(worker) == Phase::Inside;
            let inside = (0..self.graph.workers).filter(is_inside).fold(0, |set, w| set | 1 << w);
            let facts = Facts { first: 0, phases, inside, blocked: 0, drained, came, depth };
            reserve(&mut self.graph.facts, 1);
            self.graph.facts.push(facts);
            self.note_values(state);
        }
        node
    }

    fn note_values(&mut self, state: &[u32]) {
        for (at, value) in self.space.numbers(state).enumerate() {
            self.values[at].insert(value);
            if self.space.local.endless && self.values[at].len() > MOST_VALUES {
                self.graph.ended = Some(Ended::Grows(at));
            }
        }
    }

    fn cut(&self, budget: &mut Budget<'_>) -> Option<Cut> {
        let states = self.graph.len();
        if states as u64 > budget.states {
            return Some(Cut::States);
        }
        if budget.is_interrupted(states) {
            return Some(Cut::Interrupted);
        }
        // The analyses take some words for each state.
        let later = 96 * states + self.space.bytes();
        let bytes = self.graph.bytes() + self.store.next_bytes() + later;
        let numbers_end = self.graph.edges.len() > MOST_STEPS;
        (numbers_end || budget.exceeded_by(bytes)).then_some(Cut::Memory)
    }
}
