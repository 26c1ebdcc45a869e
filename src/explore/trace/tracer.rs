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
use crate::machine::{Needs, PackedTally, Program, Schedule, Step, Turn, Var};

/// Follows `schedule`, in which also attempts of `until` may fail: their steps are taken as they
/// come.
pub fn trace(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    schedule: &Schedule,
) -> Result<Trace, Refusal> {
    let needs = strategy.needs(program);
    let refused = |stop: Stop| Refusal { step: 1, turn: None, why: stop.into(), could: Vec::new() };
    let mut local = LocalStates::new(strategy, program, false).map_err(refused)?;
    local.keep_answers();
    let (space, state) =
        Space::new(&mut local, program, &needs, memory, Values::Exact, false).map_err(refused)?;
    let origins = vec![Origin::default(); cells(program.workers)];
    let holds = vec![Vec::new(); program.workers];
    let mut tracer = Tracer { space, program, needs: &needs, state, origins, holds, last: None };
    let mut events = Vec::new();
    for (at, &turn) in schedule.turns().iter().enumerate() {
        let event = tracer.step(at + 1, turn);
        events.push(event.map_err(|why| tracer.refusal(at + 1, Some(turn), why))?);
    }
    let fault = tracer.fault();
    let waiting = tracer.waiting();
    let ended = fault.is_some() || tracer.space.complete(&tracer.state) || !waiting.is_empty();
    match ended {
        false => Err(tracer.refusal(events.len() + 1, None, Why::TooShort)),
        true => {
            let value = tracer.value();
            let kept = tracer.space.counters(&tracer.state).map(PackedTally::unpack).sum();
            drop(tracer);
            Ok(Trace { value, kept, events, needs, waiting, fault })
        }
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
}

impl Tracer<'_, '_> {
    fn step(&mut self, step: usize, turn: Turn) -> Result<Event, Why> {
        if turn.worker >= self.program.workers {
            return Err(Why::NoWorker);
        }
        let pending = self.pending(turn);
        let preempted = self.last.filter(|&last| {
            let enabled = self.space.enabled(&self.state, last);
            !turn.drain && last != turn.worker && enabled == Ok(true)
        });
        let taken = match turn.drain {
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
        let overwritten = self.follow(step, turn, transfer, &old, before);
        let value = match (transfer.to(), transfer.read_by(turn.worker)) {
            // A section may end with a read: then the value is forgotten already.
            (_, Some((from, _))) => Some(self.space.tallies(&old, from).value()),
            (to, None) => to.map(|cell| self.space.tallies(&self.state, cell).value()),
        };
        let step = pending.ok_or(Why::Empty)?;
        let answer = if turn.drain { 0 } else { self.space.answered.value };
        self.hold(turn.worker, step, answer);
        if !turn.drain {
            self.last = Some(turn.worker);
        }
        Ok(Event {
            turn,
            step,
            words: self.words(turn, step, value, answer),
            value,
            answer,
            counter: self.value(),
            preempted: preempted.map(|worker| worker + 1),
            failed,
            overwritten,
            inside: self.space.location(&self.state, turn.worker).inside(),
        })
    }

    /// What a step does.
    fn pending(&self, turn: Turn) -> Option<Step<Token>> {
        match turn.drain {
            false => self.space.pending(&self.state, turn.worker).map(|pending| pending.step),
            true => self.space.buffer(&self.state, turn.worker).first().map(|entry| match entry {
                Entry::Resource => Step::Write(Token::default()),
                Entry::Var(var, value) => Step::Store(Var(*var), *value, Relaxed),
            }),
        }
    }

    /// Moves the origins with the values, and returns what was overwritten.
    fn follow(
        &mut self,
        step: usize,
        turn: Turn,
        transfer: Transfer,
        old: &[u32],
        before: PackedTally,
    ) -> Option<Overwritten> {
        if let Some((from, to)) = transfer.read_by(turn.worker) {
            let seen = self.space.tallies(old, from);
            self.origins[usize::from(to)] = Origin { step, seen };
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
    fn value(&self) -> i64 {
        self.space.counters(&self.state).map(PackedTally::value).sum()
    }
}
