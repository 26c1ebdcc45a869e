//! Follows a schedule, step by step, and notes where each value was read.

use std::sync::atomic::Ordering::Relaxed;

use super::super::dataflow::{MOST_COPIES, Transfer, cells, memory};
use super::super::explorable::Explorable;
use super::super::local_state::LocalStates;
use super::super::memory::Memory;
use super::super::model::Token;
use super::super::refused::Refused;
use super::super::space::{Entry, Space, StepResult};
use super::super::values::Values;
use super::event::{Event, Overwritten, Trace};
use super::refusal::{Refusal, Why};
use crate::machine::{Guard, PackedTally, Program, Schedule, Step, Turn, TurnKind, Var};

/// How often a round is repeated at most, to find a state that was there before.
pub(super) const MOST_ROUNDS: usize = 64;

/// Follows `schedule`, in which also attempts of `until` may fail: their steps are taken as they
/// come. Unless it is a `part`, all workers have to come to an end, or never will.
pub fn trace(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    schedule: &Schedule,
    part: bool,
) -> Result<Trace, Refusal> {
    let endless = endless(program, schedule);
    let refused =
        |why: Refused| Refusal { step: 1, turn: None, why: Why::Refused(why), could: vec![] };
    let mut traced = TracedProgram::new(strategy, &endless, memory).map_err(refused)?;
    let mut tracer = traced.start().map_err(refused)?;
    let events = tracer.follow(schedule.turns())?;
    let mut trace = tracer.finish(events, part || schedule.round().is_some())?;
    let round = |from| tracer.round(from, &schedule.turns()[from..], &trace.events);
    trace.round = schedule.round().map(round);
    trace.ended &= trace.round.is_none();
    Ok(trace)
}

/// If a round is to be repeated: the program with updates enough for all rounds, since each worker
/// goes through its loop at most once for each of its steps. A loop that is guarded as a whole has
/// an end, and keeps it.
fn endless(program: &Program, schedule: &Schedule) -> Program {
    match (schedule.round(), program.guard) {
        (Some(_), Guard::Update) => {
            Program { iters: (MOST_ROUNDS * schedule.steps()) as u64 + 1, ..program.clone() }
        }
        (None, _) | (_, Guard::Loop) => program.clone(),
    }
}

/// A program under a strategy, of which schedules are followed.
pub struct TracedProgram<'a> {
    memory: Memory,
    pub(super) local: LocalStates<'a>,
}

impl<'a> TracedProgram<'a> {
    /// Runs the strategy's code as far as its first steps.
    pub fn new(
        strategy: &'a dyn Explorable,
        program: &Program,
        memory: Memory,
    ) -> Result<Self, Refused> {
        let mut local = LocalStates::new(strategy, program, false)?;
        local.keep_answers();
        Ok(Self { memory, local })
    }

    /// Before the first step.
    pub fn start(&mut self) -> Result<Tracer<'a, '_>, Refused> {
        let (space, state) = Space::new(&mut self.local, self.memory, Values::Exact, false)?;
        let origins = vec![Origin::default(); cells(space.workers())];
        let holds = vec![Vec::new(); space.workers()];
        let at = Position { state, origins, holds, last: None, steps: 0 };
        Ok(Tracer { space, at })
    }
}

/// Where a value was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Origin {
    step: usize,
    seen: PackedTally,
}

/// A schedule as far as it has come.
pub struct Tracer<'a, 'c> {
    pub(super) space: Space<'a, 'c>,
    pub(super) at: Position,
}

/// Where a schedule is, to go back to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    pub(super) state: Vec<u32>,
    origins: Vec<Origin>,
    /// What each worker has taken and not given back.
    pub(super) holds: Vec<Vec<String>>,
    last: Option<usize>,
    /// How many steps have been taken.
    pub(super) steps: usize,
}

impl Tracer<'_, '_> {
    /// Takes the next step, or stands where a worker has to wait. If that cannot be done, nothing has
    /// changed.
    pub fn take(&mut self, turn: Turn) -> Result<Event, Refusal> {
        let event = match turn.kind {
            _ if turn.worker >= self.space.workers() => Err(Why::NoWorker),
            TurnKind::Step | TurnKind::Drain => self.step(turn),
            TurnKind::Wait => self.wait(turn),
        };
        event.map_err(|why| self.refusal(Some(turn), why))
    }

    pub(super) fn follow(&mut self, turns: &[Turn]) -> Result<Vec<Event>, Refusal> {
        turns.iter().map(|&turn| self.take(turn)).collect()
    }

    /// Where the schedule is.
    pub fn position(&self) -> Position {
        self.at.clone()
    }

    /// Goes back, or forward again, to where the schedule was.
    pub fn go_to(&mut self, position: Position) {
        self.at = position;
    }

    /// The worker (from 0) that took the last step of its own.
    pub fn last(&self) -> Option<usize> {
        self.at.last
    }

    /// The schedule so far as plain data; unless `partial`, it has to have come to its end.
    pub fn finish(&mut self, events: Vec<Event>, partial: bool) -> Result<Trace, Refusal> {
        let fault = self.fault();
        let waiting = self.waiting();
        let ended = fault.is_some() || self.space.complete(&self.at.state) || !waiting.is_empty();
        if !ended && !partial {
            return Err(self.refusal(None, Why::TooShort));
        }
        let kept = self.space.counters(&self.at.state).map(PackedTally::unpack).sum();
        let (value, needs) = (self.value(), self.space.needs().clone());
        Ok(Trace { value, kept, events, needs, waiting, fault, ended, round: None })
    }

    /// The worker that is enabled and was the last to take a step, if another one follows.
    pub(super) fn preempted(&mut self, turn: Turn) -> Option<usize> {
        let other = self.at.last.filter(|&last| !turn.drains() && last != turn.worker)?;
        (self.space.enabled(&self.at.state, other) == Ok(true)).then_some(other + 1)
    }

    fn step(&mut self, turn: Turn) -> Result<Event, Why> {
        let pending = self.pending(turn);
        let preempted = self.preempted(turn);
        let taken = match turn.drains() {
            true => Ok(self.space.drain(&self.at.state, turn.worker)),
            false => self.space.step(&self.at.state, turn.worker),
        };
        let (transfer, failed) = match taken {
            Ok(StepResult::Taken { transfer, failed, .. }) => (transfer, failed),
            Ok(StepResult::NoEffect) => (Transfer::NONE, true),
            refused => return Err(self.why(turn, refused)),
        };
        let after = std::mem::take(&mut self.space.after);
        let old = std::mem::replace(&mut self.at.state, after);
        self.at.steps += 1;
        let overwritten = self.move_origins(turn.worker, transfer, &old);
        let value = match (transfer.to(), transfer.read_by(turn.worker)) {
            // A section may end with a read: then the value is forgotten already.
            (_, Some((from, _))) => Some(self.space.tallies(&old, from).value()),
            (to, None) => to.map(|cell| self.space.tallies(&self.at.state, cell).value()),
        };
        let copy = self.space.copy(&old, turn.worker);
        let before = self.space.tallies(&old, memory(copy)).value();
        let step = pending.ok_or(Why::Empty)?;
        let answer = if turn.drains() { 0 } else { self.space.answered.value };
        self.hold(turn.worker, step, answer);
        if !turn.drains() {
            self.at.last = Some(turn.worker);
        }
        Ok(Event {
            turn,
            number: Some(self.at.steps),
            step: Some(step),
            words: self.words(turn, step, before, value, answer),
            value,
            answer,
            counter: self.value(),
            preempted,
            failed,
            overwritten,
            inside: self.space.location(&self.at.state, turn.worker).inside(),
            waits: None,
        })
    }

    /// What a step does.
    pub(super) fn pending(&self, turn: Turn) -> Option<Step<Token>> {
        match turn.drains() {
            false => self.space.pending(&self.at.state, turn.worker).map(|pending| pending.step),
            true => {
                self.space.buffer(&self.at.state, turn.worker).first().map(|entry| match entry {
                    Entry::Resource => Step::Write(Token::default()),
                    Entry::Var(var, value) => Step::Store(Var(*var), *value, Relaxed),
                })
            }
        }
    }

    /// Moves the origins with the values, and returns what was overwritten.
    fn move_origins(
        &mut self,
        worker: usize,
        transfer: Transfer,
        old: &[u32],
    ) -> Option<Overwritten> {
        if let Some((from, to)) = transfer.read_by(worker) {
            let seen = self.space.tallies(old, from);
            self.at.origins[usize::from(to)] = Origin { step: self.at.steps, seen };
            return None;
        }
        transfer.apply(&mut self.at.origins, |origin, _, _| origin);
        let to = transfer.to().filter(|&to| usize::from(to) < MOST_COPIES)?;
        if transfer.adds_in_memory() {
            return None;
        }
        let before = self.space.tallies(old, memory(self.space.copy(old, worker)));
        let Origin { step: read_at, seen } = self.at.origins[usize::from(to)];
        let more = |now: u64, then: u64| now.cast_signed() - then.cast_signed();
        let increments = more(before.unpack().increments, seen.unpack().increments);
        let decrements = more(before.unpack().decrements, seen.unpack().decrements);
        let stale = before != seen;
        stale.then_some(Overwritten { read_at, seen: seen.value(), increments, decrements })
    }

    /// The value of the resource: the sum of its copies.
    pub(super) fn value(&self) -> i64 {
        self.space.counters(&self.at.state).map(PackedTally::value).sum()
    }
}
