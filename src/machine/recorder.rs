//! Writes down the steps that a strategy takes, as the textbook would print them.
//!
//! The text is made by running the strategy itself, alone, for one update; so it cannot differ
//! from what the other machines run.

use std::ops::Add;
use std::sync::atomic::Ordering;

use super::{Action, Delta, Lock, Machine, Needs, Program, Section, Semaphore, Stage, Var};
use crate::strategy::Strategy;
use crate::worker::live;

/// One line of the textbook's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// The updates that follow are repeated.
    Repeat,
    /// A step: what it is, how deep inside `until`, and of what section.
    Step {
        /// The section that it belongs to.
        section: Section,
        /// How many `until` it is inside of.
        depth: usize,
        /// What is done.
        action: Action,
    },
    /// The computation, which is no step: nobody else can see it.
    Compute {
        /// The section that it belongs to.
        section: Section,
        /// How many `until` it is inside of.
        depth: usize,
    },
    /// What follows, one deeper, is repeated until this is so.
    Until {
        /// The section that it belongs to.
        section: Section,
        /// How many `until` it is inside of.
        depth: usize,
        /// What has to be so.
        words: &'static str,
    },
    /// A section without steps.
    Empty(Section),
}

/// The lines, and the names that they speak of.
#[derive(Clone, Debug)]
pub struct Recording {
    /// In the order in which they were taken.
    pub lines: Vec<Line>,
    /// The names of variables, locks and semaphores.
    pub needs: Needs,
}

/// No update has so many steps, alone: who takes them waits for the others in a loop of its own.
const ENOUGH: usize = 10_000;

/// A machine for worker 1, alone, that writes down every step.
pub struct Recorder {
    workers: usize,
    vars: Vec<u64>,
    section: Section,
    depth: usize,
    lines: Vec<Line>,
}

/// What the recorder's resource holds: only whether something was computed.
#[derive(Clone, Copy)]
pub struct Computed(bool);

impl Add<Delta> for Computed {
    type Output = Self;

    fn add(self, _: Delta) -> Self {
        Self(true)
    }
}

impl Recorder {
    /// The steps of one update of worker 1.
    pub fn record<S: Strategy + ?Sized>(strategy: &S, program: &Program) -> Recording {
        let needs = strategy.needs(program);
        let mut recorder = Self {
            workers: program.workers,
            vars: needs.vars.iter().map(|var| var.1).collect(),
            section: Section::Entry,
            depth: 0,
            lines: Vec::new(),
        };
        let once = Program { iters: 1, ..program.clone() };
        let Ok(()) = live(strategy, &mut recorder, &once);
        Recording { lines: recorder.lines, needs }
    }

    fn write_down(&mut self, action: Action) {
        assert!(
            self.lines.len() < ENOUGH,
            "more steps than an update has: it has to wait by until"
        );
        self.lines.push(Line::Step { section: self.section, depth: self.depth, action });
    }

    fn compute(&mut self, value: Computed) {
        if value.0 {
            self.lines.push(Line::Compute { section: self.section, depth: self.depth });
        }
    }
}

/// The recorder never stops a worker.
pub enum Never {}

impl Machine for Recorder {
    type Stop = Never;
    type Value = Computed;

    fn me(&self) -> usize {
        0
    }

    fn workers(&self) -> usize {
        self.workers
    }

    fn read(&mut self) -> Result<Computed, Never> {
        self.write_down(Action::Read);
        Ok(Computed(false))
    }

    fn write(&mut self, value: Computed) -> Result<(), Never> {
        self.compute(value);
        self.write_down(Action::Write);
        Ok(())
    }

    fn add(&mut self, _: Delta) -> Result<(), Never> {
        self.write_down(Action::Add);
        Ok(())
    }

    fn replace(&mut self, _: Computed, new: Computed) -> Result<bool, Never> {
        self.compute(new);
        self.write_down(Action::Replace);
        Ok(true)
    }

    fn load(&mut self, var: Var, _: Ordering) -> Result<u64, Never> {
        self.write_down(Action::Load(var));
        Ok(self.vars[var.0])
    }

    fn store(&mut self, var: Var, value: u64, _: Ordering) -> Result<(), Never> {
        self.write_down(Action::Store(var, value));
        self.vars[var.0] = value;
        Ok(())
    }

    fn swap(&mut self, var: Var, value: u64, _: Ordering) -> Result<u64, Never> {
        self.write_down(Action::Swap(var, value));
        Ok(std::mem::replace(&mut self.vars[var.0], value))
    }

    fn fetch_add(&mut self, var: Var, value: u64, _: Ordering) -> Result<u64, Never> {
        self.write_down(Action::FetchAdd(var, value));
        let sum = self.vars[var.0].wrapping_add(value);
        Ok(std::mem::replace(&mut self.vars[var.0], sum))
    }

    fn acquire(&mut self, lock: Lock) -> Result<(), Never> {
        self.write_down(Action::Acquire(lock));
        Ok(())
    }

    fn release(&mut self, lock: Lock) -> Result<(), Never> {
        self.write_down(Action::Release(lock));
        Ok(())
    }

    fn wait(&mut self, semaphore: Semaphore) -> Result<(), Never> {
        self.write_down(Action::Wait(semaphore));
        Ok(())
    }

    fn signal(&mut self, semaphore: Semaphore) -> Result<(), Never> {
        self.write_down(Action::Signal(semaphore));
        Ok(())
    }

    fn until(
        &mut self,
        words: &'static str,
        attempt: impl Fn(&mut Self) -> Result<bool, Never>,
    ) -> Result<(), Never> {
        self.lines.push(Line::Until { section: self.section, depth: self.depth, words });
        self.depth += 1;
        // One attempt shows what an attempt is, also where it fails, as it may without the others.
        attempt(self)?;
        self.depth -= 1;
        Ok(())
    }
}

impl Stage for Recorder {
    fn pause(&mut self, _: u64) -> Result<(), Never> {
        if !self.lines.contains(&Line::Repeat) {
            self.lines.push(Line::Repeat);
        }
        Ok(())
    }

    fn begin(&mut self, section: Section) -> Result<bool, Never> {
        self.section = section;
        self.lines.push(Line::Empty(section));
        Ok(true)
    }

    fn end(&mut self, section: Section) -> Result<(), Never> {
        // The heading that `begin` wrote is needed only where no step followed.
        let heading = self.lines.iter().rposition(|line| *line == Line::Empty(section));
        if let Some(at) = heading.filter(|at| at + 1 < self.lines.len()) {
            self.lines.remove(at);
        }
        Ok(())
    }

    fn claim(&mut self) -> Result<(), Never> {
        self.write_down(Action::Claim);
        Ok(())
    }

    fn give_back(&mut self) -> Result<(), Never> {
        self.write_down(Action::GiveBack);
        Ok(())
    }

    fn again(&mut self, _: &'static str, _: u32) -> Result<(), Never> {
        Ok(())
    }
}
