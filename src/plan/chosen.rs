//! The strategies that were chosen, each described once by its own code.

use std::cell::Cell;

use crate::catalog::DynStrategy;
use crate::explore::{Computed, Line, Recording};
use crate::machine::{About, Needs, Program, Section, Step};
use crate::worker::panic_sentence;

/// A strategy, and what it says of itself for the program at hand.
#[derive(Clone)]
pub struct Chosen {
    /// Its code.
    pub strategy: &'static dyn DynStrategy,
    /// Its name, and what it promises.
    pub about: About,
    /// What its workers share beside the resource.
    pub needs: Needs,
    /// Its steps.
    pub recording: Recording,
}

impl Chosen {
    /// Asks a strategy, whose code may be a student's and may panic: then it is a sentence.
    pub fn new(strategy: &'static dyn DynStrategy, program: &Program) -> Result<Self, String> {
        let about = panic_sentence(|| strategy.about())
            .map_err(|why| format!("a strategy panicked in its `about` {why}. Fix it."))?;
        let name = about.name;
        let needs = panic_sentence(|| strategy.needs(program))
            .map_err(|why| format!("{name} panicked in its `needs` {why}. Fix it."))?;
        let section = Cell::new(Section::Entry);
        let recording = panic_sentence(|| strategy.record(program, &section)).map_err(|why| {
            format!("{name} panicked in its {} {why}. Fix it.", section.get().name())
        })?;
        Ok(Self { strategy, about, needs, recording })
    }

    /// Whether it takes such a step on the resource.
    pub fn takes(&self, wanted: fn(&Step<Computed>) -> bool) -> bool {
        self.recording.lines.iter().any(|line| match line {
            Line::Step { step, .. } => wanted(step),
            _ => false,
        })
    }

    /// Whether it reads the resource in a step of its own, and writes later.
    pub fn reads(&self) -> bool {
        self.takes(|step| *step == Step::Read)
    }
}
