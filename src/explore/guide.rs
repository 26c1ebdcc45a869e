//! Schedules that are put together by hand, to show something: workers that have to wait, and what
//! comes of it that too many are inside.

use super::explorable::Explorable;
use super::local_state::LocalStates;
use super::memory::Memory;
use super::space::{Space, StepResult};
use super::stop::Stop;
use super::values::Values;
use crate::machine::{Program, Schedule, Turn};

/// The most turns of such a schedule.
const MOST_TURNS: usize = 10_000;

/// A schedule in which a worker has to wait: workers arrive one after the other and read, until one
/// has to wait; the first one leaves and makes all its updates, then the waiting one gets in. `None`
/// if none has to wait.
pub fn waiting(strategy: &dyn Explorable, program: &Program, memory: Memory) -> Option<Schedule> {
    guided(strategy, program, memory, |guide| {
        for worker in 0..program.workers {
            guide.run(worker, true)?;
            if guide.inside(worker) {
                guide.step(worker)?;
            } else if guide.space.waits_for_others(&guide.state, worker)? {
                guide.turns.push(Turn::wait(worker));
                let rest = (1..program.workers).filter(|&other| other != worker);
                return guide.finish([0, worker].into_iter().chain(rest));
            }
        }
        Ok(false)
    })
}

/// The schedule that goes on after `begin`: first the worker that took the last step there makes
/// all its updates, then each other one.
pub(super) fn finished(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    begin: &Schedule,
) -> Option<Schedule> {
    guided(strategy, program, memory, |guide| {
        for &turn in begin.turns() {
            if turn.drains() {
                guide.drain(turn.worker)
            } else {
                guide.step(turn.worker)?
            };
        }
        let last = begin.turns().iter().rfind(|turn| !turn.drains()).map_or(0, |turn| turn.worker);
        guide.finish([last].into_iter().chain((0..program.workers).filter(|&other| other != last)))
    })
}

/// The schedule that `plan` puts together, if it comes to an end.
fn guided(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    plan: impl FnOnce(&mut Guide<'_, '_>) -> Result<bool, Stop>,
) -> Option<Schedule> {
    let needs = strategy.needs(program);
    let mut local = LocalStates::new(strategy, program, false).ok()?;
    local.keep_answers();
    let (space, state) =
        Space::new(&mut local, program, &needs, memory, Values::Exact, false).ok()?;
    let mut guide = Guide { space, state, turns: Vec::new() };
    let ended = plan(&mut guide).ok()?;
    ended.then(|| guide.turns.into_iter().collect())
}

struct Guide<'a, 'c> {
    space: Space<'a, 'c>,
    state: Vec<u32>,
    turns: Vec<Turn>,
}

impl Guide<'_, '_> {
    fn inside(&self, worker: usize) -> bool {
        self.space.location(&self.state, worker).inside()
    }

    /// Takes a step of a worker, after those of its store buffer that it has to wait for. False if
    /// there is none to take.
    fn step(&mut self, worker: usize) -> Result<bool, Stop> {
        let taken = loop {
            match self.space.step(&self.state, worker)? {
                StepResult::NotDrained => self.drain(worker),
                taken => break taken,
            };
        };
        let taken = matches!(taken, StepResult::Taken { .. } | StepResult::NoEffect);
        if taken {
            self.state.copy_from_slice(&self.space.after);
            self.turns.push(Turn::of(worker));
        }
        Ok(taken)
    }

    fn drain(&mut self, worker: usize) -> bool {
        let drained = matches!(self.space.drain(&self.state, worker), StepResult::Taken { .. });
        if drained {
            self.state.copy_from_slice(&self.space.after);
            self.turns.push(Turn::drain(worker));
        }
        drained
    }

    /// Lets a worker go on until it has to wait or has finished, or is inside; then its store
    /// buffer drains.
    fn run(&mut self, worker: usize, until_inside: bool) -> Result<(), Stop> {
        while self.turns.len() < MOST_TURNS
            && !(until_inside && self.inside(worker))
            && !self.space.waits_for_others(&self.state, worker)?
            && self.step(worker)?
        {}
        while self.drain(worker) {}
        Ok(())
    }

    /// Lets each worker in turn go on, until all have finished; false if they never do.
    fn finish(&mut self, order: impl Iterator<Item = usize> + Clone) -> Result<bool, Stop> {
        let mut before = usize::MAX;
        while before != self.turns.len() && self.turns.len() < MOST_TURNS {
            before = self.turns.len();
            order.clone().try_for_each(|worker| self.run(worker, false))?;
        }
        Ok(self.space.complete(&self.state))
    }
}
