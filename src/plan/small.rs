//! A small program, all of whose interleavings can be looked at.

use super::{Expect, LECTURE, check_permits, check_serves, kind, named, program};
use crate::catalog::{DynStrategy, find};
use crate::cli::{Options, UsageError};
use crate::explore::{Bounds, MOST_COPIES, MOST_WORKERS, Memory, trace};
use crate::machine::Program;
use crate::machine::Schedule;
use crate::worker::Kind;

/// What is to be explored.
#[derive(Clone)]
pub struct Small {
    /// The strategies, in the order in which they were named.
    pub strategies: Vec<&'static dyn DynStrategy>,
    /// What the workers would be. It makes no difference to what can happen.
    pub kind: Kind,
    /// What the workers are to do.
    pub program: Program,
    /// What they agree on about memory.
    pub memory: Memory,
    /// How far to search.
    pub bounds: Bounds,
    /// What makes the exit status 0.
    pub expect: Expect,
    /// The one schedule that is wanted.
    pub schedule: Option<Schedule>,
    /// The final value whose witness is wanted.
    pub witness: Option<i64>,
}

impl Small {
    /// From what was typed.
    ///
    /// # Errors
    ///
    /// A sentence that says what makes no sense, and the remedy.
    pub fn new(
        names: &[String],
        options: &Options,
        table: &[&'static dyn DynStrategy],
    ) -> Result<Self, UsageError> {
        let mut strategies = named(names, options, table)?;
        if strategies.is_empty() {
            strategies = LECTURE.iter().filter_map(|name| find(table, name)).collect();
        }
        let program = small(options)?;
        for strategy in &strategies {
            check_serves(*strategy, &program, kind(options))?;
        }
        if options.permits.is_some() {
            check_permits(&strategies, &program)?;
        }
        if options.schedule.is_some() && options.witness.is_some() {
            return Err(UsageError::new(
                "--schedule and --witness exclude each other: leave one out",
            ));
        }
        let bounds = Bounds {
            states: options.max_states.unwrap_or(Bounds::default().states),
            preemptions: options.max_preemptions,
            ..Bounds::default()
        };
        let small = Self {
            strategies,
            kind: kind(options),
            program,
            memory: options.memory.unwrap_or_default(),
            bounds,
            expect: options.expect.unwrap_or_default(),
            schedule: options.schedule.clone(),
            witness: options.witness,
        };
        small.check_schedule()?;
        Ok(small)
    }

    fn check_schedule(&self) -> Result<(), UsageError> {
        let Some(schedule) = &self.schedule else { return Ok(()) };
        for strategy in &self.strategies {
            check_followed(*strategy, &self.program, self.memory, schedule)?;
        }
        Ok(())
    }
}

/// Whether a schedule can be followed.
///
/// # Errors
///
/// A sentence that names the step that fails, and who could have gone.
pub fn check_followed(
    strategy: &dyn DynStrategy,
    program: &Program,
    memory: Memory,
    schedule: &Schedule,
) -> Result<(), UsageError> {
    check_size(program, "--schedule")?;
    let name = strategy.about().name;
    trace(strategy, program, memory, schedule).map(drop).map_err(|why| {
        UsageError::new(format!("{name} cannot follow --schedule '{schedule}': {why}"))
    })
}

/// The program, which is small where nothing is said.
fn small(options: &Options) -> Result<Program, UsageError> {
    let program = Program { iters: options.iters.unwrap_or(2), ..program(options)? };
    check_size(&program, "explore")?;
    Ok(program)
}

/// What can be told apart in a state.
fn check_size(program: &Program, who: &str) -> Result<(), UsageError> {
    if program.workers > MOST_WORKERS {
        return Err(UsageError::new(format!(
            "{who} follows at most {MOST_WORKERS} workers, not {}: use a smaller --threads",
            program.workers
        )));
    }
    if program.copies > MOST_COPIES as u64 {
        return Err(UsageError::new(format!(
            "{who} follows at most {MOST_COPIES} copies, not {}: use a smaller --copies",
            program.copies
        )));
    }
    Ok(())
}
