//! What an exploration found out: plain data that serde can write, as
//! `schemas/exploration.schema.json` describes it.

use serde::Serialize;

use super::Workers;
use crate::explore::{Exploration, Memory, Trace};
use crate::machine::Schedule;
use crate::plan::{Expect, Small};

/// Everything that `explore` has found out.
#[derive(Clone, Debug, Serialize)]
pub struct Explored {
    /// Version of these keys: 1.
    pub schema: u32,
    /// Version of the program.
    pub version: &'static str,
    /// The command line, with the name of the program first.
    pub command: Vec<String>,
    /// The exit status of the command.
    pub exit_status: i32,
    /// Whether a signal ended it early.
    pub interrupted: bool,
    /// Why it could not be carried out, or not to its end.
    pub error: Option<String>,
    /// What was asked.
    pub plan: AskedSmall,
    /// What was found, in the order in which the strategies were named.
    pub explorations: Vec<Exploration>,
    /// The schedules that were asked for, step by step.
    pub traces: Vec<Traced>,
    /// Whether it was as expected; null if no answer is certain.
    pub verdict: Option<Judged>,
}

/// What was asked, in words that can be typed again.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is the option that has its name")]
pub struct AskedSmall {
    pub workers: Workers,
    pub iters: u64,
    pub copies: u64,
    pub permits: u64,
    pub guard: &'static str,
    pub count_up: bool,
    pub memory: Memory,
    pub max_states: u64,
    pub max_preemptions: Option<u32>,
    pub schedule: Option<Schedule>,
    pub witness: Option<i64>,
}

/// One schedule, step by step.
#[derive(Clone, Debug, Serialize)]
pub struct Traced {
    /// The strategy.
    pub strategy: &'static str,
    /// The schedule.
    pub schedule: Schedule,
    /// What happened.
    #[serde(flatten)]
    pub trace: Trace,
}

/// What was expected, and whether it is so.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Judged {
    /// As typed.
    pub expect: Expect,
    /// Whether it is so.
    pub met: bool,
}

impl AskedSmall {
    /// As the report says it.
    #[must_use]
    pub fn of(plan: &Small) -> Self {
        let program = &plan.program;
        Self {
            workers: Workers { kind: plan.kind.name(), count: program.workers },
            iters: program.iters,
            copies: program.copies,
            permits: program.permits,
            guard: program.guard.name(),
            count_up: program.count_up,
            memory: plan.memory,
            max_states: plan.bounds.states,
            max_preemptions: plan.bounds.preemptions,
            schedule: plan.schedule.clone(),
            witness: plan.witness,
        }
    }
}

impl Judged {
    /// Judges all explorations; `None` where more would have to be seen.
    #[must_use]
    pub fn of(plan: &Small, explorations: &[Exploration]) -> Option<Self> {
        let met = explorations.iter().map(|found| plan.expect.found_in(found, plan));
        let met: Vec<Option<bool>> = met.collect();
        // One that is certainly not as expected decides, whatever is not known of the others.
        let met = match met.contains(&Some(false)) {
            true => false,
            false => met.iter().all(Option::is_some).then_some(true)?,
        };
        Some(Self { expect: plan.expect, met })
    }
}

impl Expect {
    /// Whether one exploration is as expected; `None` if that is not certain.
    #[must_use]
    pub fn found_in(self, found: &Exploration, plan: &Small) -> Option<bool> {
        let certain = |is: bool| found.complete.then_some(is);
        let missed = found.outcomes.iter().any(|outcome| outcome.value != found.target);
        // What was seen is certain; what was not seen is so only if all was.
        let never = |seen: bool| if seen { Some(false) } else { certain(true) };
        let ever = |seen: bool| if seen { Some(true) } else { certain(false) };
        match self {
            Self::Promise => never(found.breaks_promise(&plan.program)),
            Self::Reached => never(missed || found.stuck()),
            Self::Missed => ever(missed),
            Self::Lossless => never(!found.lossless()),
            Self::Loss => ever(!found.lossless()),
        }
    }
}
