//! What a selftest found.

use serde::Serialize;

use super::number::{number, several};
use super::verdict::Evidence;
use crate::plan::{Aim, Method};

/// What came of one check.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CheckResult {
    /// The strategy.
    pub strategy: &'static str,
    /// What was wanted of it.
    pub aim: Aim,
    /// How it was checked.
    #[serde(rename = "way")]
    pub method: Method,
    /// The command that decided it; null if none was tried.
    pub command: Option<String>,
    /// What came of it.
    pub state: CheckState,
    /// Why it did not hold, in a sentence; null if it did.
    pub why: Option<String>,
}

/// What can come of a check; the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CheckState {
    Held,
    /// A search was stopped by a bound.
    Bound,
    /// It could not be tried here.
    Skipped,
    Failed,
}

/// An aim, a method or a state, as the JSON has it.
pub(crate) fn word(of: impl Serialize) -> String {
    serde_json::to_value(of).ok().and_then(|of| Some(of.as_str()?.to_owned())).unwrap_or_default()
}

impl CheckResult {
    pub(super) fn evidence(&self) -> Evidence {
        let complete = !matches!(self.state, CheckState::Bound | CheckState::Skipped);
        let broken = self.state == CheckState::Failed;
        Evidence { complete, broken, ..Evidence::default() }
    }
}

/// How many checks there are of each kind.
#[derive(Clone, Copy, Debug, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub(crate) struct Counts {
    pub held: usize,
    pub failed: usize,
    pub skipped: usize,
    pub bound: usize,
    pub not_reached: usize,
}

impl Counts {
    /// Of `all` checks, of which these were reached.
    pub(crate) fn of(checks: &[CheckResult], all: usize) -> Self {
        let count = |state| checks.iter().filter(|check| check.state == state).count();
        Self {
            held: count(CheckState::Held),
            failed: count(CheckState::Failed),
            skipped: count(CheckState::Skipped),
            bound: count(CheckState::Bound),
            not_reached: all - checks.len(),
        }
    }

    /// Why there is no verdict, in a sentence.
    pub(super) fn uncertain(&self) -> String {
        let open = self.skipped + self.bound;
        format!(
            "{} of {} could not be tried here, or came to no answer. All others held.",
            number(open),
            several(open + self.held, "check")
        )
    }
}
