//! Mutual exclusion, progress and bounded waiting by their definitions, without components.
//!
//! A state is a raw state, and for each worker how far it is in its update. Progress is decided by
//! the fixed point of Emerson and Lei (1986): the states from which a fair run without an entry
//! leads. Bounded waiting is decided by counting: which states can be reached after 1, 2, ... entries.

use std::collections::{HashMap, HashSet};

use super::graph::{Graph, Status};
use super::machine::{Next, Place};
use crate::explore::{Explorable, Memory};
use crate::machine::{Program, Section, Step, Turn};

/// The three answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::explore::tests) struct Answers {
    pub(in crate::explore::tests) most_inside: usize,
    pub(in crate::explore::tests) progress: bool,
    /// The most that a worker is passed; nothing if there is no bound.
    pub(in crate::explore::tests) passed: Option<u32>,
}

/// Without `endless` each worker makes as many updates as `program` says. Nothing where there are too
/// many states, or a store buffer has no room, or steps depend on values.
pub(in crate::explore::tests) fn answers(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    endless: bool,
    most: usize,
) -> Option<Answers> {
    let tso = memory == Memory::Tso;
    let graph = match endless {
        // Two updates, so that the end of one can be told from the end of an attempt.
        true => Graph::endless(strategy, &Program { iters: 2, ..program.clone() }, tso, most),
        false => Graph::new(strategy, program, tso, most),
    }?;
    if graph.full || endless && graph.compares {
        return None;
    }
    let states = States::new(&graph);
    let fault = graph.nodes.iter().any(|node| node.fault.is_some());
    let passed = (0..graph.workers).map(|me| states.passed(me));
    Some(Answers {
        most_inside: states.most_inside(),
        progress: !fault && states.has_progress(),
        // Nothing is more than any number.
        passed: passed.max_by_key(|passed| passed.unwrap_or(u32::MAX)).flatten(),
    })
}

/// How far a worker is in its update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Phase {
    Remainder,
    Entry { requested: bool },
    Inside,
    Exit,
}

struct Move {
    turn: Turn,
    to: usize,
    enters: bool,
}

struct State {
    raw: usize,
    phases: Vec<Phase>,
    moves: Vec<Move>,
}

struct States<'g> {
    graph: &'g Graph,
    all: Vec<State>,
}

/// Sections of an update: entry, critical, exit.
const SECTIONS: usize = 3;

impl<'g> States<'g> {
    fn new(graph: &'g Graph) -> Self {
        let first = (0, vec![Phase::Remainder; graph.workers]);
        let mut numbers = HashMap::from([(first.clone(), 0)]);
        let mut met = vec![first];
        let mut all = Vec::new();
        while let Some((raw, phases)) = met.get(all.len()).cloned() {
            let mut moves = Vec::new();
            for edge in &graph.nodes[raw].edges {
                let (me, mut after) = (edge.turn.worker, phases.clone());
                let mut enters = false;
                if !edge.turn.drains() {
                    let place = |node: usize| &graph.places[graph.nodes[node].places[me]];
                    let (from, to) = (place(raw), place(edge.to));
                    after[me] = stage_after(phases[me], from, to);
                    let before = matches!(phases[me], Phase::Remainder | Phase::Entry { .. });
                    enters = before && (is_next(from, to) || entry_is_over(after[me]));
                }
                let new = (edge.to, after);
                let to = *numbers.entry(new).or_insert_with_key(|new| {
                    met.push(new.clone());
                    met.len() - 1
                });
                moves.push(Move { turn: edge.turn, to, enters });
            }
            all.push(State { raw, phases, moves });
        }
        Self { graph, all }
    }

    fn most_inside(&self) -> usize {
        let inside = |state: &State| {
            let raw = &self.graph.nodes[state.raw];
            let waits = |me: usize| {
                let section = self.graph.places[raw.places[me]].section;
                let blocked = matches!(raw.status[me], Status::Blocked) && raw.drained[me];
                blocked && section == Section::Critical
            };
            let phases = state.phases.iter().enumerate();
            phases.filter(|&(me, phase)| *phase == Phase::Inside || waits(me)).count()
        };
        self.all.iter().map(inside).max().unwrap_or(0)
    }

    fn is_blocked(&self, state: usize, me: usize) -> bool {
        let raw = &self.graph.nodes[self.all[state].raw];
        // A worker that waits for its own store buffer waits for nobody.
        match raw.status[me] {
            Status::Blocked => raw.drained[me],
            Status::Spins => true,
            Status::Finished | Status::Ready | Status::Fault => false,
        }
    }

    /// By counting: the states after at least so many entries of others, until there are none, or
    /// until there are never fewer.
    fn passed(&self, me: usize) -> Option<u32> {
        let own = |step: &&Move| !step.turn.drains() && step.turn.worker == me;
        let others = |state: usize| {
            self.all[state].moves.iter().filter(move |step| !(step.enters && own(step)))
        };
        let closed = |first: HashSet<usize>| {
            let (mut met, mut open) = (first.clone(), Vec::from_iter(first));
            while let Some(state) = open.pop() {
                open.extend(others(state).map(|step| step.to).filter(|&to| met.insert(to)));
            }
            met
        };
        let requests = |&state: &usize| match self.all[state].phases[me] {
            Phase::Entry { requested } => requested,
            Phase::Remainder => self.is_blocked(state, me),
            Phase::Inside | Phase::Exit => false,
        };
        let mut met = closed((0..self.all.len()).filter(requests).collect());
        for times in 0.. {
            let entries = met.iter().flat_map(|&state| others(state)).filter(|step| step.enters);
            let next = closed(entries.map(|step| step.to).collect());
            if next.is_empty() {
                return Some(times);
            }
            if next == met {
                return None;
            }
            met = next;
        }
        None
    }

    fn has_progress(&self) -> bool {
        let everybody = (1_u32 << self.graph.workers) - 1;
        (0..everybody).all(|resting| !self.is_stuck(&|me| resting >> me & 1 == 1))
    }

    /// Whether a fair run without an entry exists, in which exactly these workers rest.
    fn is_stuck(&self, rests: &dyn Fn(usize) -> bool) -> bool {
        let workers = 0..self.graph.workers;
        let remainder = |state: &usize, me| self.all[*state].phases[me] == Phase::Remainder;
        let all_rest =
            |state: &usize| workers.clone().filter(|&me| rests(me)).all(|me| remainder(state, me));
        let mut left: HashSet<usize> = (0..self.all.len()).filter(all_rest).collect();
        loop {
            let before = left.len();
            for me in workers.clone() {
                if !rests(me) {
                    left = self.can_serve(&left, Turn::of(me), rests);
                }
                left = self.can_serve(&left, Turn::drain(me), rests);
            }
            if left.len() == before {
                return !left.is_empty();
            }
        }
    }

    /// Of these states, those from which, within them, the turn can be taken, or need not be.
    fn can_serve(
        &self,
        within: &HashSet<usize>,
        turn: Turn,
        rests: &dyn Fn(usize) -> bool,
    ) -> HashSet<usize> {
        let moves = |state: usize| {
            let stays = |step: &&Move| {
                let rests = !step.turn.drains() && rests(step.turn.worker);
                !step.enters && !rests && within.contains(&step.to)
            };
            self.all[state].moves.iter().filter(stays)
        };
        let needless = |state: usize| match turn.drains() {
            true => self.graph.nodes[self.all[state].raw].drained[turn.worker],
            false => self.is_blocked(state, turn.worker),
        };
        let served = |&state: &usize| needless(state) || moves(state).any(|step| step.turn == turn);
        let mut found: HashSet<usize> = within.iter().copied().filter(served).collect();
        loop {
            let leads = |state: &&usize| {
                !found.contains(*state) && moves(**state).any(|step| found.contains(&step.to))
            };
            let more: Vec<usize> = within.iter().filter(leads).copied().collect();
            if more.is_empty() {
                return found;
            }
            found.extend(more);
        }
    }
}

/// Whether another update has begun.
fn is_next(from: &Place, to: &Place) -> bool {
    from.sections / SECTIONS != to.sections / SECTIONS
}

fn entry_is_over(phase: Phase) -> bool {
    matches!(phase, Phase::Inside | Phase::Exit)
}

fn stage_after(phase: Phase, from: &Place, to: &Place) -> Phase {
    if is_next(from, to) {
        return Phase::Remainder;
    }
    match to.section {
        Section::Entry => {
            let may_wait = |at: &Place| match at.next {
                Next::Step(step) => at.depth > 0 || may_block(step),
                Next::Spins => true,
                Next::Finished => false,
            };
            let already = phase == Phase::Entry { requested: true };
            Phase::Entry { requested: already || may_wait(from) || may_wait(to) }
        }
        Section::Exit => Phase::Exit,
        _ => Phase::Inside,
    }
}

fn may_block<V>(step: Step<V>) -> bool {
    matches!(step, Step::Acquire(_) | Step::Wait(_) | Step::Wake(..))
}
