//! A strategy that is to be stepped through, checked.

use super::check::{check_copies, check_size};
use super::chosen::{Chosen, Unfit, run};
use super::setup::kind;
use super::{bounds, described, program};
use crate::cli::{self, StepArgs, UsageError, called};
use crate::explore::{Bounds, Memory, Recording};
use crate::machine::Program;
use crate::stepper::Goal;

/// What is to be stepped through, and how.
pub(crate) struct Stepping {
    pub chosen: Chosen,
    pub program: Program,
    pub memory: Memory,
    pub bounds: Bounds,
    /// The program of each worker.
    pub recordings: Vec<Recording>,
    pub wanted: StepArgs,
}

impl Stepping {
    /// From what was typed.
    pub(crate) fn new(args: &cli::Step) -> Result<Self, Unfit> {
        let strategies = args.strategies.all();
        if strategies.len() != 1 {
            Err(UsageError::new(format!(
                "step takes one strategy, such as in: {} step none",
                called()
            )))?;
        }
        let program = program(&args.program);
        check_size(&program, "step")?;
        let permits_typed = args.program.permits.is_some();
        let kind = kind(&args.program);
        let chosen = described(&strategies, &program, kind, permits_typed)?.remove(0);
        check_copies(&chosen, &program)?;
        let (name, has_section) = (chosen.about.name, chosen.about.promise.has_section());
        if args.step.goal == Goal::BothInside && !has_section {
            Err(UsageError::new(format!(
                "{name} has no section that a worker could be inside: use --goal loss"
            )))?;
        }
        let record = || (0..program.workers).map(|me| chosen.strategy.record(&program, me));
        let recordings = run(name, || record().collect())?;
        let (memory, bounds) = (args.search.memory, bounds(&args.search, None));
        Ok(Self { chosen, program, memory, bounds, recordings, wanted: args.step.clone() })
    }
}
