//! A few schedules that lead to the lowest and highest values, for where a search is cut short.
//!
//! A depth-first search that is cut short has seen only schedules like its first ones. So a few
//! very different ones are added: one worker is stopped between its read and its write while others
//! run.

use super::budget::Budget;
use super::dataflow::{cells, memory};
use super::exploration::FinalValue;
use super::space::{Space, StepResult};
use super::stop::Stop;
use crate::machine::{PackedTally, Program, Step, Turn};

/// The most steps of all schedules together.
const MOST_STEPS: usize = 2_000_000;

/// The most steps of all schedules together after a signal: they take some milliseconds.
const FEW_STEPS: usize = 50_000;

/// Reads after which a worker is stopped in turn, spread over all of its reads.
const STOPS: u64 = 10;

/// Where a worker is stopped, at the latest.
#[derive(Clone, Copy)]
enum Until {
    /// It has read the resource so many times.
    Read(u64),
    /// It is about to read it for the next time after so many.
    NextRead(u64),
    End,
}

/// What the schedules end with, as many as there is time for. The space must ignore values.
pub(super) fn probes(
    space: &mut Space<'_, '_>,
    first: &[u32],
    program: &Program,
    budget: &mut Budget<'_>,
) -> Vec<FinalValue> {
    let mut found: Vec<FinalValue> = Vec::new();
    let mut steps = 0;
    for plan in plans(program) {
        let most = if budget.is_interrupted_later() { FEW_STEPS } else { MOST_STEPS };
        if steps > most {
            break;
        }
        let mut run = Run::new(space, first, program);
        let ended = run.follow(&plan, most - steps);
        steps += run.turns.len() + 1;
        let (true, value) = (ended == Ok(true), run.value()) else { continue };
        let outcome = FinalValue {
            value,
            interleavings: None,
            lossless: None,
            chance: None,
            min_preemptions: run.preemptions,
            schedule: run.turns.into_iter().collect(),
        };
        match found.iter_mut().find(|known| known.value == value) {
            Some(known) if known.min_preemptions > outcome.min_preemptions => *known = outcome,
            Some(_) => {}
            None => found.push(outcome),
        }
    }
    found
}

/// The order in which workers run, and how far each runs; then all run to the end.
fn plans(program: &Program) -> Vec<Vec<(usize, Until)>> {
    let all = 0..program.workers;
    let against = |one: usize| {
        let others = all.clone().filter(move |&other| other != one);
        others
            .filter(move |&other| program.count_up || program.deltas(other) != program.deltas(one))
    };
    // One reads, and writes its old value when others have run to their ends.
    let stop = |one: usize, read: u64| {
        let others = against(one).map(|other| (other, Until::End));
        std::iter::once((one, Until::Read(read))).chain(others).chain([(one, Until::End)]).collect()
    };
    // One reads, and writes its old value when another is about to make its last update. That one
    // reads what was written, and writes at the very end.
    let both = |one: usize, other: usize| {
        let last = program.updates(other);
        vec![
            (one, Until::Read(1)),
            (other, Until::NextRead(last - 1)),
            (one, Until::NextRead(1)),
            (other, Until::Read(last)),
            (one, Until::End),
        ]
    };
    let last = |one: usize| program.updates(one);
    let mut plans = vec![Vec::new()];
    plans.extend(all.clone().map(|one| stop(one, 1)));
    let pairs = all.clone().flat_map(|one| against(one).map(move |other| (one, other)));
    plans.extend(pairs.filter(|&(_, other)| last(other) > 0).map(|(one, other)| both(one, other)));
    for at in (1..=STOPS).rev() {
        plans.extend(all.clone().map(|one| stop(one, (last(one) * at / STOPS).max(1))));
    }
    plans
}

/// A schedule, up to the step that is taken next.
struct Run<'r, 'a, 'c> {
    space: &'r mut Space<'a, 'c>,
    program: &'r Program,
    state: Vec<u32>,
    values: Vec<PackedTally>,
    /// How often each worker has read the resource.
    reads: Vec<u64>,
    turns: Vec<Turn>,
    last: Option<usize>,
    preemptions: u32,
}

impl<'r, 'a, 'c> Run<'r, 'a, 'c> {
    fn new(space: &'r mut Space<'a, 'c>, first: &[u32], program: &'r Program) -> Self {
        let values = vec![PackedTally::default(); cells(program.workers)];
        let (state, reads, turns) = (first.to_vec(), vec![0; program.workers], Vec::new());
        Self { space, program, state, values, reads, turns, last: None, preemptions: 0 }
    }

    /// Whether all workers have finished after at most so many steps.
    fn follow(&mut self, plan: &[(usize, Until)], most: usize) -> Result<bool, Stop> {
        for &(worker, until) in plan {
            self.run(worker, until, most)?;
        }
        // A worker may have to wait for one that runs later.
        let mut before = usize::MAX;
        while before != self.turns.len() && !self.space.complete(&self.state) {
            before = self.turns.len();
            for worker in 0..self.program.workers {
                self.run(worker, Until::End, most)?;
                while self.drain(worker) {}
            }
        }
        Ok(self.space.complete(&self.state))
    }

    fn run(&mut self, worker: usize, until: Until, most: usize) -> Result<(), Stop> {
        while self.turns.len() < most && self.space.enabled(&self.state, worker)? {
            let reads = match self.space.pending(&self.state, worker) {
                Some(pending) => pending.step == Step::Read,
                None => return Ok(()),
            };
            let stops = match until {
                Until::Read(times) => self.reads[worker] >= times,
                Until::NextRead(times) => reads && self.reads[worker] >= times,
                Until::End => false,
            };
            if stops {
                return Ok(());
            }
            if let Some(last) = self.last.filter(|&last| last != worker) {
                self.preemptions += u32::from(self.space.enabled(&self.state, last)?);
            }
            match self.space.step(&self.state, worker)? {
                StepResult::Taken { transfer, .. } => {
                    transfer.apply(&mut self.values, super::space::plus);
                    self.reads[worker] += u64::from(reads);
                    self.last = Some(worker);
                    self.turns.push(Turn::of(worker));
                    self.state.copy_from_slice(&self.space.after);
                }
                StepResult::NotDrained => {
                    self.drain(worker);
                }
                _ => return Ok(()),
            }
        }
        Ok(())
    }

    fn drain(&mut self, worker: usize) -> bool {
        let StepResult::Taken { transfer, .. } = self.space.drain(&self.state, worker) else {
            return false;
        };
        transfer.apply(&mut self.values, super::space::plus);
        self.turns.push(Turn::drain(worker));
        self.state.copy_from_slice(&self.space.after);
        true
    }

    fn value(&self) -> i64 {
        let copies = usize::try_from(self.program.copies).unwrap_or(1);
        (0..copies).map(|copy| self.values[usize::from(memory(copy))].value()).sum()
    }
}
