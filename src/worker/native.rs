//! The machine of the processor: a step is an atomic instruction, a lock operation or a system
//! call.
//!
//! Its methods are `inline`, so that each codegen unit has them and can join them with the loop of a
//! strategy.

use std::sync::atomic::Ordering::{self, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicU64, fence};

use crossbeam_utils::CachePadded;

use super::context::Shared;
use super::control::RunControl;
use super::hook::Hook;
use super::locks::{Locks, Semaphores, SharedCondition};
use super::resource::Resource;
use super::spin::Spin;
use super::status::count_inside;
use super::{Stop, Waiting, WorkerContext, WorkerStatus};
use crate::machine::{
    Answer, Condition, Delta, Lifecycle, Lock, Machine, PackedTally, Private, Privates, Section,
    Semaphore, Step, Var, attempt, check_fence, check_load, check_store, declared, not_held,
    on_failure, spin_until,
};

/// One real worker: the same for threads and processes, which differ in their [`Locks`] only.
pub(super) struct Native<'a, R, L, S, H> {
    me: usize,
    status: &'a WorkerStatus,
    statuses: &'a [CachePadded<WorkerStatus>],
    vars: &'a [CachePadded<AtomicU64>],
    control: &'a RunControl,
    resource: R,
    locks: L,
    semaphores: S,
    conditions: &'a [CachePadded<SharedCondition>],
    /// The notifications that there had been when it last fell asleep.
    seen: u64,
    hook: H,
    privates: Privates,
    /// A worker inside counts the workers inside when these bits of the updates made are 0.
    look_mask: u64,
    /// The number of updates made is published when these bits of it are 0.
    publish_mask: u64,
    spin: Spin<'a>,
}

impl<'a, R: Resource, L: Locks, S: Semaphores, H: Hook> Native<'a, R, L, S, H> {
    /// The worker of this context, before its first step.
    pub(super) fn new(
        context: &WorkerContext<'a>,
        resource: R,
        (locks, semaphores): (L, S),
        hook: H,
    ) -> Self {
        let WorkerContext { me, config, needs, shared, .. } = *context;
        let Shared { control, statuses, vars, conditions, .. } = shared;
        Self {
            me,
            status: &statuses[me],
            statuses,
            vars,
            control,
            resource,
            locks,
            semaphores,
            conditions,
            seen: 0,
            hook,
            privates: Privates::new(needs),
            look_mask: config.look_every() - 1,
            publish_mask: config.publish_every() - 1,
            spin: Spin::new(&statuses[me], control),
        }
    }

    #[inline]
    fn var(&self, var: Var) -> &'a AtomicU64 {
        declared("variable", self.vars, var.0)
    }

    #[inline]
    fn condition(&self, condition: Condition) -> &'a SharedCondition {
        declared("condition", self.conditions, condition.0)
    }

    /// Tries a few times more before the worker goes to sleep.
    ///
    /// It pauses longer each time: looking at the lock all the time would take its cache line from
    /// the worker that holds it, and make every update several times more expensive.
    #[cold]
    #[inline(never)]
    fn try_again(&mut self, attempt: impl Fn(&mut Self) -> bool) -> bool {
        [16, 32, 64, 128].into_iter().any(|pauses| {
            (0..pauses).for_each(|_| std::hint::spin_loop());
            attempt(self)
        })
    }

    #[cold]
    #[inline(never)]
    fn acquire_later(&mut self, lock: Lock) {
        // Published at once, so that the worker that holds the mutex sees whether a yield would let
        // another one go on.
        self.spin.tell(Waiting::Lock(lock), self.locks.held());
        if !self.try_again(|native| native.locks.try_acquire(lock)) {
            self.locks.acquire(lock);
        }
        self.spin.end();
    }

    #[cold]
    #[inline(never)]
    fn wait_later(&mut self, semaphore: Semaphore) {
        if !self.try_again(|native| native.semaphores.try_wait(semaphore)) {
            self.spin.tell(Waiting::Semaphore(semaphore), self.locks.held());
            self.semaphores.wait(semaphore);
            self.spin.end();
        }
    }

    /// Sleeps, and takes the mutex again.
    #[cold]
    #[inline(never)]
    fn wait_for_notification(&mut self, condition: Condition, lock: Lock) {
        self.spin.tell(Waiting::Condition(condition), self.locks.held());
        self.condition(condition).wait(self.seen);
        self.spin.end();
        self.acquire_later(lock);
    }

    /// Cold, so that the loop keeps its registers for what each update needs.
    #[cold]
    #[inline(never)]
    fn publish(&self, made: u64) {
        self.status.progress.store(2 * made, Release);
    }
}

/// Takes a step between the two calls of the hook.
macro_rules! step {
    ($native:ident, $step:expr, $take:expr, $answer:expr) => {{
        let step = $step;
        $native.hook.before(&step)?;
        let taken = $take;
        $native.hook.after(&step, &$answer(taken))?;
        Ok(taken)
    }};
}

#[inline]
fn done((): ()) -> Answer<PackedTally> {
    Answer::Done
}

impl<R: Resource, L: Locks, S: Semaphores, H: Hook> Machine for Native<'_, R, L, S, H> {
    type Stop = Stop;
    type Value = PackedTally;

    #[inline]
    fn me(&self) -> usize {
        self.me
    }

    #[inline]
    fn workers(&self) -> usize {
        self.statuses.len()
    }

    #[inline]
    fn read(&mut self) -> Result<PackedTally, Stop> {
        step!(self, Step::Read, self.resource.read()?, Answer::Value)
    }

    #[inline]
    fn write(&mut self, value: PackedTally) -> Result<(), Stop> {
        step!(self, Step::Write(value), self.resource.write(value)?, done)
    }

    #[inline]
    fn add(&mut self, delta: Delta) -> Result<(), Stop> {
        step!(self, Step::Add(delta), self.resource.add(PackedTally::one(delta))?, done)
    }

    #[inline]
    fn replace(&mut self, seen: PackedTally, new: PackedTally) -> Result<bool, Stop> {
        let step = Step::Replace { seen, new };
        step!(self, step, self.resource.replace(seen, new)?, Answer::Flag)
    }

    #[inline]
    fn load(&mut self, var: Var, order: Ordering) -> Result<u64, Stop> {
        check_load(order);
        step!(self, Step::Load(var, order), self.var(var).load(order), Answer::Word)
    }

    #[inline]
    fn store(&mut self, var: Var, value: u64, order: Ordering) -> Result<(), Stop> {
        check_store(order);
        step!(self, Step::Store(var, value, order), self.var(var).store(value, order), done)
    }

    #[inline]
    fn swap(&mut self, var: Var, value: u64, order: Ordering) -> Result<u64, Stop> {
        let step = Step::Swap(var, value, order);
        step!(self, step, self.var(var).swap(value, order), Answer::Word)
    }

    #[inline]
    fn fetch_add(&mut self, var: Var, value: u64, order: Ordering) -> Result<u64, Stop> {
        let step = Step::FetchAdd(var, value, order);
        step!(self, step, self.var(var).fetch_add(value, order), Answer::Word)
    }

    #[inline]
    fn compare_exchange(
        &mut self,
        var: Var,
        seen: u64,
        new: u64,
        order: Ordering,
    ) -> Result<u64, Stop> {
        let step = Step::CompareExchange { var, seen, new, order };
        let take = |var: &AtomicU64| var.compare_exchange(seen, new, order, on_failure(order));
        step!(self, step, take(self.var(var)).unwrap_or_else(|held| held), Answer::Word)
    }

    #[inline]
    fn fence(&mut self, order: Ordering) -> Result<(), Stop> {
        check_fence(order);
        step!(self, Step::Fence(order), fence(order), done)
    }

    #[inline(always)]
    fn acquire(&mut self, lock: Lock) -> Result<(), Stop> {
        let take = |native: &mut Self| {
            if !native.locks.try_acquire(lock) {
                native.acquire_later(lock);
            }
        };
        step!(self, Step::Acquire(lock), take(self), done)
    }

    #[inline]
    fn try_acquire(&mut self, lock: Lock) -> Result<bool, Stop> {
        step!(self, Step::TryAcquire(lock), self.locks.try_acquire(lock), Answer::Flag)
    }

    #[inline(always)]
    fn release(&mut self, lock: Lock) -> Result<(), Stop> {
        step!(self, Step::Release(lock), self.locks.release(lock), done)
    }

    #[inline(always)]
    fn wait(&mut self, semaphore: Semaphore) -> Result<(), Stop> {
        let take = |native: &mut Self| {
            if !native.semaphores.try_wait(semaphore) {
                native.wait_later(semaphore);
            }
        };
        step!(self, Step::Wait(semaphore), take(self), done)
    }

    #[inline]
    fn try_wait(&mut self, semaphore: Semaphore) -> Result<bool, Stop> {
        let take = |native: &mut Self| {
            // Where there is no permit, it only looks: the look must not overtake the stores before
            // it, as no step of a semaphore does on the model.
            fence(SeqCst);
            native.semaphores.try_wait(semaphore)
        };
        step!(self, Step::TryWait(semaphore), take(self), Answer::Flag)
    }

    #[inline]
    fn signal(&mut self, semaphore: Semaphore) -> Result<(), Stop> {
        step!(self, Step::Signal(semaphore), self.semaphores.signal(semaphore), done)
    }

    #[inline]
    fn sleep(&mut self, condition: Condition, lock: Lock) -> Result<(), Stop> {
        let take = |native: &mut Self| {
            // Read before the mutex is given back: from then on a notification counts.
            native.seen = native.condition(condition).sent();
            if lock.0 < 64 && native.locks.held() >> lock.0 & 1 == 0 {
                not_held("sleeps with", lock.0);
            }
            native.locks.release(lock);
        };
        step!(self, Step::Sleep(condition, lock), take(self), done)
    }

    #[inline]
    fn wake(&mut self, condition: Condition, lock: Lock) -> Result<(), Stop> {
        let step = Step::Wake(condition, lock);
        step!(self, step, self.wait_for_notification(condition, lock), done)
    }

    #[inline]
    fn notify_one(&mut self, condition: Condition) -> Result<(), Stop> {
        step!(self, Step::NotifyOne(condition), self.condition(condition).notify_one(), done)
    }

    #[inline]
    fn notify_all(&mut self, condition: Condition) -> Result<(), Stop> {
        step!(self, Step::NotifyAll(condition), self.condition(condition).notify_all(), done)
    }

    #[inline]
    fn get(&self, private: Private) -> u64 {
        self.privates.get(private)
    }

    #[inline]
    fn set(&mut self, private: Private, value: u64) {
        self.privates.set(private, value);
    }

    #[inline]
    fn until(
        &mut self,
        words: &'static str,
        once: impl Fn(&mut Self) -> Result<bool, Stop>,
    ) -> Result<(), Stop> {
        let once = |native: &mut Self| attempt(native, &once, |native| &native.privates);
        let failed = spin_until(self, once, |native, failed| {
            let Self { spin, locks, .. } = native;
            spin.wait(words, failed, &|| locks.held())
        })?;
        if failed > 0 {
            self.spin.end();
        }
        Ok(())
    }
}

impl<R: Resource, L: Locks, S: Semaphores, H: Hook> Lifecycle for Native<'_, R, L, S, H> {
    #[inline]
    fn pause(&mut self, made: u64) -> Result<(), Stop> {
        if made & self.publish_mask == 0 {
            self.publish(made);
        }
        self.hook.between(made)?;
        if self.control.is_stopping() { Err(Stop::Asked) } else { Ok(()) }
    }

    #[inline]
    fn begin(&mut self, section: Section, made: u64) -> Result<bool, Stop> {
        if section == Section::Entry {
            self.privates.clear();
        } else if section == Section::Critical {
            // Release pairs with the Acquire of `count_inside`: a worker that sees this one inside
            // also sees that all workers that left before it came in are out. It is not added to, as
            // that would have to wait for the store before.
            self.status.progress.store(2 * made + 1, Release);
        }
        Ok(true)
    }

    #[inline]
    fn end(&mut self, section: Section, made: u64) -> Result<(), Stop> {
        if section == Section::Critical {
            if made & self.look_mask == 0 {
                count_inside(self.me, self.statuses);
            }
            self.status.progress.store(2 * made + 2, Release);
        }
        Ok(())
    }

    #[inline]
    fn has_copies(&self) -> bool {
        self.resource.has_copies()
    }

    #[inline]
    fn claim(&mut self) -> Result<(), Stop> {
        step!(self, Step::Claim, self.resource.claim(), done)
    }

    #[inline]
    fn give_back(&mut self) -> Result<(), Stop> {
        step!(self, Step::GiveBack, self.resource.give_back(), done)
    }

    #[inline]
    fn depart(&mut self, made: u64, entered: bool) -> bool {
        // An update that was begun and not finished does not count.
        self.status.progress.store(2 * made, Release);
        self.status.held.store(self.locks.held(), Relaxed);
        self.status.publish_wait(Waiting::Gone);
        entered
    }
}
