//! Follows a schedule, and notes where each value was read.

use std::sync::atomic::Ordering::Relaxed;

use super::super::dataflow::{MOST_COPIES, Transfer, cells, memory};
use super::super::explorable::Explorable;
use super::super::local_state::LocalStates;
use super::super::memory::Memory;
use super::super::model::Token;
use super::super::space::{Entry, Space, StepResult};
use super::super::stop::Stop;
use super::super::values::Values;
use super::event::{Event, Overwritten, Trace};
use super::refusal::{Refusal, Why};
use crate::machine::{Guard, Needs, PackedTally, Program, Schedule, Step, Turn, TurnKind, Var};

/// Follows `schedule`, in which also attempts of `until` may fail: their steps are taken as they
/// come. All workers have to come to an end, or never will.
pub fn trace(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    schedule: &Schedule,
) -> Result<Trace, Refusal> {
    follow(strategy, program, memory, schedule, false)
}

/// Likewise, but the schedule may end early.
pub fn trace_part(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    schedule: &Schedule,
) -> Result<Trace, Refusal> {
    follow(strategy, program, memory, schedule, true)
}

fn follow(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    schedule: &Schedule,
    part: bool,
) -> Result<Trace, Refusal> {
    let endless = endless(program, schedule);
    let program = &endless;
    let needs = strategy.needs(program);
    let refused = |stop: Stop| Refusal { step: 1, turn: None, why: stop.into(), could: Vec::new() };
    let mut local = LocalStates::new(strategy, program, false).map_err(refused)?;
    local.keep_answers();
    let (space, state) =
        Space::new(&mut local, program, &needs, memory, Values::Exact, false).map_err(refused)?;
    let origins = vec![Origin::default(); cells(program.workers)];
    let holds = vec![Vec::new(); program.workers];
    let (last, steps) = (None, 0);
    let mut tracer = Tracer { space, program, needs: &needs, state, origins, holds, last, steps };
    let events = tracer.follow(schedule.turns())?;
    let fault = tracer.fault();
    let waiting = tracer.waiting();
    let ended = fault.is_some() || tracer.space.complete(&tracer.state) || !waiting.is_empty();
    if !ended && !part && schedule.round().is_none() {
        return Err(tracer.refusal(None, Why::TooShort));
    }
    let value = tracer.value();
    let kept = tracer.space.counters(&tracer.state).map(PackedTally::unpack).sum();
    let round = schedule.round().map(|from| tracer.round(from, &schedule.turns()[from..], &events));
    drop(tracer);
    let ended = ended && round.is_none();
    Ok(Trace { value, kept, events, needs, waiting, fault, round, ended })
}

/// If a round is to be repeated: the program with updates enough for two rounds, since each worker
/// goes through its loop at most once for each of its steps. A loop that is guarded as a whole has
/// an end, and keeps it.
fn endless(program: &Program, schedule: &Schedule) -> Program {
    match (schedule.round(), program.guard) {
        (Some(_), Guard::Update) => {
            Program { iters: 2 * schedule.steps() as u64 + 1, ..program.clone() }
        }
        (None, _) | (_, Guard::Loop) => program.clone(),
    }
}

/// Where a value was read.
#[derive(Clone, Copy, Default)]
struct Origin {
    step: usize,
    seen: PackedTally,
}

pub(super) struct Tracer<'a, 'c> {
    pub(super) space: Space<'a, 'c>,
    pub(super) program: &'c Program,
    pub(super) needs: &'c Needs,
    pub(super) state: Vec<u32>,
    origins: Vec<Origin>,
    /// What each worker has taken and not given back.
    pub(super) holds: Vec<Vec<String>>,
    last: Option<usize>,
    /// How many steps have been taken.
    pub(super) steps: usize,
}

impl Tracer<'_, '_> {
    pub(super) fn follow(&mut self, turns: &[Turn]) -> Result<Vec<Event>, Refusal> {
        let mut events = Vec::new();
        for &turn in turns {
            let event = match turn.kind {
                _ if turn.worker >= self.program.workers => Err(Why::NoWorker),
                TurnKind::Step | TurnKind::Drain => self.step(turn),
                TurnKind::Wait => self.wait(turn),
            };
            events.push(event.map_err(|why| self.refusal(Some(turn), why))?);
        }
        Ok(events)
    }

    /// The worker that is enabled and was the last to take a step, if another one follows.
    pub(super) fn preempted(&mut self, turn: Turn) -> Option<usize> {
        let other = self.last.filter(|&last| !turn.drains() && last != turn.worker)?;
        (self.space.enabled(&self.state, other) == Ok(true)).then_some(other + 1)
    }

    fn step(&mut self, turn: Turn) -> Result<Event, Why> {
        let pending = self.pending(turn);
        let preempted = self.preempted(turn);
        let taken = match turn.drains() {
            true => Ok(self.space.drain(&self.state, turn.worker)),
            false => self.space.step(&self.state, turn.worker),
        };
        let (transfer, failed) = match taken {
            Ok(StepResult::Taken { transfer, failed, .. }) => (transfer, failed),
            Ok(StepResult::NoEffect) => (Transfer::NONE, true),
            refused => return Err(self.why(turn, refused)),
        };
        let before =
            self.space.tallies(&self.state, memory(self.space.copy(&self.state, turn.worker)));
        let after = std::mem::take(&mut self.space.after);
        let old = std::mem::replace(&mut self.state, after);
        self.steps += 1;
        let overwritten = self.move_origins(turn, transfer, &old, before);
        let value = match (transfer.to(), transfer.read_by(turn.worker)) {
            // A section may end with a read: then the value is forgotten already.
            (_, Some((from, _))) => Some(self.space.tallies(&old, from).value()),
            (to, None) => to.map(|cell| self.space.tallies(&self.state, cell).value()),
        };
        let step = pending.ok_or(Why::Empty)?;
        let answer = if turn.drains() { 0 } else { self.space.answered.value };
        self.hold(turn.worker, step, answer);
        if !turn.drains() {
            self.last = Some(turn.worker);
        }
        Ok(Event {
            turn,
            number: Some(self.steps),
            step: Some(step),
            words: self.words(turn, step, value, answer),
            value,
            answer,
            counter: self.value(),
            preempted,
            failed,
            overwritten,
            inside: self.space.location(&self.state, turn.worker).inside(),
            waits: None,
        })
    }

    /// What a step does.
    pub(super) fn pending(&self, turn: Turn) -> Option<Step<Token>> {
        match turn.drains() {
            false => self.space.pending(&self.state, turn.worker).map(|pending| pending.step),
            true => self.space.buffer(&self.state, turn.worker).first().map(|entry| match entry {
                Entry::Resource => Step::Write(Token::default()),
                Entry::Var(var, value) => Step::Store(Var(*var), *value, Relaxed),
            }),
        }
    }

    /// Moves the origins with the values, and returns what was overwritten.
    fn move_origins(
        &mut self,
        turn: Turn,
        transfer: Transfer,
        old: &[u32],
        before: PackedTally,
    ) -> Option<Overwritten> {
        if let Some((from, to)) = transfer.read_by(turn.worker) {
            let seen = self.space.tallies(old, from);
            self.origins[usize::from(to)] = Origin { step: self.steps, seen };
            return None;
        }
        transfer.apply(&mut self.origins, |origin, _, _| origin);
        let to = transfer.to().filter(|&to| usize::from(to) < MOST_COPIES)?;
        if transfer.adds_in_memory() {
            return None;
        }
        let Origin { step: read_at, seen } = self.origins[usize::from(to)];
        let more = |now: u64, then: u64| now.cast_signed() - then.cast_signed();
        let increments = more(before.unpack().increments, seen.unpack().increments);
        let decrements = more(before.unpack().decrements, seen.unpack().decrements);
        let stale = before != seen;
        stale.then_some(Overwritten { read_at, seen: seen.value(), increments, decrements })
    }

    /// The value of the resource: the sum of its copies.
    pub(super) fn value(&self) -> i64 {
        self.space.counters(&self.state).map(PackedTally::value).sum()
    }
}
