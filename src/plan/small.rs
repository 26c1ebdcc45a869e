//! A small program, all of whose interleavings can be looked at.

use super::{Expect, check_permits, check_serves, kind, or_lecture, program};
use crate::catalog::DynStrategy;
use crate::cli::{Explore, UsageError};
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
    /// From what was typed. The error says what makes no sense, and the remedy.
    pub fn new(args: &Explore) -> Result<Self, UsageError> {
        let strategies = or_lecture(args.strategies.all());
        let program = program(&args.program)?;
        check_size(&program, "explore")?;
        for strategy in &strategies {
            check_serves(*strategy, &program, kind(&args.program))?;
        }
        if args.program.permits.is_some() {
            check_permits(&strategies, &program)?;
        }
        let small = Self {
            strategies,
            kind: kind(&args.program),
            program,
            memory: args.explore.memory,
            bounds: Bounds {
                states: args.explore.max_states,
                preemptions: args.explore.max_preemptions,
            },
            expect: args.explore.expect,
            schedule: args.explore.schedule.clone(),
            witness: args.explore.witness,
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

/// Whether a schedule can be followed. If not, the sentence names the step that fails, and the
/// workers that are enabled.
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

/// Whether a state can hold so many workers and copies.
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
