//! Writes down the steps that a strategy takes, as the textbook would print them.
//!
//! The strategy itself is run by one worker, for one update, so the text cannot differ from what
//! the other machines run.

use std::convert::Infallible;

use super::model::Token;
use crate::machine::{
    Answer, Lifecycle, Needs, Private, Privates, Program, RunWorker, Section, Step, StepMachine,
    Strategy, Var, endless,
};

/// One line of the textbook's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The section that it belongs to, if it belongs to one.
    pub section: Option<Section>,
    /// How many `until` it is inside of.
    pub depth: usize,
    /// What it says.
    pub kind: LineKind,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// The updates that follow are repeated.
    Repeat,
    /// A step.
    Step(Step<Token>),
    /// The computation. It is no step, since no other worker can see it.
    Compute,
    /// A private variable is set to this. It is no step either.
    Set(Private, u64),
    /// The lines that follow, one deeper, are repeated until these words are true.
    Until(&'static str),
    /// The section has no steps.
    Empty,
}

impl Line {
    /// The step, if it is one.
    pub fn step(&self) -> Option<&Step<Token>> {
        if let LineKind::Step(step) = &self.kind { Some(step) } else { None }
    }
}

/// The lines, and the names in them.
#[derive(Clone, Debug)]
pub struct Recording {
    /// In the order in which they were taken.
    pub lines: Vec<Line>,
    /// The names of variables, locks, semaphores and condition variables.
    pub needs: Needs,
    /// For each section of one iteration, its first line.
    pub sections: Vec<usize>,
}

/// No update of a single worker has so many steps: a strategy that takes more waits for other
/// workers in a loop of its own, and not by `until`.
const ENOUGH: usize = 10_000;

/// A machine that runs one worker without the others, and writes down every step.
pub struct Recorder {
    me: usize,
    workers: usize,
    needs: Needs,
    vars: Vec<u64>,
    privates: Privates,
    section: Section,
    depth: usize,
    lines: Vec<Line>,
    sections: Vec<usize>,
}

impl Recorder {
    /// The steps of one iteration of worker `me`.
    pub fn record<S: Strategy + ?Sized>(strategy: &S, program: &Program, me: usize) -> Recording {
        let needs = strategy.needs(program);
        let mut recorder = Self {
            me,
            workers: program.workers,
            vars: needs.vars.iter().map(|var| var.1).collect(),
            privates: Privates::new(&needs),
            needs,
            section: Section::Entry,
            depth: 0,
            lines: Vec::new(),
            sections: Vec::new(),
        };
        let once = Program { iters: 1, ..program.clone() };
        let Ok(()) = strategy.run_worker(&mut recorder, &once);
        let Self { lines, needs, sections, .. } = recorder;
        Recording { lines, needs, sections }
    }

    fn line(&mut self, kind: LineKind) {
        if self.lines.len() >= ENOUGH {
            endless(ENOUGH);
        }
        self.lines.push(Line { section: Some(self.section), depth: self.depth, kind });
    }
}

impl StepMachine for Recorder {
    type Stop = Infallible;
    type Value = Token;

    fn me(&self) -> usize {
        self.me
    }

    fn workers(&self) -> usize {
        self.workers
    }

    fn privates(&self) -> &Privates {
        &self.privates
    }

    fn set(&mut self, private: Private, value: u64) {
        self.privates.set(private, value);
        self.line(LineKind::Set(private, value));
    }

    fn take(&mut self, step: Step<Token>) -> Result<Answer<Token>, Infallible> {
        self.needs.check(&step);
        if let Step::Write(value) | Step::Replace { new: value, .. } = step
            && value != Token::default()
        {
            self.line(LineKind::Compute);
        }
        self.line(LineKind::Step(step));
        let mut var = |var: Var, new: &dyn Fn(u64) -> u64| {
            let word = &mut self.vars[var.0];
            Answer::Word(std::mem::replace(word, new(*word)))
        };
        Ok(match step {
            Step::Read => Answer::Value(Token::default()),
            Step::Replace { .. } | Step::TryAcquire(_) | Step::TryWait(_) => Answer::Flag(true),
            Step::Load(at, _) => var(at, &|held| held),
            Step::Store(at, value, _) => {
                var(at, &|_| value);
                Answer::Done
            }
            Step::Swap(at, value, _) => var(at, &|_| value),
            Step::FetchAdd(at, more, _) => var(at, &|held| held.wrapping_add(more)),
            Step::CompareExchange { var: at, seen, new, .. } => {
                var(at, &|held| if held == seen { new } else { held })
            }
            Step::Write(_)
            | Step::Add(_)
            | Step::Fence(_)
            | Step::Acquire(_)
            | Step::Release(_)
            | Step::Wait(_)
            | Step::Signal(_)
            | Step::Sleep(..)
            | Step::Wake(..)
            | Step::NotifyOne(_)
            | Step::NotifyAll(_)
            | Step::Claim
            | Step::GiveBack => Answer::Done,
        })
    }

    fn until(
        &mut self,
        words: &'static str,
        attempt: impl Fn(&mut Self) -> Result<bool, Infallible>,
    ) -> Result<(), Infallible> {
        self.line(LineKind::Until(words));
        self.depth += 1;
        // One attempt is enough, even one that fails because the other workers do not run.
        attempt(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn shows_all(&self) -> bool {
        true
    }
}

impl Lifecycle for Recorder {
    fn pause(&mut self, _: u64) -> Result<(), Infallible> {
        let repeat = Line { section: None, depth: 0, kind: LineKind::Repeat };
        if !self.lines.contains(&repeat) {
            self.lines.push(repeat);
        }
        Ok(())
    }

    fn begin(&mut self, section: Section, _: u64) -> Result<bool, Infallible> {
        self.section = section;
        self.sections.push(self.lines.len());
        if section == Section::Entry {
            self.privates.clear();
        }
        self.line(LineKind::Empty);
        Ok(true)
    }

    fn end(&mut self, _: Section, _: u64) -> Result<(), Infallible> {
        // The heading that `begin` wrote is needed only where no step followed.
        let heading = self.lines.iter().rposition(|line| line.kind == LineKind::Empty);
        if let Some(at) = heading.filter(|at| at + 1 < self.lines.len()) {
            self.lines.remove(at);
        }
        Ok(())
    }

    fn claim(&mut self) -> Result<(), Infallible> {
        self.take(Step::Claim).map(drop)
    }

    fn give_back(&mut self) -> Result<(), Infallible> {
        self.take(Step::GiveBack).map(drop)
    }
}
