//! What the judge found, beside what the strategy claims.

use serde::Serialize;

use super::description::Description;
use super::exploration::stopped;
use crate::explore::{Judgement, Limits, Trace};
use crate::machine::About;

/// The judgement of one strategy.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct JudgementResult {
    /// What was found.
    #[serde(flatten)]
    pub found: Judgement,
    /// What the strategy claims.
    pub claims: Questions<bool>,
    /// What it says of itself.
    pub description: Description,
    /// The witnesses, step by step.
    #[serde(skip)]
    pub traces: Questions<Option<Trace>>,
}

/// One `T` for each question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub(crate) struct Questions<T> {
    pub mutual_exclusion: T,
    pub progress: T,
    pub bounded_waiting: T,
}

impl Questions<bool> {
    /// What a strategy claims.
    pub(crate) fn claimed(about: &About) -> Self {
        Self {
            mutual_exclusion: about.promise.most_inside(1).is_some(),
            progress: about.progress,
            bounded_waiting: about.bounded_waiting,
        }
    }
}

impl JudgementResult {
    /// Whether each claim holds; nothing if that is not known.
    fn claimed(&self) -> impl Iterator<Item = Option<bool>> {
        let Judgement { mutual_exclusion, progress, bounded_waiting, .. } = &self.found;
        let claims = [
            (self.claims.mutual_exclusion, mutual_exclusion.holds),
            (self.claims.progress, progress.holds),
            (self.claims.bounded_waiting, bounded_waiting.holds),
        ];
        claims.into_iter().filter(|(claimed, _)| *claimed).map(|(_, holds)| holds)
    }

    /// Whether something that the strategy claims is refuted.
    pub(crate) fn refuted(&self) -> bool {
        self.claimed().any(|holds| holds == Some(false))
    }

    /// Whether it is known of everything that the strategy claims, and no bound was met.
    pub(crate) fn decided(&self) -> bool {
        self.found.limits == Limits::default() && self.claimed().all(|holds| holds.is_some())
    }
}

/// Why it is not known whether a claim holds, in a sentence.
pub(super) fn undecided(judgements: &[JudgementResult]) -> String {
    let limits = || judgements.iter().map(|judged| &judged.found.limits);
    if let Some(sentence) = stopped(limits(), "no proof. Use fewer --threads") {
        return sentence;
    }
    if limits().any(|limits| limits.store_buffer.is_some()) {
        return "a store buffer was full, and a longer one may allow more: no proof. Use \
                --memory sc."
            .into();
    }
    let undecided = judgements.iter().find(|judged| !judged.decided());
    let name = undecided.map_or("a strategy", |judged| judged.found.strategy);
    format!(
        "{name} claims bounded waiting, and no bound is known: the more updates each worker makes, \
         the more often one of them could be passed, as far as this was tried."
    )
}
