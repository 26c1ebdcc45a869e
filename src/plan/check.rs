//! Whether strategies fit what was asked. Each error names the remedy.

use super::chosen::{Chosen, Unfit};
use crate::cli::{UsageError, called};
use crate::explore::{MOST_COPIES, MOST_WORKERS};
use crate::machine::{About, MOST_PERMITS, Only, PackedTally, Program, Tally};
use crate::worker::WorkerKind;

/// Whether a strategy serves so many workers. If not, the sentence names another that does.
pub(super) fn check_serves(
    about: &About,
    program: &Program,
    kind: WorkerKind,
) -> Result<(), UsageError> {
    let Some(Only { workers: most, instead }) = about.only else { return Ok(()) };
    let (name, workers, kind) = (about.name, program.workers, kind.name());
    UsageError::unless(workers <= most, || {
        format!("{name} serves {most} workers, not {workers}. Use --{kind} {most}, or {instead}.")
    })
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
    let used = chosen.iter().any(|chosen| !chosen.recording.needs.semaphores.is_empty());
    UsageError::unless(used, || {
        let names: Vec<_> = chosen.iter().map(|chosen| chosen.about.name).collect();
        format!(
            "--permits has no meaning for {}, without a semaphore: leave it out, or add semaphore",
            names.join(", ")
        )
    })
}

/// Whether all updates of a kind can be counted in half a word.
pub(super) fn check_fits(program: &Program) -> Result<(), UsageError> {
    let (&Program { workers, iters, .. }, most) = (program, PackedTally::LIMIT);
    let Tally { increments, decrements } = program.planned();
    UsageError::unless(increments.max(decrements) <= most, || {
        format!(
            "{workers} workers x {iters} iterations are more updates of one kind than the {most} \
             that can be counted: use a smaller --iters"
        )
    })
}

/// Whether a strategy can take one of several copies.
pub(super) fn check_copies(chosen: &Chosen, program: &Program) -> Result<(), UsageError> {
    let About { name, promise, .. } = chosen.about;
    let copies = program.copies;
    UsageError::unless(copies == 1 || promise.has_section(), || {
        format!(
            "{name} has no section in which it could take one of {copies} copies: leave out \
             --copies, or use semaphore"
        )
    })
}

/// Whether there is a section that workers can enter.
pub(super) fn check_section(&About { name, promise, .. }: &About) -> Result<(), UsageError> {
    UsageError::unless(promise.has_section(), || {
        let called = called();
        format!(
            "{name} has no critical section that workers could enter: use {called} explore {name}"
        )
    })
}

/// Whether a state can hold so many workers and copies.
pub(super) fn check_size(program: &Program, who: &str) -> Result<(), UsageError> {
    let &Program { workers, copies, .. } = program;
    UsageError::unless(workers <= MOST_WORKERS, || {
        format!(
            "{who} follows at most {MOST_WORKERS} workers, not {workers}: use a smaller --threads"
        )
    })?;
    UsageError::unless(copies <= MOST_COPIES as u64, || {
        format!("{who} follows at most {MOST_COPIES} copies, not {copies}: use a smaller --copies")
    })
}
