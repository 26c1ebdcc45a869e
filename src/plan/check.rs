//! Whether strategies fit what was asked. Each error names the remedy.

use super::chosen::{Chosen, Unfit};
use crate::cli::{UsageError, called};
use crate::explore::{MOST_COPIES, MOST_WORKERS};
use crate::machine::{About, MOST_PERMITS, PackedTally, Program, Tally};
use crate::worker::Kind;

/// Whether a strategy serves so many workers. If not, the sentence names another that does.
pub(super) fn check_serves(about: &About, program: &Program, kind: Kind) -> Result<(), UsageError> {
    let Some(only) = about.only.filter(|only| program.workers > only.workers) else {
        return Ok(());
    };
    let (name, serves, workers) = (about.name, only.workers, program.workers);
    let (kind, instead) = (kind.name(), only.instead);
    Err(UsageError::new(format!(
        "{name} serves {serves} workers, not {workers}. Use --{kind} {serves}, or {instead}."
    )))
}

/// Whether a strategy can have what it declares, and reports can print the names.
pub(super) fn check_needs(chosen: &Chosen) -> Result<(), Unfit> {
    let (name, needs) = (chosen.about.name, &chosen.recording.needs);
    let many = needs.semaphores.iter().find(|(_, permits)| *permits > MOST_PERMITS);
    if let Some((semaphore, permits)) = many {
        return Err(Unfit::Strategy(format!(
            "{name} declares {permits} permits of {semaphore} in needs: declare {MOST_PERMITS} at \
             the most"
        )));
    }
    let vars = needs.vars.iter().map(|(name, _)| name);
    let semaphores = needs.semaphores.iter().map(|(name, _)| name);
    let others = [&needs.locks, &needs.conditions, &needs.privates].into_iter().flatten();
    let unreadable = |name: &&String| name.trim().is_empty() || name.contains(char::is_control);
    match vars.chain(semaphores).chain(others).find(unreadable) {
        Some(unreadable) => Err(Unfit::Strategy(format!(
            "{name} declares '{unreadable}' in needs: use a name that can be read, in one line"
        ))),
        None => Ok(()),
    }
}

/// An option that only some of the strategies can use is refused only when none of them can.
pub(super) fn check_permits(chosen: &[Chosen]) -> Result<(), UsageError> {
    if chosen.iter().any(|chosen| !chosen.recording.needs.semaphores.is_empty()) {
        return Ok(());
    }
    let names: Vec<_> = chosen.iter().map(|chosen| chosen.about.name).collect();
    Err(UsageError::new(format!(
        "--permits has no meaning for {}, without a semaphore: leave it out, or add semaphore",
        names.join(", ")
    )))
}

/// Whether all updates of a kind can be counted in half a word.
pub(super) fn check_fits(program: &Program) -> Result<(), UsageError> {
    let Tally { increments, decrements } = program.planned();
    if increments.max(decrements) <= PackedTally::LIMIT {
        return Ok(());
    }
    Err(UsageError::new(format!(
        "{} workers x {} iterations are more updates of one kind than the {} that can be counted: \
         use a smaller --iters",
        program.workers,
        program.iters,
        PackedTally::LIMIT
    )))
}

/// Whether a strategy can take one of several copies.
pub(super) fn check_copies(chosen: &Chosen, program: &Program) -> Result<(), UsageError> {
    if program.copies == 1 || chosen.about.promise.has_section() {
        return Ok(());
    }
    Err(UsageError::new(format!(
        "{} has no section in which it could take one of {} copies: leave out --copies, or use \
         semaphore",
        chosen.about.name, program.copies
    )))
}

/// Whether there is a section that workers can enter.
pub(super) fn check_section(about: &About) -> Result<(), UsageError> {
    if about.promise.has_section() {
        return Ok(());
    }
    let (name, called) = (about.name, called());
    Err(UsageError::new(format!(
        "{name} has no critical section that workers could enter: use {called} explore {name}"
    )))
}

/// Whether a state can hold so many workers and copies.
pub(super) fn check_size(program: &Program, who: &str) -> Result<(), UsageError> {
    if program.workers > MOST_WORKERS {
        return Err(UsageError::new(format!(
            "{who} follows at most {MOST_WORKERS} workers, not {}: use a smaller --threads",
            program.workers
        )));
    }
    if program.copies > MOST_COPIES as u64 {
        return Err(UsageError::new(format!(
            "{who} follows at most {MOST_COPIES} copies, not {}: use a smaller --copies",
            program.copies
        )));
    }
    Ok(())
}
