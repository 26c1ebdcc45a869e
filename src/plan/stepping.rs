//! A strategy that is to be stepped through, checked.

use super::check::{check_copies, check_size};
use super::chosen::{Chosen, Unfit};
use super::setup::kind;
use super::{bounds, described, program};
use crate::cli::{self, UsageError, called};
use crate::explore::{Bounds, Memory, Recording};
use crate::machine::{Program, catch_misuse};
use crate::stepper::{Goal, Script};
use crate::worker::RunConfig;

/// What is to be stepped through, and how.
pub(crate) struct Stepping {
    pub chosen: Chosen,
    pub program: Program,
    pub memory: Memory,
    pub bounds: Bounds,
    /// The program of each worker.
    pub recordings: Vec<Recording>,
    pub goal: Goal,
    pub quiz: bool,
    pub script: Option<Script>,
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
        let program = program(&args.program)?;
        check_size(&program, "step")?;
        let config = RunConfig { kind: kind(&args.program), ..RunConfig::new(program.clone()) };
        let permits_typed = args.program.permits.is_some();
        let chosen = described(&strategies, &config, permits_typed)?.remove(0);
        check_copies(&chosen, &program)?;
        let (name, has_section) = (chosen.about.name, chosen.about.promise.has_section());
        if args.step.goal == Goal::BothInside && !has_section {
            Err(UsageError::new(format!(
                "{name} has no section that a worker could be inside: use --goal loss"
            )))?;
        }
        let record = || (0..program.workers).map(|me| chosen.strategy.record(&program, me));
        let recordings = catch_misuse(|| record().collect())
            .map_err(|why| Unfit::Strategy(format!("{name} {why}")))?;
        let (memory, goal) = (args.search.memory, args.step.goal);
        let bounds = bounds(&args.search, None);
        let (quiz, script) = (args.step.quiz, args.step.script.clone());
        Ok(Self { chosen, program, memory, bounds, recordings, goal, quiz, script })
    }
}
