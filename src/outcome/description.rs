//! What a strategy says of itself, as far as reports use it.

use serde::Serialize;

use crate::explore::Line;
use crate::plan::Chosen;

/// Facts about a strategy, taken from its own code before anything ran.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Description {
    /// How it works, in a few words.
    pub how: &'static str,
    /// The variables that its workers share beside the resource.
    pub variables: Vec<String>,
    /// Its mutexes.
    pub locks: Vec<String>,
    /// Its semaphores.
    pub semaphores: Vec<String>,
    /// Its mutex is a lock on the shared file itself.
    pub locks_file: bool,
    /// It makes attempts until one succeeds.
    pub spins: bool,
}

impl Description {
    /// Of a strategy that was chosen.
    pub fn of(chosen: &Chosen) -> Self {
        let needs = &chosen.needs;
        let lines = &chosen.recording.lines;
        Self {
            how: chosen.about.how,
            variables: needs.vars.iter().map(|(name, _)| name.clone()).collect(),
            locks: needs.locks.clone(),
            semaphores: needs.semaphores.iter().map(|(name, _)| name.clone()).collect(),
            locks_file: needs.on_file,
            spins: lines.iter().any(|line| matches!(line, Line::Until { .. })),
        }
    }

    /// Whether its workers share nothing but the resource.
    pub fn is_bare(&self) -> bool {
        self.variables.is_empty() && self.locks.is_empty() && self.semaphores.is_empty()
    }
}
