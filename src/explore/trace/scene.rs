//! What a schedule has led to: each worker, and what they share, as plain data.

use std::ops::ControlFlow;

use super::super::budget::Bounds;
use super::super::dataflow::{seen, stored};
use super::super::model::Token;
use super::super::refused::Refused;
use super::super::space::{Entry, StepResult};
use super::refusal::WaitsFor;
use super::tracer::{TracedProgram, Tracer};
use crate::machine::Step;

/// The workers, and what they share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// The value of the resource: the sum of its copies.
    pub counter: i64,
    /// The value of each copy.
    pub copies: Vec<i64>,
    /// The strategy's variables, as they are in memory.
    pub vars: Vec<(String, u64)>,
    /// Its locks, each with the worker (from 0) that holds it.
    pub locks: Vec<(String, Option<usize>)>,
    /// Its semaphores, each with its permits.
    pub semaphores: Vec<(String, u32)>,
    /// Each worker.
    pub workers: Vec<WorkerScene>,
}

impl Scene {
    /// Whether the same is shared in both.
    pub fn shares_as(&self, other: &Self) -> bool {
        let copies = self.copies == other.copies;
        let named = self.locks == other.locks && self.semaphores == other.semaphores;
        copies && named && self.vars == other.vars
    }
}

/// One worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerScene {
    /// Whether it can take its next step.
    pub status: Status,
    /// Its next step, and where that is in its program.
    pub next: Option<NextStep>,
    /// What it has read of the resource last, as long as it may use it.
    pub seen: Option<i64>,
    /// Its private variables.
    pub privates: Vec<(String, u64)>,
    /// Its stores that have not reached the memory, the oldest first: what is stored, and the value.
    pub buffer: Vec<(String, String)>,
    /// The mutexes and permits that it has taken and not given back.
    pub holds: Vec<String>,
    /// Whether it is in the critical section.
    pub inside: bool,
}

/// Whether a worker can take its next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It can.
    Enabled,
    /// It can, in an attempt that fails as long as nothing is changed.
    Repeats(WaitsFor),
    /// It cannot, until others take steps. These workers (from 0) hold what it waits for.
    Waits(WaitsFor, Vec<usize>),
    /// It cannot, until its own stores have reached the memory.
    Undrained,
    /// It would give back this mutex, which it does not hold.
    Fault(String),
    /// It has made all its updates.
    Finished,
}

/// A step that is to be taken next, and its place in the program of its worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextStep {
    /// The section, counted within one iteration, from 0.
    pub section: usize,
    /// How many steps of the section come before it, without failed attempts.
    pub at: usize,
    /// What it does.
    pub step: Step<Token>,
}

impl TracedProgram<'_> {
    /// The steps that worker 1 takes in some interleaving, as far as these bounds go.
    pub fn steps(&mut self, bounds: &Bounds) -> Result<Vec<NextStep>, Refused> {
        self.start()?.graph(bounds, &mut |_| ControlFlow::Continue(()))?;
        let next = |number| {
            let step = self.local.location(number).step()?.step;
            let (section, at) = self.local.place(number);
            Some(NextStep { section, at, step })
        };
        Ok(self.local.of(0).filter_map(next).collect())
    }
}

impl Tracer<'_, '_> {
    /// What the schedule has led to.
    pub fn scene(&mut self) -> Result<Scene, Refused> {
        let workers = (0..self.space.workers()).map(|worker| self.worker(worker));
        let workers = workers.collect::<Result<_, _>>()?;
        let (space, state) = (&self.space, &self.at.state);
        let needs = space.needs();
        let vars = needs.vars.iter().enumerate();
        let locks = needs.locks.iter().enumerate();
        let semaphores = needs.semaphores.iter().enumerate();
        Ok(Scene {
            counter: self.value(),
            copies: space.counters(state).map(|copy| copy.value()).collect(),
            vars: vars.map(|(at, (name, _))| (name.clone(), space.var(state, at))).collect(),
            locks: locks.map(|(at, name)| (name.clone(), space.holder(state, at))).collect(),
            semaphores: semaphores
                .map(|(at, (name, _))| (name.clone(), space.permits(state, at)))
                .collect(),
            workers,
        })
    }

    fn worker(&mut self, worker: usize) -> Result<WorkerScene, Refused> {
        let status = self.status(worker)?;
        let number = self.space.location_number(&self.at.state, worker);
        let location = self.space.local.location(number);
        let next = location.step().map(|pending| {
            let (section, at) = self.space.local.place(number);
            NextStep { section, at, step: pending.step }
        });
        let names = self.space.needs().privates.iter().cloned();
        let privates = match self.space.needs().privates.is_empty() || next.is_none() {
            true => Vec::new(),
            false => names.zip(self.space.local.privates(number)).collect(),
        };
        let last = location.reads().checked_sub(1);
        let value = |cell| self.space.tallies(&self.at.state, cell).value();
        let entry = |(at, entry): (usize, &Entry)| match entry {
            Entry::Resource => ("counter".to_owned(), value(stored(worker, at)).to_string()),
            Entry::Var(var, value) => (self.space.needs().vars[*var].0.clone(), value.to_string()),
        };
        Ok(WorkerScene {
            status,
            next,
            privates,
            seen: last.map(|read| value(seen(worker, read))),
            buffer: self
                .space
                .buffer(&self.at.state, worker)
                .iter()
                .enumerate()
                .map(entry)
                .collect(),
            holds: self.at.holds[worker].clone(),
            inside: location.inside(),
        })
    }

    fn status(&mut self, worker: usize) -> Result<Status, Refused> {
        let waits_for = self.waits_for(worker);
        Ok(match (self.space.step(&self.at.state, worker)?, waits_for) {
            (StepResult::None, _) => Status::Finished,
            (StepResult::NotDrained, _) => Status::Undrained,
            (StepResult::Fault, _) => {
                self.fault().map_or(Status::Finished, |it| Status::Fault(it.1))
            }
            (StepResult::Blocked, Some(what)) => {
                let holders = self.holders(&what);
                Status::Waits(what, holders)
            }
            (_, Some(what @ WaitsFor::Until(_)))
                if !self.space.enabled(&self.at.state, worker)? =>
            {
                Status::Repeats(what)
            }
            _ => Status::Enabled,
        })
    }

    /// The workers that hold this: perhaps the one that waits for it.
    pub(super) fn holders(&self, what: &WaitsFor) -> Vec<usize> {
        let (WaitsFor::Lock(name) | WaitsFor::Semaphore(name)) = what else { return Vec::new() };
        (0..self.space.workers()).filter(|&worker| self.at.holds[worker].contains(name)).collect()
    }
}
