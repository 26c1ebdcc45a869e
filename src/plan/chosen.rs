//! The strategies that were chosen, each described once by its own code.

use crate::catalog::DynStrategy;
use crate::cli::UsageError;
use crate::explore::{
    Bounds, Line, Memory, NextStep, Recording, Token, Trace, TracedProgram, Why, trace,
};
use crate::machine::{About, Program, Schedule, Step, catch_misuse};
use crate::worker::running;

/// So many states show the steps of most strategies.
const LOOKED_AT: u64 = 10_000;

/// A strategy, and what it says of itself for the program at hand.
#[derive(Clone)]
pub(crate) struct Chosen {
    /// Its code.
    pub strategy: &'static dyn DynStrategy,
    /// Its name, and what it promises.
    pub about: About,
    /// What its workers share beside the resource, and its steps.
    pub recording: Recording,
    /// The schedule that was asked for, as it was followed.
    pub trace: Option<Trace>,
}

/// Why nothing can be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// What was typed makes no sense.
    Usage(UsageError),
    /// A strategy's own code cannot be run: a sentence.
    Strategy(String),
}

impl From<UsageError> for Unfit {
    fn from(error: UsageError) -> Self {
        Self::Usage(error)
    }
}

/// Runs the code of a strategy, which may be a student's, and may panic.
pub(super) fn run<T>(name: &str, code: impl FnOnce() -> T) -> Result<T, Unfit> {
    catch_misuse(code).map_err(|why| Unfit::Strategy(format!("{name} {why}")))
}

impl Chosen {
    /// Asks a strategy what it is.
    pub(super) fn about(strategy: &dyn DynStrategy) -> Result<About, Unfit> {
        run("a strategy", || strategy.about())
    }

    /// Asks it what it needs, and for its steps.
    pub(super) fn new(
        strategy: &'static dyn DynStrategy,
        program: &Program,
    ) -> Result<Self, Unfit> {
        let about = Self::about(strategy)?;
        running(about.name);
        let recording = run(about.name, || strategy.record(program, 0))?;
        Ok(Self { strategy, about, recording, trace: None })
    }

    /// Follows a schedule, which with `part` may end early. If that cannot be done, the sentence
    /// names the step that fails, and the workers that are enabled.
    pub(super) fn follow(
        &mut self,
        program: &Program,
        memory: Memory,
        schedule: &Schedule,
        part: bool,
    ) -> Result<(), Unfit> {
        let name = self.about.name;
        let followed = run(name, || trace(self.strategy, program, memory, schedule, part))?;
        self.trace = Some(followed.map_err(|why| {
            let instead = match why.why {
                Why::TooShort => ". Add steps, or use a smaller --iters.",
                _ => "",
            };
            UsageError::new(format!("{name} cannot follow --schedule '{schedule}': {why}{instead}"))
        })?);
        Ok(())
    }

    /// Steps that it takes only against another worker, and that are not among those that it was
    /// asked for.
    pub(crate) fn not_recorded(&self, program: &Program) -> Vec<NextStep> {
        let once = Program { iters: 1, ..program.clone() };
        let bounds = Bounds { states: LOOKED_AT, ..Bounds::default() };
        let steps = || TracedProgram::new(self.strategy, &once, Memory::Sc)?.steps(&bounds);
        // What fails here fails where the strategy is run, and is said there.
        let steps = catch_misuse(steps).ok().and_then(Result::ok).unwrap_or_default();
        steps.into_iter().filter(|next| self.recording.line(next).is_none()).collect()
    }

    /// Whether it takes such a step.
    fn takes(&self, wanted: fn(&Step<Token>) -> bool) -> bool {
        self.recording.lines.iter().filter_map(Line::step).any(wanted)
    }

    /// Whether it reads the resource, and writes later.
    pub(crate) fn reads(&self) -> bool {
        self.takes(|step| *step == Step::Read)
    }

    /// Whether it reads and writes the resource in one step.
    pub(crate) fn updates_in_one_step(&self) -> bool {
        self.takes(|step| matches!(step, Step::Add(_) | Step::Replace { .. }))
    }
}
