//! What the runs of each strategy of a race show together.

use std::collections::BTreeSet;
use std::io;

use serde::Serialize;

use super::comparison::Comparison;
use super::description::Description;
use super::exploration::ExplorationResult;
use super::run::Run;
use super::runs::Runs;
use super::stats::{Frequencies, Times};
use crate::explore::Trace;
use crate::machine::{Program, Promise, Tally};
use crate::plan::Chosen;

/// All runs of one strategy.
#[derive(Debug, Serialize)]
pub(crate) struct StrategyResult {
    /// Its name.
    pub strategy: &'static str,
    /// What it promises.
    pub promise: Promise,
    /// Whether it is an exhibit.
    pub exhibit: bool,
    /// What it says of itself.
    pub description: Description,
    /// Whether workers yielded or waited for their turns, which makes every time longer.
    pub timing_disturbed: bool,
    /// The runs, in their order, where a report lists them.
    pub runs: Runs,
    /// Over all runs; null if there was none.
    pub summary: Option<Summary>,
    /// What the model allows, beside what was seen; null without `--explore`.
    pub model: Option<Comparison>,
    /// The steps of the schedule that was asked for.
    #[serde(skip)]
    steps: Option<Trace>,
}

impl StrategyResult {
    /// Without a run.
    pub(crate) fn new(chosen: &Chosen, timing_disturbed: bool) -> Self {
        Self {
            strategy: chosen.about.name,
            promise: chosen.about.promise,
            exhibit: chosen.about.exhibit,
            description: Description::of(chosen),
            timing_disturbed,
            runs: Runs::default(),
            summary: None,
            model: None,
            steps: chosen.trace.clone(),
        }
    }

    /// One more run of `program`, which is listed if it is to be.
    pub(crate) fn add(&mut self, run: &Run, program: &Program, listed: bool) -> io::Result<()> {
        let broken = run.breaks(self.promise, program);
        self.summary.get_or_insert_with(|| Summary::new(run)).add(run, broken);
        if listed { self.runs.push(run) } else { Ok(()) }
    }

    /// Sets the model beside the runs.
    pub(crate) fn compare(&mut self, explored: ExplorationResult) {
        let whole = self.summary.as_ref().filter(|summary| !summary.partial);
        let seen = whole.map(|summary| summary.value.clone()).unwrap_or_default();
        self.model = Some(Comparison::new(explored, &seen));
    }

    /// The steps of its schedule, if its runs have taken them all.
    pub(crate) fn followed(&self) -> Option<&Trace> {
        self.steps.as_ref().filter(|_| self.summary.as_ref().is_some_and(|of| !of.partial))
    }

    /// How many runs there were.
    pub(crate) fn count(&self) -> usize {
        self.summary.as_ref().map_or(0, |summary| summary.runs)
    }

    /// The run, if there was one and no other.
    pub(crate) fn only(&self) -> Option<&Run> {
        self.summary.as_ref().filter(|summary| summary.runs == 1).map(|summary| &summary.first)
    }
}

/// All runs of a strategy together. It grows with the values that differ, not with the runs.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Summary {
    /// How many.
    pub runs: usize,
    /// How many reached the value.
    pub reached: usize,
    /// How many lost nothing.
    pub lossless: usize,
    /// How many reached the value although updates were lost.
    pub cancelled: usize,
    /// How the final values are spread; null if none is known.
    #[serde(rename = "final")]
    pub value: Frequencies,
    /// How the numbers of lost updates are spread; null if none is known.
    pub lost: Frequencies,
    /// How the times are spread; null if they are not known.
    pub ns_per_update: Times,
    /// The first run.
    #[serde(skip)]
    pub first: Run,
    /// Of the runs that broke the promise, the one that lost most.
    #[serde(skip)]
    pub worst: Option<Run>,
    /// The final values of the runs that lost nothing.
    #[serde(skip)]
    pub whole: Frequencies,
    /// Updates of all runs that were kept, and that were lost; not known if one is not.
    #[serde(skip)]
    pub updates: Option<(u64, u64)>,
    /// The most workers seen inside at once in any run.
    #[serde(skip)]
    pub peak_inside: Option<u64>,
    /// Whether some worker did not finish.
    #[serde(skip)]
    pub partial: bool,
    /// The workers that died, and whether `--kill` asked for it.
    #[serde(skip)]
    pub deaths: BTreeSet<(usize, bool)>,
}

impl Summary {
    /// Before `first` is added.
    fn new(first: &Run) -> Self {
        Self { first: first.clone(), updates: Some((0, 0)), ..Self::default() }
    }

    fn add(&mut self, run: &Run, broken: bool) {
        self.runs += 1;
        self.reached += usize::from(run.reached);
        self.cancelled += usize::from(run.cancelled());
        if let (Some(value), Some(lost)) = (run.value, run.lost.map(Tally::sum)) {
            self.value.add(value);
            self.lost.add(lost as i64);
            if lost == 0 {
                self.lossless += 1;
                self.whole.add(value);
            }
        }
        run.ns_per_update().into_iter().for_each(|time| self.ns_per_update.add(time));
        let grade = |run: &Run| (run.losses(), run.peak_inside);
        if broken && self.worst.as_ref().is_none_or(|worst| grade(worst) <= grade(run)) {
            self.worst = Some(run.clone());
        }
        self.updates = self
            .updates
            .zip(run.kept.zip(run.lost))
            .map(|((kept, lost), of)| (kept + of.0.sum(), lost + of.1.sum()));
        self.peak_inside = self.peak_inside.max(run.peak_inside);
        self.partial |= run.partial;
        self.deaths.extend(run.deaths.iter().map(|death| (death.worker, death.asked)));
    }
}
