//! The document: one header, what was asked, what was found, one verdict.

use serde::Serialize;

use super::comparison::Comparison;
use super::exploration::{ExplorationResult, ScheduleResult, misses_witness, uncertain};
use super::judgement::{JudgementResult, undecided};
use super::race::StrategyResult;
use super::selftest::{CheckResult, Counts};
use super::verdict::{Evidence, Verdict};
use crate::plan::Asked;
use crate::worker::RunError;

/// The document of a command.
#[derive(Debug, Serialize)]
pub(crate) struct Outcome {
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
    pub plan: Asked,
    /// What came of it, in the order in which the strategies were named.
    #[serde(flatten)]
    pub found: Found,
    /// Whether it was as expected; null if that is not certain.
    pub verdict: Option<Verdict>,
}

/// What came of a command.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Found {
    /// Of a race.
    Race {
        /// A strategy that was not reached any more has no runs.
        results: Vec<StrategyResult>,
    },
    /// Of an exploration.
    Explore {
        /// Of every interleaving.
        explorations: Vec<ExplorationResult>,
        /// Of the schedule that was asked for.
        traces: Vec<ScheduleResult>,
        /// The strategies that were not reached any more.
        not_explored: Vec<&'static str>,
    },
    /// Of the judge.
    Judge {
        /// For any number of updates.
        judgements: Vec<JudgementResult>,
        /// The strategies that were not reached any more.
        not_judged: Vec<&'static str>,
    },
    /// Of a selftest.
    Selftest {
        /// In their order.
        checks: Vec<CheckResult>,
        /// How many there are of each kind.
        counts: Counts,
    },
}

impl Outcome {
    /// With its verdict and exit status.
    pub(crate) fn new(
        plan: Asked,
        command: Vec<String>,
        found: Found,
        stopped: Option<RunError>,
    ) -> Self {
        let whole = match stopped {
            None => true,
            Some(RunError::Interrupted(_)) => !matches!(found, Found::Race { .. }),
            Some(RunError::Failed(_)) => false,
        };
        let verdict = if whole { found.verdict(&plan) } else { None };
        let (exit_status, error) = match (&stopped, verdict) {
            (Some(RunError::Interrupted(signal)), _) => (128 + signal, None),
            (Some(RunError::Failed(sentence)), _) => (3, Some(sentence.clone())),
            (None, None) => (4, Some(found.uncertain())),
            (None, Some(Verdict { met, .. })) => {
                let failed = !met || misses_witness(&plan, found.explorations());
                match found.wrong() {
                    Some((status, sentence)) if status == 3 || !failed => (status, Some(sentence)),
                    _ => (i32::from(failed), None),
                }
            }
        };
        let interrupted = matches!(stopped, Some(RunError::Interrupted(_)));
        let version = env!("CARGO_PKG_VERSION");
        Self { schema: 1, version, command, exit_status, interrupted, error, plan, found, verdict }
    }
}

impl Found {
    fn explorations(&self) -> &[ExplorationResult] {
        if let Self::Explore { explorations, .. } = self { explorations } else { &[] }
    }

    /// Why what was compared with the model is wrong, or not certain; what is wrong comes first.
    fn wrong(&self) -> Option<(i32, String)> {
        let Self::Race { results } = self else { return None };
        let models = results.iter().filter_map(|result| result.model.as_ref());
        models.filter_map(Comparison::wrong).min_by_key(|(status, _)| *status)
    }

    /// Why there is no verdict, in a sentence.
    fn uncertain(&self) -> String {
        match self {
            Self::Judge { judgements, .. } => undecided(judgements),
            Self::Selftest { counts, .. } => counts.uncertain(),
            Self::Race { .. } | Self::Explore { .. } => uncertain(self.explorations()),
        }
    }

    /// Judges all strategies; `None` where more would have to be seen.
    fn verdict(&self, asked: &Asked) -> Option<Verdict> {
        let program = &asked.config.program;
        let (evidence, all): (Vec<Evidence>, bool) = match self {
            Self::Race { results } => {
                (results.iter().map(StrategyResult::evidence).collect(), true)
            }
            Self::Explore { explorations, traces, not_explored } => {
                let explored = explorations.iter().map(|of| of.evidence(program));
                let traced = traces.iter().map(|of| of.evidence(program));
                (explored.chain(traced).collect(), not_explored.is_empty())
            }
            Self::Judge { judgements, not_judged } => {
                let judged = judgements.iter().map(JudgementResult::evidence);
                (judged.collect(), not_judged.is_empty())
            }
            Self::Selftest { checks, counts } => {
                let checked = checks.iter().map(CheckResult::evidence);
                (checked.collect(), counts.not_reached == 0)
            }
        };
        Verdict::of(asked.expect, &evidence, all)
    }
}
