//! What pictures and a page begin with: what was asked, and the answer.

use super::contents::headed;
use super::page::plain;
use super::sheet::Fact;
use super::unmet::unmet;
use crate::outcome::Outcome;

/// The caption of a timeline.
pub(super) fn caption(title: &str) -> String {
    match title {
        "" => "The schedule, step by step".into(),
        _ => plain(title).trim_end_matches(':').into(),
    }
}

/// The first sentence, and the answers below it.
#[derive(Default)]
pub(super) struct Headline {
    pub(super) title: String,
    /// Each with its label, which may be empty.
    pub(super) answers: Vec<(String, String)>,
}

impl Headline {
    /// Whether `said` is what it begins with: the first sentence is.
    pub(super) fn begin(&mut self, said: &str) -> bool {
        let first = self.title.is_empty();
        if first {
            self.title = plain(said);
        }
        first
    }

    pub(super) fn answer(&mut self, facts: &[Fact]) {
        self.answers.extend(facts.iter().map(|(label, said)| ((*label).into(), said.clone())));
    }

    /// With what a command has to say that did not come to its end, or not to the one that was expected.
    pub(super) fn with(self, outcome: &Outcome) -> Self {
        let head = Some(headed(outcome).trim_end().to_owned()).filter(|head| !head.is_empty());
        let note = |said: String| (String::new(), said);
        let before = head.into_iter().map(note);
        let answers = before.chain(self.answers).chain(unmet(outcome).into_iter().map(note));
        Self { answers: answers.collect(), ..self }
    }
}
