//! `--yield`: a worker gives up the processor now and then, so that the race shows.

use std::thread;
use std::time::{Duration, Instant};

use crossbeam_utils::CachePadded;

use super::around::{Hook, Step};
use crate::machine::{Answer, Lock, PackedTally, Program};
use crate::worker::context::Shared;
use crate::worker::control::RunControl;
use crate::worker::{Stop, Waiting, WorkerContext, WorkerStatus, YieldRate};

/// How long a worker yields the first few times, at the most: longer than the time slices of several
/// other programs, which may have the processor of the other worker.
const FIRST: Duration = Duration::from_millis(200);
/// How often it does so. Once is not enough: if that yield stands between two updates, it loses
/// nothing, and then a busy processor may keep the other worker away for long.
const FIRST_YIELDS: u32 = 4;
/// So many updates of a worker are its last ones.
const LAST_UPDATES: u64 = 4;
/// How long a worker yields later, if the others have made no update since it yielded last.
const WAIT: Duration = Duration::from_micros(100);
/// How often it yields for so long.
const WAITS: u32 = 50;
/// How long a worker yields at the end for another.
const LAST: Duration = Duration::from_millis(1);
/// How often it yields at the least, if that does not take longer than [`FIRST`].
const LEAST: u32 = 100;
/// A worker of a short program yields after so many steps, or fewer.
const DENSE: u32 = 4;
/// After so many yields another worker has noticed that this one yields.
const NOTICED: u32 = 8;
/// So many of the next workers are looked at.
const NEXT: usize = 8;

/// Yields the processor after any step, and between two updates: at random, after `one_in` of
/// these on average.
///
/// After a yield that follows a read, the worker writes an outdated value, and its own updates stay;
/// after a yield between two updates, it reads what the others have written, and their updates
/// stay. Both are needed for losses of both kinds. A yield within an entry section makes mistakes
/// in it show.
pub(in crate::worker) struct Yielding<'a> {
    one_in: u32,
    /// So many steps until the next yield.
    left: u32,
    random: fastrand::Rng,
    /// So many more yields are long: none if there is no other worker to wait for.
    long_left: u32,
    /// How many updates the others had made at the last yield.
    seen: u64,
    /// How often it may still wait for others that have made none since.
    waits_left: u32,
    /// The mutex that it acquired last, while it holds it.
    holds: Option<Lock>,
    me: usize,
    /// How many updates this worker has made.
    made: u64,
    statuses: &'a [CachePadded<WorkerStatus>],
    control: &'a RunControl,
    program: &'a Program,
}

impl<'a> Yielding<'a> {
    /// `None` if workers do not yield.
    pub(in crate::worker) fn new(context: &WorkerContext<'a>) -> Option<Self> {
        let WorkerContext { me, config, shared, .. } = *context;
        let Shared { control, statuses, .. } = shared;
        let YieldRate::OneIn(one_in) = config.yields else { return None };
        let random = fastrand::Rng::with_seed(config.seed_of(me));
        let (long_left, waits_left) =
            if statuses.len() == 1 { (0, 0) } else { (FIRST_YIELDS, WAITS) };
        let mut yielding = Self {
            one_in,
            left: 0,
            random,
            long_left,
            seen: 0,
            waits_left,
            holds: None,
            me,
            made: 0,
            statuses,
            control,
            program: &config.program,
        };
        yielding.draw();
        Some(yielding)
    }

    /// Evenly spread, with `one_in` in the middle.
    fn draw(&mut self) {
        self.left = self.random.u32(1..=self.one_in.saturating_mul(2).saturating_sub(1));
    }

    #[inline(always)]
    fn count(&mut self) {
        self.left -= 1;
        if self.left == 0 {
            self.give_up_the_processor();
        }
    }

    #[cold]
    #[inline(never)]
    fn give_up_the_processor(&mut self) {
        self.draw();
        let made = self.made_by_others();
        let moved = std::mem::replace(&mut self.seen, made) != made;
        let most = if self.long_left > 0 {
            // `sched_yield` may let the same worker go on.
            self.long_left -= 1;
            FIRST
        } else if !moved && self.waits_left > 0 {
            // The processor of the others may have been taken away: without a wait, this worker
            // could finish alone.
            self.waits_left -= 1;
            WAIT
        } else if self.blocks_the_others() {
            return;
        } else {
            return thread::yield_now();
        };
        // Until another worker completes an update, or is blocked, yielding or finished. In a short
        // program one that yields already is to notice first that this one does: there are hardly
        // more yields than these. In a long one the long yields would then be used up too early.
        let notices = self.one_in <= DENSE && self.others().any(WorkerStatus::yields);
        let least = if notices { NOTICED } else { 0 };
        self.yield_until(most, least, |yielding| {
            yielding.made_by_others() > made || yielding.others().any(|other| !other.goes_on())
        });
    }

    /// Whether no other worker can take a step before this one releases its mutex: a yield could only
    /// give the processor to other programs.
    ///
    /// A worker that no longer waits is not taken for one that does: it publishes that its wait has
    /// ended before it releases the mutex.
    fn blocks_the_others(&self) -> bool {
        let all_are_seen = self.statuses.len() <= NEXT + 1;
        let blocks = |lock| self.others().all(|other| other.waiting() == Waiting::Lock(lock));
        all_are_seen && self.holds.is_some_and(blocks)
    }

    fn made_by_others(&self) -> u64 {
        self.others().map(WorkerStatus::made).sum()
    }

    /// The next of the other workers.
    fn others(&self) -> impl Iterator<Item = &'a WorkerStatus> + use<'a> {
        let next = NEXT.min(self.statuses.len() - 1);
        self.statuses.iter().cycle().skip(self.me + 1).take(next).map(|status| &**status)
    }

    /// Yields until `done`, at most for so long. Beside other programs a single yield may take
    /// longer than that, and give them the processor instead of the other worker: so it yields a
    /// few times at least, but not for longer than [`FIRST`].
    fn yield_until(&self, most: Duration, least: u32, done: impl Fn(&Self) -> bool) {
        // A worker that spins has published what it waits for, and that stays.
        let status = &self.statuses[self.me];
        let goes_on = status.goes_on();
        if goes_on {
            status.publish_wait(Waiting::Another);
        }
        let began = Instant::now();
        let mut yields = 0;
        while yields < least || !done(self) {
            let passed = began.elapsed();
            if passed >= FIRST || (passed >= most && yields >= LEAST) {
                break;
            }
            thread::yield_now();
            yields += 1;
        }
        if goes_on {
            status.publish_wait(Waiting::Nothing);
        }
    }

    /// Called after this worker has read a variable, while some worker makes its last updates: acts in
    /// an entry section alone. The next update makes up for a lost wake-up, so only a last update
    /// shows it. Therefore a worker in its last updates lets another one read a variable; and a
    /// worker that is not lets the other finish, so that the value it has read is outdated.
    #[cold]
    #[inline(never)]
    fn meet_at_the_end(&self) {
        let status = &self.statuses[self.me];
        let in_entry_section = !status.is_inside() && status.made() == self.made;
        if !in_entry_section || self.others().all(WorkerStatus::has_ended) {
            return;
        }
        let is_last = |me: usize, made: u64| made + LAST_UPDATES >= self.program.updates(me);
        let (me, workers) = (self.me, self.statuses.len());
        let mut others = self.others().enumerate();
        let other_is_last = others.any(|(at, other)| {
            !other.has_ended() && is_last((me + 1 + at) % workers, other.made())
        });
        let another_yields = self.others().any(WorkerStatus::yields);
        if is_last(me, self.made) && !(other_is_last && another_yields) {
            // A blocked worker may have been woken and not have run yet.
            let went_on: Vec<_> = self.others().map(WorkerStatus::goes_on).collect();
            let stopped = |yielding: &Self| {
                let mut others = yielding.others().zip(&went_on);
                others.any(|(other, went_on)| other.yields() || (*went_on && !other.goes_on()))
            };
            self.yield_until(LAST, 0, stopped);
        } else if other_is_last {
            let stopped = |yielding: &Self| {
                yielding.others().any(|other| !other.goes_on() && !other.yields())
            };
            self.yield_until(LAST, 0, stopped);
        }
    }
}

impl Hook for Yielding<'_> {
    #[inline(always)]
    fn after(&mut self, step: &Step, _: &Answer<PackedTally>) -> Result<(), Stop> {
        match step {
            Step::Acquire(lock) | Step::Wake(_, lock) => self.holds = Some(*lock),
            Step::Release(lock) | Step::Sleep(_, lock) if self.holds == Some(*lock) => {
                self.holds = None;
            }
            _ => {}
        }
        self.count();
        let looks = matches!(step, Step::Load(..) | Step::Swap(..) | Step::CompareExchange { .. });
        if looks && self.control.is_ending() {
            self.meet_at_the_end();
        }
        Ok(())
    }

    #[inline(always)]
    fn between(&mut self, made: u64) -> Result<(), Stop> {
        self.made = made;
        if made + LAST_UPDATES == self.program.updates(self.me) {
            self.control.begin_ending();
        }
        self.count();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Condition;

    #[test]
    fn a_worker_blocks_the_others_while_all_of_them_wait_for_its_mutex() {
        let statuses: [CachePadded<WorkerStatus>; 3] = Default::default();
        let control = RunControl::default();
        let guard = crate::machine::Guard::Update;
        let program =
            Program { workers: 3, iters: 5, guard, count_up: false, permits: 1, copies: 1 };
        let mut yielding = Yielding {
            one_in: 100,
            left: 100,
            random: fastrand::Rng::with_seed(1),
            long_left: 0,
            seen: 0,
            waits_left: 0,
            holds: None,
            me: 1,
            made: 0,
            statuses: &statuses,
            control: &control,
            program: &program,
        };
        let mut blocks = |step| {
            assert!(yielding.after(&step, &Answer::Done).is_ok());
            yielding.blocks_the_others()
        };
        statuses[0].publish_wait(Waiting::Lock(Lock(0)));
        assert!(!blocks(Step::Acquire(Lock(0))), "worker 3 goes on");
        statuses[2].publish_wait(Waiting::Lock(Lock(1)));
        assert!(!blocks(Step::Read), "worker 3 waits for another one");
        statuses[2].publish_wait(Waiting::Lock(Lock(0)));
        assert!(blocks(Step::Read));
        assert!(!blocks(Step::Release(Lock(0))));
        assert!(blocks(Step::Wake(Condition(0), Lock(0))));
        assert!(!blocks(Step::Sleep(Condition(0), Lock(0))));
    }
}
