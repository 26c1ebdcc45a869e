//! What was asked, as plain data: all that a report needs to know of the plan.

use std::time::Duration;

use serde::Serialize;

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
    /// Check this machine, and all strategies.
    Selftest {
        /// For minutes.
        thorough: bool,
    },
}

/// What is asked of a race only.
#[derive(Clone, Debug)]
pub(crate) struct Race {
    /// How often each strategy is run.
    pub runs: u64,
    /// How often workers yield, as typed or by default; "never" if they follow a schedule.
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
    /// When a store is seen by other workers.
    pub memory: Memory,
    /// How far to search.
    pub bounds: Bounds,
    /// The final value whose witness is wanted.
    pub witness: Option<i64>,
    /// The schedule may end early.
    pub partial: bool,
    /// A page is to be written, in which one can step through the states.
    pub page: bool,
}

/// What is asked of the judge only.
#[derive(Clone, Debug)]
pub(crate) struct Judge {
    /// When a store is seen by other workers.
    pub memory: Memory,
    /// How far to search.
    pub bounds: Bounds,
}

/// What is wanted of a strategy in a selftest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Aim {
    /// The negative control: without a guard, updates are lost.
    Control,
    /// A schedule ends on real workers where it ends in the model.
    Schedule,
    /// It keeps its promise.
    Promise,
    /// It is wrong on purpose, and is shown to fail.
    Exhibit,
}

/// How a selftest checks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Method {
    Threads,
    Processes,
    File,
    Printer,
    Explore,
    Judge,
}

impl Method {
    pub(crate) const ALL: [Self; 6] =
        [Self::Threads, Self::Processes, Self::File, Self::Printer, Self::Explore, Self::Judge];
}

impl Asked {
    /// How often each strategy is run.
    pub(crate) fn runs(&self) -> u64 {
        match &self.task {
            Task::Race(race) => race.runs,
            Task::Explore(_) | Task::Judge(_) | Task::Selftest { .. } => 1,
        }
    }

    /// When a store is seen by other workers; for a race the processor decides that.
    pub(crate) fn memory(&self) -> Memory {
        match &self.task {
            Task::Race(_) | Task::Selftest { .. } => Memory::Sc,
            Task::Explore(explore) => explore.memory,
            Task::Judge(judge) => judge.memory,
        }
    }
}
