//! How the workers of a race run: stated once by the plan and handed on as it is, also to worker
//! processes.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::resource::{self, Log, path_of_copy};
use crate::machine::{Needs, Program, Schedule};

/// The most processes of a run.
pub(crate) const MOST_PROCESSES: u64 = 64;

/// How the workers of one run start, and what they share.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RunConfig {
    pub program: Program,
    pub kind: WorkerKind,
    pub resource: resource::ResourceKind,
    /// The name of the file that they share, if it is to be kept. Workers do not open it by its name.
    #[serde(skip)]
    pub file: Option<PathBuf>,
    /// How long each update takes between its read and its write.
    pub work: Duration,
    /// One of them is to be killed inside. Processes only.
    pub kill: bool,
    /// Each write goes into a log. A variable only.
    pub trace: bool,
    /// The order in which they take their steps, if it is given.
    pub schedule: Option<Schedule>,
    /// How often they yield the processor.
    pub yields: YieldRate,
    /// Fixes where they yield.
    pub seed: u64,
    /// How many processors this program may use.
    pub processors: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WorkerKind {
    /// Threads of this process.
    Threads,
    /// Processes that share memory.
    Processes,
}

impl WorkerKind {
    /// As reports say it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Threads => "threads",
            Self::Processes => "processes",
        }
    }

    /// One of them, as reports say it.
    pub(crate) const fn one(self) -> &'static str {
        match self {
            Self::Threads => "thread",
            Self::Processes => "process",
        }
    }
}

/// After how many steps, on average, a worker yields; or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum YieldRate {
    /// No worker yields.
    Never,
    /// After one step in so many, at least 1.
    OneIn(u32),
}

impl fmt::Display for YieldRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.write_str("never"),
            Self::OneIn(n) => write!(f, "1/{n}"),
        }
    }
}

impl RunConfig {
    /// Threads that share a variable and do not yield.
    pub(crate) fn new(program: Program) -> Self {
        Self {
            program,
            kind: WorkerKind::Threads,
            resource: resource::ResourceKind::Variable,
            file: None,
            work: Duration::ZERO,
            kill: false,
            trace: false,
            schedule: None,
            yields: YieldRate::Never,
            seed: 1,
            processors: 2,
        }
    }

    /// The names of the files that they share, if these are to be kept: one for each copy.
    pub(crate) fn files(&self) -> impl Iterator<Item = PathBuf> {
        let numbers = 1..=self.program.copies;
        numbers.filter_map(|number| Some(path_of_copy(self.file.as_ref()?, number)))
    }

    /// The seed of worker `me`.
    pub(crate) fn seed_of(&self, me: usize) -> u64 {
        // Any odd constant with well mixed bits keeps the seeds of neighbours apart.
        self.seed ^ (me as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// Once in how many updates a worker without a section publishes how many it has made: a power
    /// of two.
    ///
    /// A store for each would make the time of an update longer; where workers yield or one is to be
    /// killed, that does not matter, and the exact number does.
    pub(super) fn publish_every(&self) -> u64 {
        if self.yields == YieldRate::Never && !self.kill { 1024 } else { 1 }
    }

    /// Once in how many updates a worker counts the workers inside: a power of two.
    ///
    /// Counting costs a cache miss for each other worker. Where time is measured, this must be
    /// small beside the updates; elsewhere it may cost as much as an update.
    pub(super) fn look_every(&self) -> u64 {
        let others = (self.program.workers as u64).next_power_of_two();
        match self.yields {
            // Waiting for turns costs far more than counting.
            _ if self.schedule.is_some() => 1,
            YieldRate::Never => 512 * others,
            YieldRate::OneIn(_) => others / 2,
        }
        .max(1)
    }

    /// How long the log of the run is.
    pub(super) fn log_lines(&self) -> usize {
        if self.trace { Log::lines(&self.program) } else { 0 }
    }

    /// The worker (from 0) that is to be killed, if one is: the second, or the only one.
    pub(super) fn victim(&self) -> Option<usize> {
        self.kill.then(|| 1.min(self.program.workers - 1))
    }

    /// Whether workers make their updates on a single variable, with no hook but the one that
    /// yields: then their machine is compiled for exactly that.
    pub(super) fn is_plain(&self, needs: &Needs) -> bool {
        self.resource == resource::ResourceKind::Variable
            && self.program.copies == 1
            && self.work.is_zero()
            && !self.kill
            && !self.trace
            && self.schedule.is_none()
            && !needs.on_file
    }
}
