//! Schedules that are put together by hand, to show something: workers that have to wait, and what
//! comes of it that too many are inside.

use super::super::explorable::Explorable;
use super::super::memory::Memory;
use super::refusal::{Refusal, Why};
use super::tracer::{TracedProgram, Tracer};
use crate::machine::{Program, Schedule, Turn};

/// The most turns of such a schedule.
const MOST_TURNS: usize = 10_000;

/// A schedule in which a worker has to wait: workers arrive one after the other and read, until one
/// has to wait; the first one leaves and makes all its updates, then the waiting one gets in. `None`
/// if none has to wait.
pub fn waiting(strategy: &dyn Explorable, program: &Program, memory: Memory) -> Option<Schedule> {
    let mut traced = TracedProgram::new(strategy, program, memory).ok()?;
    let mut guide = Guide { tracer: traced.start().ok()?, turns: Vec::new() };
    for worker in 0..program.workers {
        guide.run(worker, true);
        if guide.inside(worker) {
            guide.step(worker);
        } else if guide.take(Turn::wait(worker)).is_ok() {
            let rest = (1..program.workers).filter(|&other| other != worker);
            return guide.finish([0, worker].into_iter().chain(rest));
        }
    }
    None
}

/// The schedule that goes on after `begin`: first the worker that took the last step there makes
/// all its updates, then each other one.
pub(in crate::explore) fn finished(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    begin: &Schedule,
) -> Option<Schedule> {
    let mut traced = TracedProgram::new(strategy, program, memory).ok()?;
    let mut guide = Guide { tracer: traced.start().ok()?, turns: Vec::new() };
    begin.turns().iter().try_for_each(|&turn| guide.take(turn)).ok()?;
    let last = guide.tracer.last().unwrap_or(0);
    guide.finish([last].into_iter().chain((0..program.workers).filter(|&other| other != last)))
}

struct Guide<'a, 'c> {
    tracer: Tracer<'a, 'c>,
    turns: Vec<Turn>,
}

impl Guide<'_, '_> {
    fn inside(&self, worker: usize) -> bool {
        self.tracer.space.location(&self.tracer.at.state, worker).inside()
    }

    fn take(&mut self, turn: Turn) -> Result<(), Refusal> {
        self.tracer.take(turn)?;
        self.turns.push(turn);
        Ok(())
    }

    /// Takes a step of a worker, after those of its store buffer that it has to wait for. False if
    /// there is none to take.
    fn step(&mut self, worker: usize) -> bool {
        loop {
            match self.take(Turn::of(worker)) {
                Ok(()) => return true,
                Err(Refusal { why: Why::Undrained, .. }) if self.drain(worker) => {}
                Err(_) => return false,
            }
        }
    }

    fn drain(&mut self, worker: usize) -> bool {
        self.take(Turn::drain(worker)).is_ok()
    }

    /// Lets a worker go on until it has to wait or has finished, or is inside; then its store
    /// buffer drains.
    fn run(&mut self, worker: usize, until_inside: bool) {
        while self.turns.len() < MOST_TURNS
            && !(until_inside && self.inside(worker))
            && self.tracer.wait(Turn::wait(worker)).is_err()
            && self.step(worker)
        {}
        while self.drain(worker) {}
    }

    /// Lets each worker in turn go on, until all have finished; `None` if they never do.
    fn finish(mut self, order: impl Iterator<Item = usize> + Clone) -> Option<Schedule> {
        let mut before = usize::MAX;
        while before != self.turns.len() && self.turns.len() < MOST_TURNS {
            before = self.turns.len();
            order.clone().for_each(|worker| self.run(worker, false));
        }
        let complete = self.tracer.space.complete(&self.tracer.at.state);
        complete.then(|| self.turns.into_iter().collect())
    }
}
