//! All states that a schedule can lead to, with the real values.
//!
//! The [explorer](super::super::explore) leaves out attempts that fail, and values where it can.
//! Who builds a schedule step by step takes any step that can be taken, and wants to know of each
//! state what can still come of it. So here is every state and every step, without a reduction.

use num_bigint::BigUint;

use super::super::budget::{Bounds, Budget, Watch};
use super::super::refused::Refused;
use super::super::scc::components;
use super::super::space::StepResult;
use super::super::stop::Stop;
use super::super::store::StateStore;
use super::tracer::{Position, Tracer};
use crate::machine::Turn;

/// States, and the steps between them. The first is where it begins.
pub struct StateGraph {
    /// The states whose steps are known, by number.
    pub states: Vec<State>,
    /// All that can be reached was seen. If not, some steps lead to numbers that have no state.
    pub complete: bool,
    store: StateStore,
}

/// A state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The steps that can be taken.
    pub edges: Vec<Edge>,
    /// Whether a schedule ends here.
    pub end: Option<End>,
    /// How many workers are inside.
    pub inside: usize,
    /// A bit for each worker: whether it is enabled in the sense of a preemption.
    pub enabled: u8,
    /// Some worker is within an attempt that has left no trace: it may fail, and is then taken out
    /// of the schedule.
    pub undecided: bool,
}

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Whose step it is.
    pub turn: Turn,
    /// The state after it.
    pub to: usize,
    /// It ends an attempt that fails without a trace: interleavings do not count it.
    pub silent: bool,
}

/// How a schedule ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All workers have finished.
    Complete {
        /// The final value.
        value: i64,
        /// No update was lost.
        kept: bool,
    },
    /// Workers wait for one another, and nothing changes any more.
    Deadlock,
    /// A worker would give back a mutex that it does not hold.
    Fault,
}

impl StateGraph {
    /// For each state, whether the steps can go on for ever there, in a way that is weakly fair,
    /// while something changes.
    pub fn livelocks(&self) -> Vec<bool> {
        let states = &self.states;
        let mut found = vec![false; states.len()];
        let successors = |at: u32| {
            let known = states[at as usize].edges.iter().filter(|edge| edge.to < states.len());
            known.map(|edge| edge.to as u32).collect()
        };
        let mut component = vec![0; states.len()];
        for (number, members) in (1..).zip(components(states.len(), successors)) {
            let members = || members.iter().map(|&at| at as usize);
            members().for_each(|at| component[at] = number);
            let edges = || members().flat_map(|at| &states[at].edges);
            let stays = |edge: &&Edge| component.get(edge.to) == Some(&number);
            let fair = |left: &Edge| {
                let takes = |edge: &Edge| edge.turn == left.turn;
                edges().filter(stays).any(takes)
                    || !members().all(|at| states[at].edges.iter().any(takes))
            };
            let ends = members().any(|at| states[at].end.is_some());
            if !ends && edges().any(|edge| stays(&edge)) && edges().all(fair) {
                members().for_each(|at| found[at] = true);
            }
        }
        found
    }

    /// How many interleavings go on from each state: the sum over its steps, from the ends back. A
    /// state from which a cycle and then an end can be reached has no number. All states have to be
    /// known.
    pub fn interleavings(&self) -> Vec<Option<BigUint>> {
        let states = &self.states;
        let after = |at: usize| {
            let counted = states[at].edges.iter().filter(|edge| !edge.silent);
            counted.map(|edge| edge.to)
        };
        let successors = |at: u32| after(at as usize).map(|to| to as u32).collect();
        let mut counts = vec![Some(BigUint::ZERO); states.len()];
        let mut component = vec![0; states.len()];
        for (number, members) in (1..).zip(components(states.len(), successors)) {
            members.iter().for_each(|&at| component[at as usize] = number);
            let members = || members.iter().map(|&at| at as usize);
            let stays = |to: &usize| component[*to] == number;
            let ends = members().filter(|&at| matches!(states[at].end, Some(End::Complete { .. })));
            let leaving = members().flat_map(after).filter(|to| !stays(to));
            let rest: Option<BigUint> = leaving.map(|to| counts[to].clone()).sum();
            let cyclic = members().flat_map(after).any(|to| stays(&to));
            let count = rest.map(|rest| rest + ends.count());
            let count = count.filter(|count| !cyclic || *count == BigUint::ZERO);
            members().for_each(|at| counts[at].clone_from(&count));
        }
        counts
    }

    /// The number of the state that a schedule is in, if it was met.
    pub fn number(&self, position: &Position) -> Option<usize> {
        let number = self.store.find(&position.state)? as usize;
        (number < self.states.len()).then_some(number)
    }
}

impl Tracer<'_, '_> {
    /// All states from the present one on. `watch` is told now and then how many were met, and may
    /// break off.
    pub fn graph(&mut self, bounds: &Bounds, watch: Watch<'_>) -> Result<StateGraph, Refused> {
        let mut budget = Budget::new(bounds, watch);
        let mut store = StateStore::new(self.space.width());
        let (mut states, mut state) = (Vec::<State>::new(), Vec::new());
        let (mut edges, mut cut) = (0, false);
        store.number(&self.at.state);
        while !cut && states.len() < store.len() {
            store.get(states.len() as u32, &mut state);
            let new = self.expand(&state, &mut store)?;
            edges += new.edges.len();
            states.push(new);
            cut = store.len() as u64 > budget.states;
            if !cut && states.len().is_multiple_of(256) {
                let of_states = size_of::<State>() * states.capacity() + size_of::<Edge>() * edges;
                // What is computed afterwards takes as much again.
                let bytes = store.next_bytes() + 2 * of_states + self.space.bytes();
                cut = budget.is_interrupted(store.len()) || budget.exceeded_by(bytes);
            }
        }
        self.space.local.check_again()?;
        let complete = !cut && !self.space.full;
        Ok(StateGraph { states, complete, store })
    }

    fn expand(&mut self, state: &[u32], store: &mut StateStore) -> Result<State, Stop> {
        let (mut edges, mut enabled, mut end, mut undecided) = (Vec::new(), 0, None, false);
        for worker in 0..self.space.workers() {
            let taken = self.space.step(state, worker)?;
            let silent = taken == StepResult::NoEffect;
            if silent || matches!(taken, StepResult::Taken { .. }) {
                let to = store.number(&self.space.after) as usize;
                edges.push(Edge { turn: Turn::of(worker), to, silent });
            }
            if taken == StepResult::Fault {
                end = Some(End::Fault);
            }
            if let StepResult::Taken { .. } = self.space.drain(state, worker) {
                let to = store.number(&self.space.after) as usize;
                edges.push(Edge { turn: Turn::drain(worker), to, silent: false });
            }
            enabled |= u8::from(self.space.enabled(state, worker)?) << worker;
            undecided |= self.space.location(state, worker).undecided();
        }
        if self.space.complete(state) {
            let value = self.space.counters(state).map(|copy| copy.value()).sum();
            end = Some(End::Complete { value, kept: self.space.kept(state) });
        } else if self.space.is_deadlock(state)? {
            end = Some(End::Deadlock);
        }
        let inside = self.space.inside(state);
        Ok(State { edges, end, inside, enabled, undecided })
    }
}
