//! One run of a race, and its account.

use serde::Serialize;

use super::traced::RunTrace;
use crate::machine::{PackedTally, Program, Promise, Tally};
use crate::worker::{Death, RawRun};

/// One run. Nothing is known of the value where the resource could not be read at the end.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Run {
    /// The final value.
    #[serde(rename = "final")]
    pub value: Option<i64>,
    /// The value to reach.
    pub target: i64,
    /// Whether all updates were made and it was reached: a counter that happens to hold it while
    /// some are still to be made has not reached anything.
    pub reached: bool,
    /// Whether some worker did not finish.
    pub partial: bool,
    /// Updates that were to be made.
    pub planned: Tally,
    /// Updates that were made.
    pub made: Tally,
    /// Updates that are in the final value.
    pub kept: Option<Tally>,
    /// Updates that were made and are not.
    pub lost: Option<Tally>,
    /// Updates that are in the final value, and that no worker has counted as made.
    pub surplus: Tally,
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
    /// Who overwrote whom; null if the run was not traced.
    pub trace: Option<RunTrace>,
}

/// One of several copies of the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Copy {
    /// Updates that are in its value.
    pub kept: Tally,
    /// Its value.
    pub value: i64,
}

impl Run {
    /// The account of one run.
    pub(crate) fn new(promise: Promise, program: &Program, raw: &RawRun) -> Self {
        let found = &raw.final_state;
        let planned = program.planned();
        let kept = Some(found.tallies().unpack()).filter(|_| !found.unreadable);
        // A worker that did not finish may have written an update and not have counted it.
        let trace = found.writes.as_deref();
        let trace = trace.map(|writes| RunTrace::new(writes, program.workers));
        let written = trace.as_ref().map(|trace| trace.made).or(kept);
        let uncounted = written.filter(|_| !raw.complete).unwrap_or_default().min(planned);
        let made = raw.made.max(uncounted);
        let mut deaths = raw.deaths.clone();
        // If all other workers have finished, an update that is in the value and was not counted is
        // this worker's.
        if let [death] = &mut deaths[..]
            && death.unmade == planned - raw.made
        {
            death.unmade = planned - made;
        }
        let lost = kept.map(|kept| made - kept);
        let target = planned.value();
        // A worker that died inside unasked may have been seen there afterwards.
        let dead = raw.deaths.iter().filter(|death| death.inside && !death.asked);
        let seen = raw.seen_inside.saturating_sub(dead.count() as u64);
        // Where nothing guards it, an update is lost only if two were inside, seen or not. Where
        // something does, nobody is accused of what was not seen.
        let loses = lost.is_some_and(|lost| lost.sum() > 0);
        let inside = seen.max(if promise == Promise::Nothing && loses { 2 } else { 0 });
        let value = kept.map(Tally::value);
        let has_copies = program.copies > 1 && kept.is_some();
        let copy = |of: &PackedTally| Copy { kept: of.unpack(), value: of.value() };
        Self {
            value,
            target,
            reached: value == Some(target) && made == planned,
            partial: !raw.complete,
            planned,
            made,
            kept,
            lost,
            surplus: kept.unwrap_or_default() - made,
            peak_inside: Some(inside).filter(|&inside| inside > 0 && promise.has_section()),
            elapsed_ns: raw.elapsed_ns,
            copies: has_copies.then(|| found.copies.iter().map(copy).collect()),
            torn_lines: found.printed.then_some(found.torn),
            torn_examples: found.printed.then(|| found.torn_lines.clone()),
            deaths,
            trace,
        }
    }

    /// Updates of both kinds that are known to be lost.
    pub(crate) fn losses(&self) -> u64 {
        self.lost.unwrap_or_default().sum()
    }

    /// Whether it reached the value although updates were lost.
    pub(crate) fn cancelled(&self) -> bool {
        self.reached && self.losses() > 0
    }

    /// Nanoseconds for each update.
    pub(crate) fn ns_per_update(&self) -> Option<f64> {
        let made = self.made.sum();
        self.elapsed_ns.filter(|_| made > 0).map(|ns| ns as f64 / made as f64)
    }

    /// Whether it shows that the promise does not hold. No promise allows updates that were kept
    /// and not made.
    pub(crate) fn breaks(&self, promise: Promise, program: &Program) -> bool {
        let most = promise.most_inside(program.permits);
        let crowded = most.zip(self.peak_inside).is_some_and(|(most, peak)| peak > most);
        let keeps_all = promise.keeps_all(program.permits, program.copies);
        crowded || (keeps_all && self.losses() > 0) || self.surplus.sum() > 0
    }
}
