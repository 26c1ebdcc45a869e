//! Of a traced run: which updates were lost, and which write overwrote them. It follows from the order
//! of the writes alone.
//!
//! An update is in the values that were computed from its own, directly or not. The last of them is
//! the last write to hold it: the next write overwrote it for good. Where that is the last write of
//! the run, the update was kept.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::machine::{PackedTally, Tally};
use crate::worker::resource::Write;

/// What became of the updates of a traced run.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct RunTrace {
    /// Updates that were written.
    pub made: Tally,
    /// Updates that are not in the final value.
    pub lost: Tally,
    /// Who overwrote whom, the most lost updates first.
    pub overwrote: Vec<Overwrote>,
    /// The writes that overwrote updates for good.
    pub losses: u64,
    /// Those that overwrote the most, at most [`SHOWN`], the worst first.
    pub largest: Vec<Loss>,
}

/// So many losses are described.
const SHOWN: usize = 10;

/// The updates of one worker that another overwrote. Workers are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Overwrote {
    pub by: usize,
    pub of: usize,
    #[serde(flatten)]
    pub lost: Tally,
    /// The most writes of others between the read and the write that overwrote.
    pub most_away: u64,
}

/// A write that overwrote updates for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Loss {
    /// Which copy of the resource, from 1; null if there is only one.
    pub copy: Option<usize>,
    /// Its number among the writes to this copy, from 1.
    pub write: u64,
    /// From 1.
    pub worker: usize,
    /// The number of the write that its worker had read, and the value; 0 is the initial value.
    pub read_at: u64,
    pub read: i64,
    pub wrote: i64,
    /// The writes of others between its read and its write.
    pub away: u64,
    /// Whose updates were lost, the most first.
    pub lost: Vec<Overwrote>,
    /// How many of them had been lost before the read, and written back after it.
    pub older: u64,
    /// The writes meanwhile, where they are many without those in the midst.
    pub between: Vec<Between>,
}

/// Writes between a read and a write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Between {
    One { write: u64, worker: usize, value: i64 },
    Folded { worker: usize, writes: u64 },
    Others { workers: usize, writes: u64 },
}

/// More writes than this are folded; so many stay at each end.
const MANY: usize = 8;
const ENDS: usize = 3;
/// Where more workers run than this, the writes of two of them are shown, and the others folded together.
const FEW: usize = 4;

/// Of two workers, the updates of the second that the first overwrote.
type Pairs = BTreeMap<(usize, usize), Overwrote>;

fn most_first(pairs: Pairs) -> Vec<Overwrote> {
    let mut pairs: Vec<_> = pairs.into_values().collect();
    pairs.sort_by_key(|pair| Reverse(pair.lost.sum()));
    pairs
}

impl RunTrace {
    /// Of the writes to each copy, in their order.
    pub(crate) fn new(copies: &[Vec<Write>], workers: usize) -> Self {
        let mut traced = Self::default();
        let mut pairs = Pairs::new();
        for (copy, writes) in (1..).zip(copies) {
            let copy = Some(copy).filter(|_| copies.len() > 1);
            traced.made = traced.made + writes.iter().map(|write| write.tally()).sum();
            Order::new(writes, workers).account(copy, &mut traced, &mut pairs);
        }
        traced.lost = pairs.values().map(|pair| pair.lost).sum();
        traced.overwrote = most_first(pairs);
        traced.largest.sort_by_key(|loss| Reverse(loss.all() - loss.older));
        traced.largest.truncate(SHOWN);
        traced
    }
}

impl Loss {
    /// How many updates were lost.
    pub(crate) fn all(&self) -> u64 {
        self.lost.iter().map(|pair| pair.lost.sum()).sum()
    }
}

/// All writes to one copy. What they are counted by has the initial value at 0.
struct Order<'a> {
    writes: &'a [Write],
    /// So many other workers are shown meanwhile.
    others: usize,
    values: Vec<u64>,
    /// The last write that holds the update of each.
    holds: Vec<u32>,
}

impl<'a> Order<'a> {
    fn new(writes: &'a [Write], workers: usize) -> Self {
        let mut values = vec![0];
        for write in writes {
            values.push(values[write.seen as usize] + write.word());
        }
        let mut holds: Vec<u32> = (0..).take(writes.len() + 1).collect();
        for number in (1..=writes.len()).rev() {
            let seen = writes[number - 1].seen as usize;
            holds[seen] = holds[seen].max(holds[number]);
        }
        let others = if workers <= FEW { FEW - 1 } else { 2 };
        Self { writes, others, values, holds }
    }

    fn write(&self, number: usize) -> Write {
        self.writes[number - 1]
    }

    fn value(&self, number: usize) -> i64 {
        PackedTally::from_word(self.values[number]).value()
    }

    fn away(&self, number: usize) -> u64 {
        (number - 1) as u64 - u64::from(self.write(number).seen)
    }

    /// The updates that were lost, and the write that overwrote each.
    fn lost(&self) -> impl Iterator<Item = (usize, usize)> {
        let lost = (1..=self.writes.len()).map(|number| (number, self.holds[number] as usize + 1));
        lost.filter(|&(_, by)| by <= self.writes.len())
    }

    /// Notes who overwrote a lost update.
    fn note(&self, (number, by): (usize, usize), pairs: &mut Pairs) {
        let [worker, of] = [by, number].map(|number| self.write(number).worker as usize + 1);
        let new = Overwrote { by: worker, of, lost: Tally::default(), most_away: 0 };
        let pair = pairs.entry((worker, of)).or_insert(new);
        pair.lost = pair.lost + self.write(number).tally();
        pair.most_away = pair.most_away.max(self.away(by));
    }

    fn account(&self, copy: Option<usize>, traced: &mut RunTrace, pairs: &mut Pairs) {
        // Of each write: updates that it overwrote, and those of them that it had not seen.
        let mut sizes = vec![(0_u32, 0_u32); self.writes.len() + 1];
        for (number, by) in self.lost() {
            self.note((number, by), pairs);
            sizes[by].0 += 1;
            sizes[by].1 += u32::from(number > self.write(by).seen as usize);
        }
        let mut worst: Vec<usize> = (1..sizes.len()).filter(|&by| sizes[by].0 > 0).collect();
        traced.losses += worst.len() as u64;
        worst.sort_by_key(|&by| (Reverse(sizes[by].1), sizes[by].0));
        worst.truncate(SHOWN);
        let mut lost: BTreeMap<usize, Vec<usize>> = worst.iter().map(|&by| (by, vec![])).collect();
        for (number, by) in self.lost() {
            lost.entry(by).and_modify(|lost| lost.push(number));
        }
        traced.largest.extend(worst.iter().map(|by| self.loss(copy, *by, &lost[by])));
    }

    fn loss(&self, copy: Option<usize>, by: usize, lost: &[usize]) -> Loss {
        let Write { worker, seen, .. } = self.write(by);
        let seen = seen as usize;
        let mut pairs = Pairs::new();
        lost.iter().for_each(|&number| self.note((number, by), &mut pairs));
        Loss {
            copy,
            write: by as u64,
            worker: worker as usize + 1,
            read_at: seen as u64,
            read: self.value(seen),
            wrote: self.value(by),
            away: self.away(by),
            lost: most_first(pairs),
            older: lost.iter().filter(|&&number| number < seen).count() as u64,
            between: self.between(seen + 1, by),
        }
    }

    /// The writes from one up to another.
    fn between(&self, from: usize, to: usize) -> Vec<Between> {
        let mut counts: BTreeMap<usize, u64> = BTreeMap::new();
        let worker = |number: usize| self.write(number).worker as usize + 1;
        (from..to).for_each(|number| *counts.entry(worker(number)).or_default() += 1);
        let one = |number: usize| Between::One {
            write: number as u64,
            worker: worker(number),
            value: self.value(number),
        };
        if to - from <= MANY && counts.len() <= self.others {
            return (from..to).map(one).collect();
        }
        let ends = if counts.len() <= self.others { ENDS } else { 0 };
        let outside = (from..from + ends).chain(to - ends..to).map(worker);
        outside.for_each(|worker| *counts.entry(worker).or_default() -= 1);
        let mut counts: Vec<(usize, u64)> =
            counts.into_iter().filter(|(_, writes)| *writes > 0).collect();
        counts.sort_by_key(|(_, writes)| Reverse(*writes));
        let others = counts.split_off(counts.len().min(self.others));
        let mut between: Vec<Between> = (from..from + ends).map(one).collect();
        between
            .extend(counts.into_iter().map(|(worker, writes)| Between::Folded { worker, writes }));
        if !others.is_empty() {
            let writes = others.iter().map(|(_, writes)| writes).sum();
            between.push(Between::Others { workers: others.len(), writes });
        }
        between.extend((to - ends..to).map(one));
        between
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::BTreeSet;
    use std::rc::Rc;
    use std::sync::atomic::AtomicU64;

    use crossbeam_utils::CachePadded;
    use proptest::prelude::*;

    use super::*;
    use crate::machine::{Guard, Program};
    use crate::worker::resource::{Log, Resource, TracedVariable, writes};

    /// The n-th update of a worker.
    type Update = (usize, usize);

    /// One worker, its updates so far, and what it has read: the value, the updates that are in it,
    /// and how many writes there had been.
    struct Worker<'a> {
        variable: TracedVariable<'a>,
        made: usize,
        seen: Option<(PackedTally, BTreeSet<Update>, u64)>,
    }

    /// What a variable holds, by the definition: a set of updates; and the write that removed each
    /// of them last.
    #[derive(Default)]
    struct Reference {
        holds: BTreeSet<Update>,
        writes: u64,
        removed: BTreeMap<Update, (usize, u64, u64)>,
    }

    impl Reference {
        fn write(&mut self, by: Update, seen: &BTreeSet<Update>, at: u64) {
            let mut new = seen.clone();
            new.insert(by);
            for lost in self.holds.difference(&new) {
                self.removed.insert(*lost, (by.0, self.writes + 1, self.writes - at));
            }
            self.removed.retain(|update, _| !new.contains(update));
            self.holds = new;
            self.writes += 1;
        }
    }

    fn program(workers: usize) -> Program {
        let guard = Guard::Update;
        Program { workers, iters: 40, guard, count_up: false, permits: 1, copies: 1 }
    }

    /// Takes the steps of an interleaving one after the other; each begins or ends an update.
    fn followed(program: &Program, steps: &[(usize, bool)]) -> (RunTrace, Reference) {
        let words = [CachePadded::new(AtomicU64::new(0))];
        let log: Vec<_> = (0..Log::lines(program)).map(|_| CachePadded::default()).collect();
        let log = Log(&log);
        let worker = |me| Worker {
            variable: TracedVariable::new(&words[0], log, program, me, &Rc::new(Cell::new(0))),
            made: 0,
            seen: None,
        };
        let mut workers: Vec<_> = (0..program.workers).map(worker).collect();
        let mut shared = Reference::default();
        for &(me, in_one) in steps {
            let Worker { variable, made, seen } = &mut workers[me];
            let deltas = program.deltas(me);
            let delta = deltas[*made % deltas.len()];
            match seen.take() {
                _ if *made as u64 == program.updates(me) => continue,
                None if in_one => {
                    assert!(variable.add(PackedTally::one(delta)).is_ok());
                    let (holds, at) = (shared.holds.clone(), shared.writes);
                    shared.write((me, *made), &holds, at);
                    *made += 1;
                }
                None => {
                    let value = variable.read().unwrap_or_default();
                    *seen = Some((value, shared.holds.clone(), shared.writes));
                }
                Some((value, set, at)) => {
                    let unchanged = at == shared.writes;
                    let written = match in_one {
                        true => variable.replace(value, value + delta),
                        false => variable.write(value + delta).map(|()| true),
                    };
                    let written = written.is_ok_and(|written| written);
                    assert_eq!(written, unchanged || !in_one, "an exchange compares the writer");
                    if written {
                        shared.write((me, *made), &set, at);
                        *made += 1;
                    }
                }
            }
        }
        let writes = writes(&words, log, program).expect("the log is whole");
        assert_eq!(writes[0].len(), workers.iter().map(|worker| worker.made).sum::<usize>());
        (RunTrace::new(&writes, program.workers), shared)
    }

    proptest! {
        /// Against sets of updates, in which every lost update is counted by itself.
        #[test]
        fn who_overwrote_whom_is_what_sets_of_updates_say(
            workers in 1_usize..6,
            steps in prop::collection::vec((0_usize..5, prop::bool::weighted(0.2)), 0..300),
        ) {
            let program = program(workers);
            let steps: Vec<_> =
                steps.iter().map(|&(me, in_one)| (me % workers, in_one)).collect();
            let (traced, shared) = followed(&program, &steps);
            let mut pairs = BTreeMap::new();
            let mut sizes = BTreeMap::new();
            for ((of, number), (by, write, away)) in &shared.removed {
                let deltas = program.deltas(*of);
                let delta = deltas[number % deltas.len()];
                let (lost, most_away) = pairs.entry((by + 1, of + 1)).or_insert((0, 0));
                *lost += PackedTally::one(delta).word();
                *most_away = (*away).max(*most_away);
                *sizes.entry(*write).or_insert(0) += 1;
            }
            let found = traced.overwrote.iter().map(|pair| {
                let lost = pair.lost.increments | pair.lost.decrements << 32;
                ((pair.by, pair.of), (lost, pair.most_away))
            });
            prop_assert_eq!(found.collect::<BTreeMap<_, _>>(), pairs);
            prop_assert_eq!(traced.lost.sum(), shared.removed.len() as u64);
            prop_assert_eq!(traced.made.sum(), shared.writes);
            prop_assert_eq!(traced.losses, sizes.len() as u64);
            for loss in &traced.largest {
                prop_assert_eq!(sizes[&loss.write], loss.all());
                let between = loss.between.iter().map(|between| match between {
                    Between::One { .. } => 1,
                    Between::Folded { writes, .. } | Between::Others { writes, .. } => *writes,
                });
                prop_assert_eq!(between.sum::<u64>(), loss.away);
                prop_assert_eq!(loss.write - loss.read_at - 1, loss.away);
            }
        }
    }

    #[test]
    fn an_update_that_was_written_back_was_not_lost_by_the_first_who_overwrote_it() {
        // Worker 3 reads 1, worker 2 overwrites it, worker 3 writes it back, worker 2 removes it.
        let (read, write) = (false, false);
        let steps = [(1, read), (0, read), (0, write), (2, read), (1, write)];
        let (traced, _) = followed(&program(3), &[&steps[..], &[(1, read), (2, write)]].concat());
        assert_eq!((traced.lost.increments, traced.lost.decrements), (0, 1));
        let steps = [&steps[..], &[(1, read), (2, write), (1, write)]].concat();
        let (traced, _) = followed(&program(3), &steps);
        let loss = &traced.largest[0];
        assert_eq!((traced.losses, traced.lost.increments, loss.older), (1, 2, 1), "{traced:?}");
        let pairs: Vec<_> = traced.overwrote.iter().map(|pair| (pair.by, pair.of)).collect();
        assert_eq!(pairs, [(2, 1), (2, 3)]);
    }
}
