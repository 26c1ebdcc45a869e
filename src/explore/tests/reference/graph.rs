//! All raw states of a program, by breadth-first search, and the raw steps between them.

use std::collections::HashMap;
use std::rc::Rc;

use super::machine::{Event, Next, Place, ReferenceMachine};
use super::state::{Shared, Taken};
use crate::explore::Explorable;
use crate::machine::{Program, Section, Step, Turn};

/// A raw state: where each worker is, and what they share.
#[derive(Clone, PartialEq, Eq, Hash)]
struct State {
    places: Vec<usize>,
    shared: Shared,
}

/// A raw step.
pub(super) struct Edge {
    pub(super) turn: Turn,
    pub(super) to: usize,
    /// Whether it changed what is shared.
    pub(super) changed: bool,
    /// What it did to the worker's attempts.
    pub(super) events: Rc<[Event]>,
}

/// What a worker may do in a raw state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Finished,
    /// It has a step.
    Ready,
    /// It is not enabled.
    Blocked,
    /// It repeats an attempt without steps.
    Spins,
    /// It would release a lock that it does not hold.
    Fault,
}

/// A raw state that was reached.
pub(super) struct Node {
    pub(super) edges: Vec<Edge>,
    /// Of each worker.
    pub(super) status: Vec<Status>,
    /// The attempts that each worker is within.
    pub(super) depths: Vec<usize>,
    /// Whether each worker's store buffer is empty.
    pub(super) drained: Vec<bool>,
    /// Workers whose next step belongs to the critical section.
    pub(super) inside: usize,
    /// The final value and whether nothing was lost, if the program has ended.
    pub(super) end: Option<(i64, bool)>,
    /// The value of the resource in memory.
    pub(super) value: i64,
    /// Where each worker is.
    pub(super) places: Vec<usize>,
    /// What the first worker that would fault would release.
    pub(super) fault: Option<(usize, usize)>,
}

/// All raw states; the first is where the program starts.
pub(super) struct Graph {
    pub(super) workers: usize,
    pub(super) nodes: Vec<Node>,
    /// What happened to each worker's attempts before its first step.
    pub(super) first_events: Vec<Rc<[Event]>>,
    /// A store buffer had no room.
    pub(super) full: bool,
    /// Where workers can be.
    pub(super) places: Vec<Place>,
    /// Some step depends on values.
    pub(super) compares: bool,
}

impl Graph {
    /// `None` if there are more than `most` states.
    pub(super) fn new(
        strategy: &dyn Explorable,
        program: &Program,
        tso: bool,
        most: usize,
    ) -> Option<Self> {
        Self::of(Places::new(strategy, program, false), program, tso, most)
    }

    /// Where workers go round for ever, and all values are 0.
    pub(super) fn endless(
        strategy: &dyn Explorable,
        program: &Program,
        tso: bool,
        most: usize,
    ) -> Option<Self> {
        Self::of(Places::new(strategy, program, true), program, tso, most)
    }

    fn of(mut places: Places<'_>, program: &Program, tso: bool, most: usize) -> Option<Self> {
        let starts: Vec<usize> = (0..program.workers).map(|me| places.start(me)).collect();
        let first_events = starts.iter().map(|&at| Rc::clone(&places.known[at].events)).collect();
        let shared = Shared::new(&places.strategy.needs(program), program, tso);
        let mut graph = Self {
            workers: program.workers,
            nodes: Vec::new(),
            first_events,
            full: false,
            places: Vec::new(),
            compares: false,
        };
        let mut states = vec![State { places: starts, shared }];
        let mut numbers = HashMap::from([(states[0].clone(), 0)]);
        while let Some(state) = states.get(graph.nodes.len()).cloned() {
            let mut number = |state: State| {
                *numbers.entry(state).or_insert_with_key(|state| {
                    states.push(state.clone());
                    states.len() - 1
                })
            };
            let node = graph.expand(&state, program, &mut places, &mut number);
            graph.nodes.push(node);
            if states.len() > most {
                return None;
            }
        }
        let compares = |place: &Place| matches!(place.next, Next::Step(Step::Replace { .. }));
        graph.compares = places.known.iter().any(compares);
        graph.places = places.known;
        Some(graph)
    }

    fn expand(
        &mut self,
        state: &State,
        program: &Program,
        places: &mut Places<'_>,
        number: &mut dyn FnMut(State) -> usize,
    ) -> Node {
        let place = |me: usize| &places.known[state.places[me]];
        let all = 0..program.workers;
        let depths = all.clone().map(|me| place(me).depth).collect();
        let inside = all.clone().filter(|&me| place(me).is_inside()).count();
        let drained: Vec<bool> = all.clone().map(|me| state.shared.is_drained(me)).collect();
        let finished = all.clone().all(|me| place(me).next == Next::Finished);
        let end = finished && drained.iter().all(|drained| *drained);
        let end = end.then(|| state.shared.result(program));
        let (mut edges, mut status, mut fault) = (Vec::new(), Vec::new(), None);
        for me in all {
            status.push(self.step(state, me, places, &mut |turn, changed, events, after| {
                edges.push(Edge { turn, to: number(after), changed, events });
            }));
            if status[me] == Status::Fault && fault.is_none() {
                fault = places.known[state.places[me]].released().map(|lock| (me, lock));
            }
            if !drained[me] {
                let mut after = state.clone();
                after.shared.drain(me);
                let turn = Turn::drain(me);
                edges.push(Edge { turn, to: number(after), changed: true, events: [].into() });
            }
        }
        let value = state.shared.result(program).0;
        Node {
            value,
            edges,
            status,
            depths,
            drained,
            inside,
            end,
            places: state.places.clone(),
            fault,
        }
    }

    /// Takes the next step of worker `me`, if it can be taken.
    fn step(
        &mut self,
        state: &State,
        me: usize,
        places: &mut Places<'_>,
        add: &mut dyn FnMut(Turn, bool, Rc<[Event]>, State),
    ) -> Status {
        let from = state.places[me];
        let step = match places.known[from].next {
            Next::Finished => return Status::Finished,
            Next::Spins => return Status::Spins,
            Next::Step(step) => step,
        };
        let mut after = state.clone();
        match after.shared.take(me, step) {
            Taken::Yes { answer, changed } => {
                let (to, events) = places.after(me, from, answer);
                after.places[me] = to;
                if places.endless {
                    after.shared.forget_values();
                }
                add(Turn::of(me), changed, events, after);
                Status::Ready
            }
            Taken::Full => {
                self.full = true;
                Status::Blocked
            }
            Taken::Blocked | Taken::Undrained => Status::Blocked,
            Taken::Fault => Status::Fault,
        }
    }

    /// Whether `worker` is enabled in the sense of a preemption: it could take its next step, and
    /// if it is within an attempt, this attempt (the outermost) would succeed if no other worker
    /// ran.
    pub(super) fn is_enabled(&self, start: usize, worker: usize) -> bool {
        let mut depth = self.nodes[start].depths[worker];
        let within = depth > 0;
        let (mut seen, mut at) = (Vec::new(), start);
        while !seen.contains(&at) {
            seen.push(at);
            let node = &self.nodes[at];
            if node.status[worker] == Status::Fault {
                return true;
            }
            let edge = |turn| node.edges.iter().find(|e| e.turn == turn);
            // A worker that cannot take its step first lets its own stores drain.
            let edge = edge(Turn::of(worker)).or_else(|| edge(Turn::drain(worker)));
            let Some(edge) = edge else { return false };
            if !edge.turn.drains() && !within {
                return true;
            }
            for event in edge.events.iter() {
                match event {
                    Event::Began => depth += 1,
                    Event::Failed if depth == 1 => return false,
                    Event::Failed => {}
                    Event::Succeeded if depth == 1 => return true,
                    Event::Succeeded => depth -= 1,
                }
            }
            at = edge.to;
        }
        false
    }
}

impl Place {
    fn is_inside(&self) -> bool {
        matches!(self.next, Next::Step(_)) && self.section == Section::Critical
    }

    fn released(&self) -> Option<usize> {
        match self.next {
            Next::Step(Step::Release(lock) | Step::Sleep(_, lock)) => Some(lock.0),
            _ => None,
        }
    }
}

/// A worker, the sections that it has finished, its private variables, and the answers since.
type Key = (usize, usize, Box<[u64]>, Box<[u64]>);

/// The places that were met, so that the code is not run again for each state.
struct Places<'a> {
    strategy: &'a dyn Explorable,
    program: &'a Program,
    /// Where a worker's loop ends, it begins again.
    endless: bool,
    known: Vec<Place>,
    numbers: HashMap<Key, usize>,
    moves: HashMap<(usize, u64), Move>,
}

/// Where a worker is after an answer, and what that did to its attempts.
type Move = (usize, Rc<[Event]>);

impl<'a> Places<'a> {
    fn new(strategy: &'a dyn Explorable, program: &'a Program, endless: bool) -> Self {
        let (known, numbers, moves) = (Vec::new(), HashMap::new(), HashMap::new());
        Self { strategy, program, endless, known, numbers, moves }
    }

    fn start(&mut self, me: usize) -> usize {
        let place = self.first(me);
        self.number(me, place)
    }

    fn first(&self, me: usize) -> Place {
        let privates = self.strategy.needs(self.program).privates;
        self.run(me, 0, &vec![0; privates.len()], &[])
    }

    /// Where the worker is after its step got this answer.
    fn after(&mut self, me: usize, from: usize, answer: u64) -> Move {
        if let Some(known) = self.moves.get(&(from, answer)) {
            return known.clone();
        }
        let place = &self.known[from];
        let mut log = place.log.to_vec();
        log.push(answer);
        let mut after = self.run(me, place.sections, &place.privates, &log);
        if self.endless && after.next == Next::Finished {
            after = self.first(me);
        }
        let events = Rc::clone(&after.events);
        let to = self.number(me, after);
        self.moves.insert((from, answer), (to, Rc::clone(&events)));
        (to, events)
    }

    fn run(&self, me: usize, sections: usize, privates: &[u64], log: &[u64]) -> Place {
        let workers = self.program.workers;
        let mut machine = ReferenceMachine::new(me, workers, sections, privates, log);
        self.strategy.run_reference(&mut machine, self.program);
        machine.place()
    }

    fn number(&mut self, me: usize, place: Place) -> usize {
        let (privates, log) = (place.privates.clone(), place.log.clone());
        let (key, next) = ((me, place.sections, privates, log), place.next);
        let new = self.known.len();
        let number = *self.numbers.entry(key).or_insert(new);
        if number == new {
            self.known.push(place);
        }
        // A strategy that keeps state outside of the machine is noticed here.
        assert_eq!(self.known[number].next, next, "the same answers lead to the same step");
        number
    }
}
