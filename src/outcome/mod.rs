//! What happened: plain data that serde can write, the same for every report.
//!
//! The keys are a promise to those who read the JSON; `schemas/report.schema.json` says what each
//! may hold. Keys are only ever added.

mod explored;
pub mod stats;

use serde::Serialize;

use self::stats::{Floats, Spread};
use crate::machine::{About, PackedTally, Program, Promise, Tally};
use crate::plan::{Expect, Plan};
use crate::worker::{Death, RawRun};

pub use explored::{AskedSmall, Explored, Judged, Traced};

/// Everything that a command has found out.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
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
    /// Why it could not be carried out.
    pub error: Option<String>,
    /// What was asked.
    pub plan: Asked,
    /// What came of it, in the order in which the strategies were named. A strategy that was not
    /// reached any more has no runs.
    pub results: Vec<StrategyResult>,
    /// Whether it was as expected; null if it could not be carried out.
    pub verdict: Option<Verdict>,
}

/// What was asked, in words that can be typed again.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is the option that has its name")]
pub struct Asked {
    pub workers: Workers,
    pub iters: u64,
    pub runs: u64,
    pub resource: &'static str,
    pub copies: u64,
    pub permits: u64,
    pub guard: &'static str,
    pub count_up: bool,
    #[serde(rename = "yield")]
    pub yielding: Yielding,
    pub seed: String,
    /// Null if it is not kept under a name.
    pub file: Option<String>,
    pub work_ns: u64,
    pub kill: bool,
    pub schedule: Option<crate::machine::Schedule>,
}

/// Threads or processes, and how many.
#[derive(Clone, Debug, Serialize)]
pub struct Workers {
    /// `threads` or `processes`.
    pub kind: &'static str,
    /// At least 1.
    pub count: usize,
}

/// `auto`, `never` or a rate; and the rate that it became.
#[derive(Clone, Debug, Serialize)]
pub struct Yielding {
    /// As typed.
    pub asked: String,
    /// As done.
    pub done: String,
}

/// All runs of one strategy.
#[derive(Clone, Debug, Serialize)]
pub struct StrategyResult {
    /// Its name.
    pub strategy: &'static str,
    /// What it promises.
    pub promise: Promise,
    /// Whether it is an exhibit.
    pub exhibit: bool,
    /// Whether workers yielded, which makes every time longer.
    pub timing_disturbed: bool,
    /// The runs, in their order.
    pub runs: Vec<Run>,
    /// Over all runs; null if there was none.
    pub summary: Option<Summary>,
}

/// One run.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// The final value.
    #[serde(rename = "final")]
    pub value: i64,
    /// The value to reach.
    pub target: i64,
    /// Whether all updates were made and it was reached: a counter that happens to stand there
    /// while some are still to be made has not reached anything.
    pub reached: bool,
    /// Whether some worker did not come to its end.
    pub partial: bool,
    /// Updates that were to be made.
    pub planned: Tally,
    /// Updates that were made.
    pub made: Tally,
    /// Updates that are in the final value.
    pub kept: Tally,
    /// Updates that were made and are not.
    pub lost: Tally,
    /// The most workers seen inside at once: there were at least so many. Null where there is no
    /// section, or nobody was inside.
    pub peak_inside: Option<u64>,
    /// From the opening of the gate to the end of the last worker; null if none has ended.
    pub elapsed_ns: Option<u64>,
    /// What each copy of the resource holds; null if there is only one.
    pub copies: Option<Vec<Copy>>,
    /// Lines on the paper that are no record; null if nothing was printed.
    pub torn_lines: Option<u64>,
    /// The first of them, as they came out.
    pub torn_examples: Option<Vec<String>>,
    /// The processes that died.
    pub deaths: Vec<Death>,
}

/// One of several copies of the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Copy {
    /// Updates that are in its value.
    pub kept: Tally,
    /// Its value.
    pub value: i64,
}

impl Run {
    /// The account of one run.
    #[must_use]
    pub fn new(about: &About, program: &Program, raw: &RawRun) -> Self {
        let planned = program.planned();
        let kept = raw.final_state.tallies().unpack();
        // What is kept was made. Only a worker that was given up, or killed, between its write and
        // its own account of it can have kept an update that it has not counted.
        let made = raw.made.max(kept);
        let lost = made - kept;
        let target = planned.value();
        // Who died inside unasked may have been seen there afterwards.
        let dead = raw.deaths.iter().filter(|death| death.inside && !death.asked);
        let dead = dead.count() as u64;
        let seen = raw.seen_inside.saturating_sub(dead);
        // Where nothing guards it, an update is lost only if two were inside, seen or not. Where
        // something does, nobody is accused of what was not seen.
        let inferred = about.promise == Promise::Nothing && lost.sum() > 0;
        let inside = seen.max(if inferred { 2 } else { 0 });
        Self {
            value: kept.value(),
            target,
            reached: kept.value() == target && made == planned,
            partial: !raw.complete,
            planned,
            made,
            kept,
            lost,
            peak_inside: about.promise.has_section().then_some(inside).filter(|&inside| inside > 0),
            elapsed_ns: raw.elapsed_ns,
            copies: (program.copies > 1).then(|| raw.final_state.copies.iter().map(copy).collect()),
            torn_lines: raw.final_state.printed.then_some(raw.final_state.torn),
            torn_examples: raw.final_state.printed.then(|| raw.final_state.torn_lines.clone()),
            deaths: raw.deaths.clone(),
        }
    }

    /// Whether it reached the value although updates were lost.
    #[must_use]
    pub fn cancelled(&self) -> bool {
        self.reached && self.lost.sum() > 0
    }

    /// Nanoseconds for each update.
    #[must_use]
    pub fn ns_per_update(&self) -> Option<f64> {
        let made = self.made.sum();
        self.elapsed_ns.filter(|_| made > 0).map(|ns| ns as f64 / made as f64)
    }

    /// Whether it shows that the promise does not hold.
    #[must_use]
    pub fn breaks(&self, promise: Promise, program: &Program) -> bool {
        let most = promise.most_inside(program.permits);
        (promise.keeps_all(program.permits, program.copies) && self.lost.sum() > 0)
            || most.zip(self.peak_inside).is_some_and(|(most, peak)| peak > most)
    }
}

fn copy(tallies: &PackedTally) -> Copy {
    Copy { kept: tallies.unpack(), value: tallies.value() }
}

/// All runs of a strategy together.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// How many.
    pub runs: usize,
    /// How many reached the value.
    pub reached: usize,
    /// How many lost nothing.
    pub lossless: usize,
    /// How many reached the value although updates were lost.
    pub cancelled: usize,
    /// How the final values are spread.
    #[serde(rename = "final")]
    pub value: Spread,
    /// How the numbers of lost updates are spread.
    pub lost: Spread,
    /// How the times are spread; null if they are not known.
    pub ns_per_update: Option<Floats>,
}

impl Summary {
    /// Of `runs`; `None` if there are none.
    #[must_use]
    pub fn of(runs: &[Run]) -> Option<Self> {
        let count = |is: fn(&Run) -> bool| runs.iter().filter(|run| is(run)).count();
        Some(Self {
            runs: runs.len(),
            reached: count(|run| run.reached),
            lossless: count(|run| run.lost.sum() == 0),
            cancelled: count(Run::cancelled),
            value: Spread::of(runs.iter().map(|run| run.value).collect())?,
            lost: Spread::of(runs.iter().map(|run| run.lost.sum() as i64).collect())?,
            ns_per_update: Floats::of(runs.iter().filter_map(Run::ns_per_update).collect()),
        })
    }
}

/// What was expected, and whether it was so.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Verdict {
    /// As typed.
    pub expect: Expect,
    /// Whether it was so.
    pub met: bool,
}

impl Verdict {
    /// Judges all results.
    #[must_use]
    pub fn of(plan: &Plan, results: &[StrategyResult]) -> Self {
        let met = results.iter().all(|result| plan.expect.met_by(result, &plan.config.program));
        Self { expect: plan.expect, met }
    }
}

impl Expect {
    /// Whether the runs of one strategy are as expected.
    #[must_use]
    pub fn met_by(self, result: &StrategyResult, program: &Program) -> bool {
        let runs = &result.runs;
        let lossless = |run: &Run| run.lost.sum() == 0;
        match self {
            Self::Promise => !runs.iter().any(|run| run.breaks(result.promise, program)),
            Self::Reached => runs.iter().all(|run| run.reached),
            Self::Missed => runs.iter().any(|run| !run.reached),
            Self::Lossless => runs.iter().all(lossless),
            Self::Loss => !runs.iter().all(lossless),
        }
    }
}

impl Asked {
    /// As the report says it.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        Self {
            workers: Workers { kind: plan.config.kind.name(), count: plan.config.program.workers },
            iters: plan.config.program.iters,
            runs: plan.runs,
            resource: plan.config.resource.name(),
            copies: plan.config.program.copies,
            permits: plan.config.program.permits,
            guard: plan.config.program.guard.name(),
            count_up: plan.config.program.count_up,
            yielding: Yielding {
                asked: plan.rate_asked.clone(),
                done: plan.config.yields.to_string(),
            },
            seed: plan.config.seed.to_string(),
            file: plan.config.file.as_ref().map(|path| path.display().to_string()),
            work_ns: u64::try_from(plan.config.work.as_nanos()).unwrap_or(u64::MAX),
            kill: plan.config.kill,
            schedule: plan.config.schedule.clone(),
        }
    }
}
