//! What was asked, as plain data: all that a report needs to know of the plan.

use std::time::Duration;

use crate::cli::Expect;
use crate::explore::{Bounds, Memory};
use crate::worker::RunConfig;

/// What was asked of a command.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// How the workers run. An exploration uses their program, kind and schedule.
    pub config: RunConfig,
    /// What makes the exit status 0.
    pub expect: Expect,
    /// What to do with the strategies.
    pub task: Task,
}

/// What is asked of one command only.
#[derive(Clone, Debug)]
pub(crate) enum Task {
    /// Run them on real workers.
    Race(Race),
    /// Look at every interleaving, or at one schedule.
    Explore(Explore),
    /// Judge them, for any number of updates.
    Judge(Judge),
}

/// What is asked of a race only.
#[derive(Clone, Debug)]
pub(crate) struct Race {
    /// How often each strategy is run.
    pub runs: u64,
    /// How often workers yield, as typed.
    pub yields: String,
    /// When to give up.
    pub timeout: Duration,
    /// No strategy was named, which is the lecture.
    pub lecture: bool,
    /// The exploration that stands beside what the hardware shows.
    pub explore: Option<Explore>,
}

/// What is asked of an exploration only.
#[derive(Clone, Debug)]
pub(crate) struct Explore {
    /// What the workers agree on about memory.
    pub memory: Memory,
    /// How far to search.
    pub bounds: Bounds,
    /// The final value whose witness is wanted.
    pub witness: Option<i64>,
    /// The schedule may end early.
    pub partial: bool,
}

/// What is asked of the judge only.
#[derive(Clone, Debug)]
pub(crate) struct Judge {
    /// What the workers agree on about memory.
    pub memory: Memory,
    /// How far to search.
    pub bounds: Bounds,
}

impl Asked {
    /// How often each strategy is run.
    pub(crate) fn runs(&self) -> u64 {
        match &self.task {
            Task::Race(race) => race.runs,
            Task::Explore(_) | Task::Judge(_) => 1,
        }
    }

    /// What the workers agree on about memory, as far as the program can choose.
    pub(crate) fn memory(&self) -> Memory {
        match &self.task {
            Task::Race(_) => Memory::Sc,
            Task::Explore(explore) => explore.memory,
            Task::Judge(judge) => judge.memory,
        }
    }
}
