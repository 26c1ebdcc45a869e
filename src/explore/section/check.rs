//! Runs the strategy's code, and checks that nothing but the answers decides what it does.

use super::super::model::{Halt, Model};
use super::super::stop::Stop;
use super::{Log, Run, Sections, Start};

/// How often a failed attempt is repeated to see whether it leaves something for the next one.
pub(super) const REPEATS: usize = 20;

/// About how often the strategy is run again to see whether it still takes the same steps.
pub(super) const RERUNS: usize = 20_000;

impl Sections<'_> {
    /// The code must do the same after all of these answers. If it does not, the answer that makes
    /// the difference is kept apart from now on.
    pub(super) fn check_same(&mut self, start: &Start, logs: &[Log]) -> Result<(), Stop> {
        let &Start { worker, section, .. } = start;
        let first = self.run(start, &logs[0])?.clone();
        for log in &logs[1..] {
            if *self.run(start, log)? == first {
                continue;
            }
            if log.len() != logs[0].len() {
                self.lengths_apart.insert((worker, section));
                return Err(Stop::AnswersMatter);
            }
            let mut mixed = logs[0].clone();
            for at in 0..log.len() {
                if mixed[at] != log[at] {
                    mixed[at] = log[at];
                    if self.run_now(&(start.clone(), mixed.clone()), false) != first {
                        self.apart.insert((worker, section, at));
                        return Err(Stop::AnswersMatter);
                    }
                }
            }
            return Err(Stop::OwnState);
        }
        Ok(())
    }

    /// What the code does after these answers; asked once.
    pub(super) fn run(&mut self, start: &Start, log: &[u64]) -> Result<&(Halt, usize), Stop> {
        let worker = start.worker;
        let run = (start.clone(), log.into());
        if !self.runs.contains_key(&run) {
            let outcome = self.run_now(&run, false);
            if outcome.0 == Halt::OwnState {
                return Err(Stop::OwnState);
            }
            for other in (0..self.kinds.len()).filter(|&other| other != worker) {
                let start = Start { worker: other, ..start.clone() };
                let differs = || self.run_now(&(start, run.1.clone()), false) != outcome;
                if self.kinds[other] == worker && differs() {
                    return Err(Stop::NotSymmetric);
                }
            }
            self.runs.insert(run.clone(), outcome);
        }
        Ok(&self.runs[&run])
    }

    /// With `repeat`, an attempt that fails with the last answer is made again.
    fn run_now(&self, (start, log): &Run, repeat: bool) -> (Halt, usize) {
        let mut model = self.model(start, log);
        model.repeat = repeat;
        let halt = self.strategy.advance(&mut model, &self.program).err();
        let halt = halt.unwrap_or_else(|| Halt::Done(model.privates.values()));
        (halt, model.writes)
    }

    fn model<'m>(&'m self, start: &Start, log: &'m [u64]) -> Model<'m> {
        let (workers, section) = (self.program.workers, usize::from(start.section));
        let mut model = Model::new(start.worker, workers, section, log);
        model.privates = start.privates.iter().copied().collect();
        model.needs = Some(&self.needs);
        model
    }

    /// What the private variables hold at a point.
    pub(in crate::explore) fn privates(&self, point: u32) -> Box<[u64]> {
        let point = &self.points[point as usize];
        let mut model = self.model(&point.start, &point.logs[0]);
        // It stops at the next step, as it did before.
        let _ = self.strategy.advance(&mut model, &self.program);
        model.privates.values()
    }

    /// A failed attempt must leave nothing behind: after one such attempt, and after many, the next
    /// one takes the same steps.
    pub(super) fn check_repeated(
        &mut self,
        start: &Start,
        log: &[u64],
        since: usize,
    ) -> Result<(), Stop> {
        let (before, failed) = log.split_at(since);
        for times in [1, REPEATS] {
            let mut repeated = before.to_vec();
            (0..times).for_each(|_| repeated.extend_from_slice(failed));
            for at in 0..failed.len() {
                let run = (start.clone(), repeated.as_slice().into());
                let again = self.run_now(&run, true).0;
                let first = &self.run(start, &log[..since + at])?.0;
                let (Halt::Next(again), Halt::Next(first)) = (again, first) else {
                    return Err(Stop::OwnState);
                };
                let depths = again.attempts.len() == first.attempts.len();
                if (again.step, again.reads) != (first.step, first.reads) || !depths {
                    return Err(Stop::OwnState);
                }
                repeated.push(failed[at]);
            }
        }
        Ok(())
    }

    /// Runs the strategy again with the answers that it has got before, in another order. If it
    /// takes another step, it keeps state outside of the machine.
    pub(in crate::explore) fn check_again(&self) -> Result<(), Stop> {
        let runs: Vec<_> = self.runs.iter().collect();
        let same = |(run, outcome): &(&Run, &(Halt, usize))| self.run_now(run, false) == **outcome;
        let others = (RERUNS / runs.len().max(1)).clamp(1, runs.len().max(1));
        for (at, run) in runs.iter().enumerate() {
            for other in 0..others {
                // One run may leave something behind that changes the other.
                let other = &runs[(at + 1 + other * (runs.len() / others)) % runs.len()];
                if !same(run) || !same(other) {
                    return Err(Stop::OwnState);
                }
            }
        }
        Ok(())
    }
}
