//! What a strategy says of itself, as far as reports use it.

use serde::Serialize;

use crate::explore::{Line, LineKind};
use crate::machine::{Needs, Step};
use crate::plan::Chosen;

/// Facts about a strategy, taken from its own code before anything ran.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Description {
    /// How it works, in a few words.
    pub how: &'static str,
    /// What its workers share beside the resource.
    pub needs: Needs,
    /// It makes attempts until one succeeds.
    pub spins: bool,
}

impl Description {
    /// Of a strategy that was chosen.
    pub(crate) fn of(Chosen { about, recording, .. }: &Chosen) -> Self {
        let lines = &recording.lines;
        let repeats = lines.iter().any(|line| matches!(line.kind, LineKind::Until(_)));
        let mut steps = lines.iter().filter_map(Line::step);
        let sleeps = steps.any(|step| matches!(step, Step::Sleep(..)));
        let spins = repeats && !sleeps;
        Self { how: about.how, needs: recording.needs.clone(), spins }
    }
}
