//! Whether what was found is as expected: the same words for runs, for all interleavings, and for
//! one schedule.

use serde::Serialize;

use super::exploration::{ExplorationResult, ScheduleResult};
use super::judgement::JudgementResult;
use super::race::{StrategyResult, Summary};
use crate::machine::Program;
use crate::plan::Expect;

/// What was expected, and whether it is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Verdict {
    /// As typed.
    pub expect: Expect,
    /// Whether it is so.
    pub met: bool,
}

impl Verdict {
    /// Judges all strategies; `None` where more would have to be seen.
    pub(crate) fn of(expect: Expect, evidence: &[Evidence], all: bool) -> Option<Self> {
        let met: Vec<_> = evidence.iter().map(|of| expect.met_by(*of)).collect();
        // One strategy that is certainly not as expected decides, whatever is not known of others.
        let met = match met.contains(&Some(false)) {
            true => false,
            false => (all && met.iter().all(Option::is_some)).then_some(true)?,
        };
        Some(Self { expect, met })
    }
}

/// What was seen of one strategy.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Evidence {
    /// All that was to be looked at was seen.
    pub complete: bool,
    /// The promise was broken.
    pub broken: bool,
    /// An end was at another value than the one to reach.
    pub missed: bool,
    /// Some workers will never finish.
    pub stuck: bool,
    /// An update was lost.
    pub lost: bool,
}

impl Expect {
    /// Whether one strategy is as expected; `None` if that is not certain.
    pub(crate) fn met_by(self, evidence: Evidence) -> Option<bool> {
        let Evidence { complete, broken, missed, stuck, lost } = evidence;
        // What was seen is certain. What was not seen does not exist only if all was looked at.
        let never = |seen: bool| if seen { Some(false) } else { complete.then_some(true) };
        let ever = |seen: bool| if seen { Some(true) } else { complete.then_some(false) };
        match self {
            Self::Promise => never(broken),
            Self::Reached => never(missed || stuck),
            Self::Missed => ever(missed),
            Self::Lossless => never(lost),
            Self::Loss => ever(lost),
        }
    }
}

impl StrategyResult {
    /// What its runs show.
    pub(crate) fn evidence(&self) -> Evidence {
        let seen = |is: fn(&Summary) -> bool| self.summary.as_ref().is_some_and(is);
        Evidence {
            complete: true,
            broken: seen(|all| all.worst.is_some()),
            missed: seen(|all| all.reached < all.runs),
            stuck: false,
            lost: seen(|all| all.lossless < all.lost.count()),
        }
    }
}

impl ExplorationResult {
    /// What all interleavings show.
    pub(crate) fn evidence(&self, program: &Program) -> Evidence {
        let found = &self.found;
        Evidence {
            complete: found.complete,
            broken: found.breaks_promise(program) || self.has_surplus(program),
            missed: found.outcomes.iter().any(|outcome| outcome.value != found.target),
            stuck: found.stuck(),
            lost: !found.lossless(),
        }
    }
}

impl JudgementResult {
    /// What the judge shows: its claims are its promise.
    pub(crate) fn evidence(&self) -> Evidence {
        Evidence { complete: self.decided(), broken: self.refuted(), ..Evidence::default() }
    }
}

impl ScheduleResult {
    /// What the schedule shows.
    pub(crate) fn evidence(&self, program: &Program) -> Evidence {
        let (trace, planned, stuck) = (&self.trace, program.planned(), self.stuck());
        let ends = trace.ended;
        let overwrites = trace.events.iter().any(|event| {
            event.overwritten.is_some_and(|lost| lost.increments > 0 || lost.decrements > 0)
        });
        let lost = if stuck || !ends { overwrites } else { (planned - trace.kept).sum() > 0 };
        let most = self.promise.most_inside(program.permits);
        let crowded = most.is_some_and(|most| self.peak_inside() as u64 > most);
        let keeps_all = self.promise.keeps_all(program.permits, program.copies);
        Evidence {
            complete: true,
            broken: stuck || crowded || self.has_surplus(program) || (keeps_all && lost),
            missed: ends && trace.value != planned.value(),
            stuck,
            lost,
        }
    }
}
