//! What the hardware showed, beside what the model allows.

use serde::Serialize;

use super::exploration::ExplorationResult;
use super::number::several;
use super::stats::{Bin, Frequencies, bins, singles};
use crate::explore::{Chance, Memory};
use crate::machine::Schedule;

/// The runs of a strategy beside the exploration of the same program.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Comparison {
    /// The memory model: total store order only where sequential consistency does not allow what
    /// was seen.
    pub memory: Memory,
    /// Every interleaving was explored.
    pub complete: bool,
    /// Runs that came to their end: only these are compared.
    pub runs: usize,
    /// Each final value that is possible, or that was seen, the smallest first.
    pub values: Vec<Compared>,
    /// All that the exploration found.
    #[serde(skip)]
    pub explored: ExplorationResult,
}

/// One final value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Compared {
    /// The value.
    #[serde(rename = "final")]
    pub value: i64,
    /// The runs that ended with it.
    pub runs: usize,
    /// Whether some interleaving ends with it; null if too little was explored to know.
    pub possible: Option<bool>,
    /// How likely it is in the model.
    pub chance: Option<Chance>,
    /// The cheapest schedule that leads to it.
    pub schedule: Option<Schedule>,
}

impl Comparison {
    /// `ends`: the final values of the runs that came to their end.
    pub(super) fn new(explored: ExplorationResult, ends: &Frequencies) -> Self {
        let found = &explored.found;
        let mut seen = ends.clone();
        let mut values: Vec<Compared> = (found.outcomes.iter())
            .map(|outcome| Compared {
                value: outcome.value,
                runs: seen.take(outcome.value),
                possible: Some(true),
                chance: outcome.chance.clone(),
                schedule: Some(outcome.schedule.clone()),
            })
            .collect();
        // The others are not known to be possible.
        let possible = found.complete.then_some(false);
        values.extend(seen.iter().map(|(value, runs)| Compared {
            value,
            runs,
            possible,
            chance: None,
            schedule: None,
        }));
        values.sort_by_key(|compared| compared.value);
        let (memory, complete) = (found.memory, found.complete);
        Self { memory, complete, runs: ends.count(), values, explored }
    }

    /// The values, folded into ranges where they are too many to be read, unless `each` is wanted.
    pub(crate) fn rows(&self, each: bool) -> Vec<(Bin, Vec<&Compared>)> {
        let values: Vec<i64> = self.values.iter().map(|compared| compared.value).collect();
        let of = |bin: Bin| {
            let within = self.values.iter().filter(|compared| bin.has(compared.value));
            (bin, within.collect::<Vec<_>>())
        };
        let bins = if each { singles(&values) } else { bins(&values, self.explored.found.target) };
        bins.into_iter().map(of).filter(|(_, values)| !values.is_empty()).collect()
    }

    /// A value that was seen, and that no interleaving ends with.
    pub(crate) fn impossible(&self) -> Option<&Compared> {
        self.values.iter().find(|compared| compared.possible == Some(false))
    }

    /// The values that are possible, and that no run ended with.
    pub(crate) fn never_seen(&self) -> Vec<i64> {
        let never = self.values.iter().filter(|compared| compared.runs == 0);
        never.map(|compared| compared.value).collect()
    }

    /// Why the answer is wrong, or not complete: the exit status and a sentence.
    pub(crate) fn wrong(&self) -> Option<(i32, String)> {
        let name = self.explored.found.strategy;
        if let Some(Compared { value, runs, .. }) = self.impossible() {
            let runs = several(*runs, "run");
            let sentence = format!(
                "{name}: {runs} ended at {value}, and no interleaving of the model does. Processors \
                 other than x86 reorder more than the model; on x86 this is a bug of syncdemo: \
                 please report it, with the command line."
            );
            return Some((3, sentence));
        }
        (!self.complete).then(|| {
            let sentence = format!(
                "{name} has too many interleavings to explore all: which values are possible is \
                 not certain. Use a smaller --iters, such as --iters 3, or fewer workers."
            );
            (4, sentence)
        })
    }
}
