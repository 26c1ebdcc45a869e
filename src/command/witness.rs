//! The schedules that are shown of an exploration, step by step.

use crate::explore::{
    Explorable, Exploration, FinalValue, Watch, crowded, reaching, trace, waiting,
};
use crate::machine::{Program, Schedule};
use crate::outcome::{Witness, WitnessOf, hidden, witness};
use crate::plan::Explore;

/// What takes more iterations to be seen is not looked for.
const MOST_ITERS: u64 = 3;

/// What schedules are shown of.
pub(super) struct Shown<'a> {
    pub(super) strategy: &'a dyn Explorable,
    pub(super) program: &'a Program,
    pub(super) task: &'a Explore,
    pub(super) found: &'a Exploration,
}

impl Shown<'_> {
    /// What was asked for, or the worst.
    pub(super) fn witness(&self) -> Option<Witness> {
        let (of, schedule) = witness(self.found, self.task.witness)?;
        self.follow(of, self.program, schedule.clone())
    }

    /// How each final value comes about that a report shows.
    pub(super) fn values(&self) -> Vec<Witness> {
        let outcomes = &self.found.outcomes;
        let hidden = hidden(outcomes.len());
        let shown = outcomes.iter().enumerate().filter(|(at, _)| !hidden.contains(at));
        let follow = |(_, outcome): (usize, &FinalValue)| {
            self.follow(WitnessOf::Value, self.program, outcome.schedule.clone())
        };
        shown.filter_map(follow).collect()
    }

    /// What else there is to be seen.
    pub(super) fn more(&self, watch: Watch<'_>) -> Vec<Witness> {
        let Self { found, program, .. } = self;
        if found.limits.interrupted {
            return Vec::new();
        }
        let more = match (self.task.witness, found.promise.most_inside(program.permits)) {
            (Some(value), _) => [self.other_way(value, watch), None],
            (None, most) => {
                let peak = found.peak_inside.unwrap_or(0) as u64;
                let last = match most {
                    Some(most) if peak > most => self.crowded(watch),
                    Some(_) if !found.stuck() => self.waiting(),
                    _ => None,
                };
                [self.livelock(), last]
            }
        };
        more.into_iter().flatten().collect()
    }

    /// To the value to reach one may come without a loss, and by losses that cancel out.
    fn other_way(&self, value: i64, watch: Watch<'_>) -> Option<Witness> {
        let outcome = self.found.final_value(value).filter(|_| value == self.found.target)?;
        if outcome.interleavings.is_some() && outcome.interleavings == outcome.lossless {
            return None;
        }
        let known = self.follow(WitnessOf::Value, self.program, outcome.schedule.clone())?;
        let lossy = known.trace.kept != self.program.planned();
        let (memory, bounds) = (self.task.memory, self.task.bounds);
        let other = reaching(self.strategy, self.program, memory, bounds, watch, lossy)?;
        self.follow(WitnessOf::Value, self.program, other)
    }

    fn livelock(&self) -> Option<Witness> {
        let livelock = self.found.livelock.as_ref()?;
        self.follow(WitnessOf::Livelock, self.program, livelock.rounds.clone())
    }

    /// How too many workers are inside, with as few iterations as show it.
    fn crowded(&self, watch: Watch<'_>) -> Option<Witness> {
        let (memory, bounds) = (self.task.memory, self.task.bounds);
        self.fewer().find_map(|program| {
            let schedule = crowded(self.strategy, &program, memory, bounds, watch)?;
            self.follow(WitnessOf::Crowded, &program, schedule)
        })
    }

    /// How a worker has to wait, with as few iterations as show it.
    fn waiting(&self) -> Option<Witness> {
        self.fewer().find_map(|program| {
            let schedule = waiting(self.strategy, &program, self.task.memory)?;
            self.follow(WitnessOf::Waiting, &program, schedule)
        })
    }

    fn fewer(&self) -> impl Iterator<Item = Program> {
        let iters = 1..=self.program.iters.min(MOST_ITERS);
        iters.map(|iters| Program { iters, ..self.program.clone() })
    }

    fn follow(&self, of: WitnessOf, program: &Program, schedule: Schedule) -> Option<Witness> {
        let trace = trace(self.strategy, program, self.task.memory, &schedule, false).ok()?;
        Some(Witness { of, iters: program.iters, schedule, trace })
    }
}
