//! Workers under loom, which tries the orders in which they may take their steps and, unlike the
//! processor at hand, every old value that a weak memory order allows a load to see.
//!
//! Only for tests, and only with `--cfg loom`. loom takes a sequentially consistent access for an
//! acquiring or releasing one. So a store that asks for more is followed by a fence here, which is
//! what compilers make of it on x86: the fence keeps later loads from overtaking the store. A load
//! that asks for more gets no fence. loom may therefore show an outcome that the language rules
//! out, where it depends only on the order of two such loads; and it hides what a processor does
//! that lets a weaker load overtake such a store.
//!
//! Nor does loom know that nothing comes between the read and the write of a swap: it would order
//! a store there, and a spinlock that was given back could be lost. So a variable that was ever
//! swapped or added to is stored to by a swap here. That keeps a release sequence going which a
//! store would have ended: a store to such a variable whose order is too weak, and that follows a
//! releasing one, is not noticed.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering::{self, Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU64 as Unseen};
use std::sync::{Arc, PoisonError};

use loom::model::Builder;
use loom::sync::{Mutex, MutexGuard, atomic::AtomicU64, atomic::fence};

use crate::catalog::DynStrategy;
use crate::machine::{
    Answer, Lifecycle, Lock, Needs, PackedTally, Privates, Program, RunWorker, Section, Step,
    StepMachine, Strategy, on_failure, spin_until,
};
use crate::worker::{ConditionVariable, CondvarParker, CountingSemaphore};

/// Failed attempts after which a worker gives up, and with it the whole run, which does not count.
/// The others come out with fewer steps than that. But of three workers two may yield to each other
/// for ever, while the third is preempted inside, which no fair scheduler lets happen.
const PATIENCE: u32 = 8;

/// What the workers of one program can end with.
#[derive(Debug, Default)]
pub(crate) struct Reached {
    /// The updates kept, increments and decrements.
    pub(crate) kept: BTreeSet<(u64, u64)>,
    /// The most workers inside at once.
    pub(crate) peak_inside: u64,
}

impl Reached {
    /// The final values.
    pub(crate) fn finals(&self) -> BTreeSet<i64> {
        self.kept.iter().map(|&(inc, dec)| inc as i64 - dec as i64).collect()
    }
}

/// What `program` can end with in all runs that loom knows, with at most so many preemptions or
/// without a bound. loom panics where all workers are blocked.
pub(crate) fn reach(
    strategy: &'static dyn DynStrategy,
    program: &Program,
    preemptions: Option<usize>,
) -> Reached {
    let reached = Arc::new(std::sync::Mutex::new(Reached::default()));
    let all = reached.clone();
    each_end(strategy, program, preemptions, move |end| {
        if let Ok((kept, peak)) = end {
            let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
            all.kept.insert(kept);
            all.peak_inside = all.peak_inside.max(peak);
        }
    });
    std::mem::take(&mut *reached.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The updates kept, and the most workers inside.
type WorkerExit = ((u64, u64), u64);

/// Runs `program` as [`reach`] does, and tells the end of each run.
fn each_end(
    strategy: &'static dyn DynStrategy,
    program: &Program,
    preemptions: Option<usize>,
    tell: impl Fn(Result<WorkerExit, GaveUp>) + Send + Sync + 'static,
) {
    let mut builder = Builder::new();
    builder.preemption_bound = preemptions;
    let program = program.clone();
    builder.check(move || {
        let arena = Arc::new(Arena::new(strategy, &program));
        run(strategy, &arena);
        let kept = PackedTally::from_word(arena.counter.load(Relaxed)).unpack();
        let end = ((kept.increments, kept.decrements), arena.peak.load(Relaxed));
        tell(if arena.gave_up.load(Relaxed) { Err(GaveUp) } else { Ok(end) });
    });
}

/// The thread that checks is worker 1, since one more would multiply the orders.
fn run(strategy: &'static dyn DynStrategy, arena: &Arc<Arena>) {
    let others: Vec<_> = (1..arena.program.workers)
        .map(|me| {
            let arena = arena.clone();
            loom::thread::spawn(move || strategy.work_under_loom(&arena, me))
        })
        .collect();
    strategy.work_under_loom(arena, 0);
    for other in others {
        other.join().expect("loom reports a panic by itself");
    }
}

/// All that the workers of one execution share.
pub(crate) struct Arena {
    program: Program,
    counter: AtomicU64,
    vars: Vec<Variable>,
    mutexes: Vec<Mutex<()>>,
    semaphores: Vec<CountingSemaphore>,
    conditions: Vec<ConditionVariable<CondvarParker>>,
    needs: Needs,
    /// Who is inside, and the most there were: loom does not see these, and so they neither order
    /// the workers nor add to what it has to try.
    inside: Unseen,
    peak: Unseen,
    gave_up: AtomicBool,
}

impl Arena {
    fn new(strategy: &dyn DynStrategy, program: &Program) -> Self {
        let needs = strategy.needs(program);
        let permits = |permits| CountingSemaphore::new(u32::try_from(permits).unwrap_or(u32::MAX));
        Self {
            program: program.clone(),
            counter: AtomicU64::new(0),
            vars: needs.vars.iter().map(|var| Variable::new(var.1)).collect(),
            mutexes: needs.locks.iter().map(|_| Mutex::new(())).collect(),
            semaphores: needs.semaphores.iter().map(|s| permits(s.1)).collect(),
            conditions: needs.conditions.iter().map(|_| ConditionVariable::default()).collect(),
            needs,
            inside: Unseen::new(0),
            peak: Unseen::new(0),
            gave_up: AtomicBool::new(false),
        }
    }

    /// The life of worker `me`.
    pub(crate) fn work<S: Strategy + ?Sized>(&self, strategy: &S, me: usize) {
        let privates = Privates::new(&self.needs);
        let mut machine = Loomed { me, arena: self, held: Vec::new(), seen: 0, privates };
        if let Err(GaveUp) = strategy.run_worker(&mut machine, &self.program) {
            self.gave_up.store(true, Relaxed);
            // What is tried from here on is of no interest.
            loom::skip_branch();
        }
    }
}

/// A strategy's own variable. See the top of this file.
struct Variable {
    word: AtomicU64,
    /// Whether it was ever swapped or added to; not seen by loom.
    changed: AtomicBool,
}

impl Variable {
    fn new(first: u64) -> Self {
        Self { word: AtomicU64::new(first), changed: AtomicBool::new(false) }
    }

    fn changed(&self) -> &AtomicU64 {
        self.changed.store(true, Relaxed);
        &self.word
    }

    fn store(&self, value: u64, order: Ordering) {
        if self.changed.load(Relaxed) {
            self.word.swap(value, order);
        } else {
            self.word.store(value, order);
        }
    }
}

/// One worker under loom.
struct Loomed<'a> {
    me: usize,
    arena: &'a Arena,
    held: Vec<(Lock, MutexGuard<'a, ()>)>,
    /// The notifications that there had been when it last fell asleep.
    seen: u64,
    privates: Privates,
}

/// It spun too long.
struct GaveUp;

/// See the top of this file.
fn fence_after(order: Ordering) {
    if order == SeqCst {
        fence(SeqCst);
    }
}

impl StepMachine for Loomed<'_> {
    type Stop = GaveUp;
    type Value = PackedTally;

    fn me(&self) -> usize {
        self.me
    }

    fn workers(&self) -> usize {
        self.arena.program.workers
    }

    fn privates(&self) -> &Privates {
        &self.privates
    }

    /// The resource is accessed as `resource::Memory` does it: relaxed, so that a guard whose
    /// orders are too weak shows up as an old value read.
    fn take(&mut self, step: Step<PackedTally>) -> Result<Answer<PackedTally>, GaveUp> {
        let Arena { counter, vars, mutexes, semaphores, conditions, .. } = self.arena;
        Ok(match step {
            Step::Read => Answer::Value(PackedTally::from_word(counter.load(Relaxed))),
            Step::Write(value) => {
                counter.store(value.word(), Relaxed);
                Answer::Done
            }
            Step::Add(delta) => {
                counter.fetch_add(PackedTally::one(delta).word(), Relaxed);
                Answer::Done
            }
            Step::Replace { seen, new } => {
                let (seen, new) = (seen.word(), new.word());
                Answer::Flag(counter.compare_exchange(seen, new, Relaxed, Relaxed).is_ok())
            }
            Step::Load(var, order) => Answer::Word(vars[var.0].word.load(order)),
            Step::Store(var, value, order) => {
                vars[var.0].store(value, order);
                fence_after(order);
                Answer::Done
            }
            Step::Swap(var, value, order) => {
                let old = vars[var.0].changed().swap(value, order);
                fence_after(order);
                Answer::Word(old)
            }
            Step::FetchAdd(var, value, order) => {
                let old = vars[var.0].changed().fetch_add(value, order);
                fence_after(order);
                Answer::Word(old)
            }
            Step::CompareExchange { var, seen, new, order } => {
                let var = vars[var.0].changed();
                let held = var.compare_exchange(seen, new, order, on_failure(order));
                fence_after(order);
                Answer::Word(held.unwrap_or_else(|held| held))
            }
            Step::Fence(order) => {
                fence(order);
                Answer::Done
            }
            Step::Acquire(lock) => {
                let guard = mutexes[lock.0].lock().unwrap_or_else(PoisonError::into_inner);
                self.held.push((lock, guard));
                Answer::Done
            }
            Step::TryAcquire(lock) => {
                let guard = mutexes[lock.0].try_lock().ok();
                let taken = guard.is_some();
                self.held.extend(guard.map(|guard| (lock, guard)));
                Answer::Flag(taken)
            }
            Step::Release(lock) => {
                let at = self.held.iter().position(|held| held.0 == lock);
                self.held.swap_remove(at.expect("a worker releases what it holds"));
                Answer::Done
            }
            Step::Wait(semaphore) => {
                semaphores[semaphore.0].wait();
                Answer::Done
            }
            Step::TryWait(semaphore) => Answer::Flag(semaphores[semaphore.0].try_wait()),
            Step::Signal(semaphore) => {
                semaphores[semaphore.0].signal();
                Answer::Done
            }
            Step::Sleep(condition, lock) => {
                self.seen = conditions[condition.0].sent();
                return self.take(Step::Release(lock));
            }
            Step::Wake(condition, lock) => {
                conditions[condition.0].wait(self.seen);
                return self.take(Step::Acquire(lock));
            }
            Step::NotifyOne(condition) => {
                conditions[condition.0].notify_one();
                Answer::Done
            }
            Step::NotifyAll(condition) => {
                conditions[condition.0].notify_all();
                Answer::Done
            }
            // There is one copy, which nobody has to claim.
            Step::Claim | Step::GiveBack => Answer::Done,
        })
    }

    fn until(
        &mut self,
        _: &'static str,
        attempt: impl Fn(&mut Self) -> Result<bool, GaveUp>,
    ) -> Result<(), GaveUp> {
        let again = |_: &mut Self, failed: u32| {
            if failed == PATIENCE {
                return Err(GaveUp);
            }
            // Tells loom that this worker goes on only when another one has: it would otherwise
            // try endlessly many failed attempts.
            loom::thread::yield_now();
            Ok(())
        };
        spin_until(self, attempt, again).map(drop)
    }
}

impl Lifecycle for Loomed<'_> {
    fn begin(&mut self, section: Section, _: u64) -> Result<bool, GaveUp> {
        if section == Section::Entry {
            self.privates.clear();
        }
        if section == Section::Critical {
            let inside = self.arena.inside.fetch_add(1, Relaxed) + 1;
            self.arena.peak.fetch_max(inside, Relaxed);
        }
        Ok(true)
    }

    fn end(&mut self, section: Section, _: u64) -> Result<(), GaveUp> {
        if section == Section::Critical {
            self.arena.inside.fetch_sub(1, Relaxed);
        }
        Ok(())
    }

    fn claim(&mut self) -> Result<(), GaveUp> {
        self.take(Step::Claim).map(drop)
    }

    fn give_back(&mut self) -> Result<(), GaveUp> {
        self.take(Step::GiveBack).map(drop)
    }
}

mod tests {
    use super::*;
    use crate::catalog::{find, table};
    use crate::machine::Guard;

    fn program(workers: usize, iters: u64) -> Program {
        Program { workers, iters, guard: Guard::Update, count_up: false, permits: 1, copies: 1 }
    }

    fn serves(strategy: &dyn DynStrategy, workers: usize) -> bool {
        strategy.about().only.is_none_or(|only| workers <= only.workers)
    }

    /// Every strategy of the table that promises to lose nothing. Looks at each run, since a
    /// broken lock may have hours of them.
    fn each_keeps_its_promise(program: &Program, preemptions: Option<usize>) {
        // The lock of a file is the system's: loom does not know it.
        let known =
            |s: &&&dyn DynStrategy| serves(**s, program.workers) && !s.needs(program).on_file;
        for strategy in table().iter().filter(known) {
            let about = strategy.about();
            let (planned, two) = (program.planned(), program.workers == 2);
            let planned = (planned.increments, planned.decrements);
            let most = about.promise.most_inside(program.permits).unwrap_or(0);
            if about.promise.keeps_all(program.permits, program.copies) && !about.exhibit {
                each_end(*strategy, program, preemptions, move |end| match end {
                    Ok((kept, peak)) => {
                        assert_eq!(kept, planned, "{} lost updates", about.name);
                        assert!(peak <= most, "{} let {peak} in", about.name);
                    }
                    // Of two workers, one that spins can only wait for one that goes on.
                    Err(GaveUp) => assert!(!two, "{} spins on", about.name),
                });
            }
        }
    }

    #[test]
    fn two_workers_lose_nothing_under_any_guard() {
        each_keeps_its_promise(&program(2, 1), None);
    }

    #[test]
    fn two_workers_of_two_updates_lose_nothing_under_any_guard() {
        each_keeps_its_promise(&program(2, 2), Some(4));
        each_keeps_its_promise(&Program { guard: Guard::Loop, ..program(2, 2) }, Some(4));
    }

    #[test]
    fn three_workers_lose_nothing_under_any_guard() {
        each_keeps_its_promise(&program(3, 1), Some(2));
    }

    #[test]
    fn without_a_guard_updates_are_lost_so_these_checks_can_fail() {
        let none = find(table(), "none").expect("it is in the table");
        let reached = reach(none, &program(2, 1), None);
        assert_eq!(reached.kept, BTreeSet::from([(0, 1), (1, 0), (1, 1)]));
        assert_eq!(reached.finals(), BTreeSet::from([-1, 0, 1]));
        assert_eq!(reached.peak_inside, 2);
        assert_eq!(reach(none, &program(2, 2), None).finals(), (-2..=2).collect());
    }

    #[test]
    fn two_permits_let_two_in_and_no_more() {
        let semaphore = find(table(), "semaphore").expect("it is in the table");
        let two = Program { permits: 2, ..program(3, 1) };
        let reached = reach(semaphore, &two, Some(2));
        assert_eq!(reached.peak_inside, 2);
        assert!(reached.kept.len() > 1, "two on one counter lose updates");
    }

    /// The explorer and loom know nothing of each other: what they agree on is what there is.
    #[test]
    fn the_explorer_reaches_the_same_final_values() {
        use crate::explore::{Bounds, Memory, explore};
        use std::ops::ControlFlow;
        let names = ["none", "mutex", "semaphore", "ticket", "clh", "peterson", "atomic", "cas"];
        for name in
            names.into_iter().chain(["monitor", "monitor-if", "flag", "half-lock", "own-lock"])
        {
            let strategy = find(table(), name).expect("it is in the table");
            for (program, preemptions) in [(program(2, 1), None), (program(2, 2), Some(3))] {
                let go_on = &mut |_| ControlFlow::Continue(());
                let found = explore(strategy, &program, Memory::Sc, Bounds::default(), go_on);
                let found = found.expect("two workers can be explored");
                let explored = found.outcomes.iter().map(|outcome| outcome.value).collect();
                assert_eq!(reach(strategy, &program, preemptions).finals(), explored, "{name}");
            }
        }
    }
}
