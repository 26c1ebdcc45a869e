//! What workers hold and wait for, and why a step cannot be taken.

use super::super::model::Token;
use super::super::section::Next;
use super::super::space::StepResult;
use super::super::stop::Stop;
use super::event::{Event, Held, Waits};
use super::refusal::{Refusal, WaitsFor, Why};
use super::tracer::Tracer;
use crate::machine::{Step, Turn};

impl Tracer<'_, '_> {
    pub(super) fn hold(&mut self, worker: usize, step: Step<Token>, answer: u64) {
        let names = self.space.needs();
        let holds = &mut self.at.holds[worker];
        let mut give_back = |name: &String| {
            if let Some(at) = holds.iter().rposition(|held| held == name) {
                holds.remove(at);
            }
        };
        match step {
            Step::Release(lock) | Step::Sleep(_, lock) => give_back(&names.locks[lock.0]),
            Step::Signal(semaphore) => give_back(&names.semaphores[semaphore.0].0),
            Step::TryAcquire(_) | Step::TryWait(_) if answer == 0 => {}
            Step::Acquire(lock) | Step::TryAcquire(lock) | Step::Wake(_, lock) => {
                holds.push(names.locks[lock.0].clone());
            }
            Step::Wait(semaphore) | Step::TryWait(semaphore) => {
                holds.push(names.semaphores[semaphore.0].0.clone());
            }
            _ => {}
        }
    }

    /// A worker that has to wait: nothing is changed.
    pub(super) fn wait(&mut self, turn: Turn) -> Result<Event, Why> {
        let worker = turn.worker;
        if self.space.finished(&self.at.state, worker) {
            return Err(Why::Finished);
        }
        let waits = self
            .space
            .waits_for_others(&self.at.state, worker)
            .map_err(|stop| Why::Refused(stop.into()))?;
        let waits_for = self.waits_for(worker).filter(|_| waits).ok_or(Why::NotWaiting)?;
        let held_by = self.holders(&waits_for).into_iter().map(|of| of + 1).collect();
        Ok(Event {
            turn,
            number: None,
            step: None,
            words: format!("waits {waits_for}"),
            value: None,
            answer: 0,
            counter: self.value(),
            preempted: self.preempted(turn),
            failed: false,
            overwritten: None,
            inside: self.space.location(&self.at.state, worker).inside(),
            waits: Some(Waits { waits_for, held_by }),
        })
    }

    pub(super) fn why(&self, turn: Turn, refused: Result<StepResult, Stop>) -> Why {
        match refused {
            Ok(StepResult::None) if turn.drains() => Why::Empty,
            Ok(StepResult::NotDrained) => Why::Undrained,
            Ok(StepResult::Fault) => Why::Fault,
            Ok(StepResult::Blocked) => {
                self.waits_for(turn.worker).map_or(Why::Finished, Why::Waits)
            }
            Err(stop) => Why::Refused(stop.into()),
            Ok(_) => Why::Finished,
        }
    }

    /// What a worker waits for that cannot go on.
    pub(super) fn waits_for(&self, worker: usize) -> Option<WaitsFor> {
        let pending = match &*self.space.location(&self.at.state, worker).next {
            Next::Step(pending) => pending,
            Next::NeverSucceeds(attempts) => {
                return Some(WaitsFor::Until(attempts.last()?.words.into()));
            }
            Next::Finished => return None,
        };
        let name = |semaphore: usize| self.space.needs().semaphores[semaphore].0.clone();
        let notified = || self.space.notifications(&self.at.state, worker) > 0;
        Some(match (pending.step, pending.attempts.last()) {
            (Step::Wake(condition, _), _) if !notified() => {
                WaitsFor::Condition(self.space.needs().conditions[condition.0].clone())
            }
            (Step::Acquire(lock) | Step::Wake(_, lock), _) => {
                WaitsFor::Lock(self.space.needs().locks[lock.0].clone())
            }
            (Step::Wait(semaphore), _) => WaitsFor::Semaphore(name(semaphore.0)),
            (_, attempt) => WaitsFor::Until(attempt?.words.into()),
        })
    }

    /// What each worker that has not finished waits for, if it is a deadlock.
    pub(super) fn waiting(&mut self) -> Vec<Held> {
        if self.space.is_deadlock(&self.at.state) != Ok(true) {
            return Vec::new();
        }
        let held = |worker: usize| {
            let holds = self.at.holds[worker].clone();
            Some(Held { worker: worker + 1, holds, waits_for: self.waits_for(worker)? })
        };
        let unfinished = |worker: &usize| !self.space.finished(&self.at.state, *worker);
        (0..self.space.workers()).filter(unfinished).filter_map(held).collect()
    }

    pub(super) fn fault(&mut self) -> Option<(usize, String)> {
        (0..self.space.workers()).find_map(|worker| {
            let taken = self.space.step(&self.at.state, worker);
            let step = self.space.pending(&self.at.state, worker)?.step;
            let (Step::Release(lock) | Step::Sleep(_, lock)) = step else { return None };
            let name = self.space.needs().locks[lock.0].clone();
            (taken == Ok(StepResult::Fault)).then_some((worker + 1, name))
        })
    }

    pub(super) fn refusal(&mut self, turn: Option<Turn>, why: Why) -> Refusal {
        let step = self.at.steps + 1;
        let mut could = Vec::new();
        for worker in 0..self.space.workers() {
            if let Ok(StepResult::Taken { .. } | StepResult::NoEffect) =
                self.space.step(&self.at.state, worker)
            {
                could.push(Turn::of(worker));
            }
            if let StepResult::Taken { .. } = self.space.drain(&self.at.state, worker) {
                could.push(Turn::drain(worker));
            }
        }
        Refusal { step, turn, why, could }
    }
}
