//! One schedule, followed step by step, with all values.

mod refusal;

use serde::Serialize;

use super::dataflow::{MOST_COPIES, Transfer, cells, memory};
use super::local_state::LocalStates;
use super::model::Token;
use super::section::Next;
use super::space::{Entry, Space, StepResult};
use super::stop::Stop;
use super::{Explorable, Memory, Values};
use crate::machine::{Needs, Program, Step};
use crate::machine::{PackedTally, Tally};
use crate::machine::{Schedule, Turn};
use std::sync::atomic::Ordering::Relaxed;

pub use refusal::{Refusal, WaitsFor, Why};

/// A schedule as it was followed.
#[derive(Clone, Debug, Serialize)]
pub struct Trace {
    /// The value that the resource holds at the end.
    #[serde(rename = "final")]
    pub value: i64,
    /// The updates that are in it.
    pub kept: Tally,
    /// Its steps.
    #[serde(rename = "steps")]
    pub events: Vec<Event>,
    /// What the workers share beside the resource, by name.
    #[serde(skip)]
    pub needs: Needs,
    /// Workers that have not finished, and never will: each waits for another.
    pub waiting: Vec<Held>,
    /// A worker (from 1) that would now give back a mutex that it does not hold, and which.
    pub fault: Option<(usize, String)>,
}

/// One step.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    /// Whose step it is.
    #[serde(serialize_with = "as_typed")]
    pub turn: Turn,
    /// What is done; of a step of a store buffer, what is written to memory.
    #[serde(skip)]
    pub step: Step<Token>,
    /// The same in words.
    #[serde(rename = "action")]
    pub words: String,
    /// What was read, or written, of the resource.
    pub value: Option<i64>,
    /// What was loaded; 1 for a `replace` that succeeded.
    pub answer: u64,
    /// The value that the resource holds after it.
    pub counter: i64,
    /// The worker (from 1) that was preempted by it.
    pub preempted: Option<usize>,
    /// It ended an attempt of `until` that failed.
    pub failed: bool,
    /// It wrote over updates, which are lost thereby.
    pub overwritten: Option<Overwritten>,
    /// Whether the worker is inside after it.
    pub inside: bool,
}

/// What a write took back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Overwritten {
    /// The step (from 1) by which the value was read that was written back.
    pub read_at: usize,
    /// What had been read there.
    pub seen: i64,
    /// Increments that were in the resource, and are not any more; fewer than 0 if older ones came
    /// back.
    pub increments: i64,
    /// Likewise decrements.
    pub decrements: i64,
}

/// What a worker holds, and what it waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The worker, from 1.
    pub worker: usize,
    /// The mutexes and permits that it has taken and not given back.
    pub holds: Vec<String>,
    /// What it waits for.
    pub waits_for: WaitsFor,
}

fn as_typed<S: serde::Serializer>(turn: &Turn, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(turn)
}

/// Follows `schedule`, in which also attempts of `until` may fail: their steps are taken as they
/// come.
///
/// # Errors
///
/// The step that cannot be taken, and who could have gone.
pub fn trace(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    schedule: &Schedule,
) -> Result<Trace, Refusal> {
    let needs = strategy.needs(program);
    let refused = |stop| Refusal { step: 1, turn: None, why: why(stop), could: Vec::new() };
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

/// Why a strategy cannot be followed at all.
fn why(stop: Stop) -> Why {
    match stop {
        Stop::OwnState => Why::OwnState,
        Stop::LimitExceeded | Stop::NeedsMoreDetail | Stop::AnswersMatter | Stop::NotSymmetric => {
            Why::Section
        }
    }
}

/// Where a value was read.
#[derive(Clone, Copy, Default)]
struct Origin {
    step: usize,
    seen: PackedTally,
}

struct Tracer<'a, 'c> {
    space: Space<'a, 'c>,
    program: &'c Program,
    needs: &'c Needs,
    state: Vec<u32>,
    origins: Vec<Origin>,
    /// What each worker has taken and not given back.
    holds: Vec<Vec<String>>,
    last: Option<usize>,
}

impl Tracer<'_, '_> {
    fn step(&mut self, step: usize, turn: Turn) -> Result<Event, Why> {
        if turn.worker >= self.program.workers {
            return Err(Why::Nobody);
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
        self.hold(turn.worker, step);
        if !turn.drain {
            self.last = Some(turn.worker);
        }
        let answer = if turn.drain { 0 } else { self.space.answered.value };
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

    /// A step as a timeline says it.
    fn words(&self, turn: Turn, step: Step<Token>, value: Option<i64>, answer: u64) -> String {
        let var = |var: crate::machine::Var| &self.needs.vars[var.0].0;
        let lock = |lock: crate::machine::Lock| &self.needs.locks[lock.0];
        let semaphore = |of: crate::machine::Semaphore| &self.needs.semaphores[of.0].0;
        let value = value.map_or_else(String::new, |value| value.to_string());
        let words = match step {
            Step::Read => format!("read {value}"),
            Step::Write(_) => format!("write {value}"),
            Step::Add(_) => format!("add, now {value}"),
            Step::Replace { .. } if answer == 1 => format!("replace: {value}"),
            Step::Replace { .. } => "replace: no".into(),
            Step::Load(of, _) => format!("load {} {answer}", var(of)),
            Step::Store(of, value, _) => format!("store {} {value}", var(of)),
            Step::Swap(of, value, _) => format!("swap {} {answer} {value}", var(of)),
            Step::FetchAdd(of, ..) => format!("take {} {answer}", var(of)),
            Step::Acquire(of) => format!("acquire {}", lock(of)),
            Step::Release(of) => format!("release {}", lock(of)),
            Step::Wait(of) => format!("wait {}", semaphore(of)),
            Step::Signal(of) => format!("signal {}", semaphore(of)),
            Step::Claim => {
                format!("claim copy {}", self.space.copy(&self.state, turn.worker) + 1)
            }
            Step::GiveBack => "give it back".into(),
        };
        if turn.drain { format!("drain: {words}") } else { words }
    }

    /// What a step does.
    fn pending(&self, turn: Turn) -> Option<Step<Token>> {
        match turn.drain {
            false => self.space.pending(&self.state, turn.worker).map(|pending| pending.step),
            true => self.space.buffer(&self.state, turn.worker).first().map(|entry| match entry {
                Entry::Resource => Step::Write(Token::default()),
                Entry::Var(var, value) => Step::Store(crate::machine::Var(*var), *value, Relaxed),
            }),
        }
    }

    /// Moves the origins of the values along, and says what was overwritten.
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

    fn hold(&mut self, worker: usize, step: Step<Token>) {
        let names = self.needs;
        let holds = &mut self.holds[worker];
        let mut give_back = |name: &String| {
            if let Some(at) = holds.iter().rposition(|held| held == name) {
                holds.remove(at);
            }
        };
        match step {
            Step::Release(lock) => give_back(&names.locks[lock.0]),
            Step::Signal(semaphore) => give_back(&names.semaphores[semaphore.0].0),
            Step::Acquire(lock) => holds.push(names.locks[lock.0].clone()),
            Step::Wait(semaphore) => holds.push(names.semaphores[semaphore.0].0.clone()),
            _ => {}
        }
    }

    fn why(&self, turn: Turn, refused: Result<StepResult, Stop>) -> Why {
        match refused {
            Ok(StepResult::None) if turn.drain => Why::Empty,
            Ok(StepResult::NotDrained) => Why::Undrained,
            Ok(StepResult::Fault) => Why::Fault,
            Ok(StepResult::Blocked) => {
                self.waits_for(turn.worker).map_or(Why::Finished, Why::Waits)
            }
            Err(stop) => why(stop),
            Ok(_) => Why::Finished,
        }
    }

    /// What a worker waits for that cannot go on.
    fn waits_for(&self, worker: usize) -> Option<WaitsFor> {
        let pending = match &*self.space.location(&self.state, worker).next {
            Next::Step(pending) => pending,
            Next::NeverSucceeds(attempts) => {
                return Some(WaitsFor::Until(attempts.last()?.words.into()));
            }
            Next::Finished => return None,
        };
        let name = |semaphore: usize| self.needs.semaphores[semaphore].0.clone();
        Some(match (pending.step, pending.attempts.last()) {
            (Step::Acquire(lock), _) => WaitsFor::Lock(self.needs.locks[lock.0].clone()),
            (Step::Wait(semaphore), _) => WaitsFor::Semaphore(name(semaphore.0)),
            (_, attempt) => WaitsFor::Until(attempt?.words.into()),
        })
    }

    /// What each worker that has not finished waits for, if it is a deadlock.
    fn waiting(&mut self) -> Vec<Held> {
        let unfinished = |worker: &usize| !self.space.finished(&self.state, *worker);
        let unfinished: Vec<usize> = (0..self.program.workers).filter(unfinished).collect();
        let drained = |worker| self.space.buffer(&self.state, worker).is_empty();
        let drained = (0..self.program.workers).all(drained);
        let waits = |worker: &usize| self.space.waits_for_others(&self.state, *worker) == Ok(true);
        if !drained || !unfinished.iter().all(waits) {
            return Vec::new();
        }
        let held = |worker: usize| {
            let holds = self.holds[worker].clone();
            Some(Held { worker: worker + 1, holds, waits_for: self.waits_for(worker)? })
        };
        unfinished.into_iter().filter_map(held).collect()
    }

    fn fault(&mut self) -> Option<(usize, String)> {
        (0..self.program.workers).find_map(|worker| {
            let taken = self.space.step(&self.state, worker);
            let Step::Release(lock) = self.space.pending(&self.state, worker)?.step else {
                return None;
            };
            let name = self.needs.locks[lock.0].clone();
            (taken == Ok(StepResult::Fault)).then_some((worker + 1, name))
        })
    }

    fn refusal(&mut self, step: usize, turn: Option<Turn>, why: Why) -> Refusal {
        let mut could = Vec::new();
        for worker in 0..self.program.workers {
            if let Ok(StepResult::Taken { .. } | StepResult::NoEffect) =
                self.space.step(&self.state, worker)
            {
                could.push(Turn::of(worker));
            }
            if let StepResult::Taken { .. } = self.space.drain(&self.state, worker) {
                could.push(Turn { worker, drain: true });
            }
        }
        Refusal { step, turn, why, could }
    }
}
