//! Real workers: a step is an atomic instruction, a lock operation or a system call.

use std::io;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{self, Acquire, Relaxed, Release};

use crossbeam_utils::{Backoff, CachePadded};

use super::{Delta, Lock, Machine, Section, Semaphore, Stage, Var, spin_until};
use crate::resource::{Resource, Tallies};
use crate::worker::{Board, Locks, Order, Slot, Waiting};

/// Why a real worker stops.
#[derive(Debug)]
pub enum Stop {
    /// It was asked to.
    Asked,
    /// The resource failed.
    Failed(io::Error),
}

/// Failed attempts after which a worker says what it spins for: long past any healthy wait, so
/// that nobody pays for it who gets in.
const SAY_AFTER: u32 = 64;

/// What all workers of one run share, beside the resource.
#[derive(Clone, Copy)]
pub struct Shared<'a> {
    /// One of each worker's own.
    pub slots: &'a [CachePadded<Slot>],
    /// The variables that the strategy asked for.
    pub vars: &'a [CachePadded<AtomicU64>],
    /// The gate, and the orders of the one who watches.
    pub board: &'a Board,
    /// Who is to be killed inside, if anybody.
    pub victim: Option<usize>,
    /// How many iterations each worker makes.
    pub iters: u64,
    /// A worker looks who else is inside once in so many updates; a power of two.
    pub look_every: u64,
    /// Where there is no section, a worker publishes how many updates it has made once in so many
    /// and at the end; a power of two.
    pub publish_every: u64,
}

/// One real worker: the same for threads and processes, which differ in their [`Locks`] only.
pub struct Native<'a, R, L> {
    me: usize,
    shared: Shared<'a>,
    resource: R,
    locks: L,
    /// Those bits of the progress that are 1 when a worker inside looks who else is.
    look_mask: u64,
    /// Those bits of the updates made that are 0 when their number is published.
    publish_mask: u64,
    /// Whether the slot says that this worker waits.
    said: bool,
    backoff: Backoff,
}

impl<'a, R: Resource, L: Locks> Native<'a, R, L> {
    /// Worker `me` at its beginning.
    pub fn new(me: usize, shared: Shared<'a>, resource: R, locks: L) -> Self {
        Self {
            me,
            shared,
            resource,
            locks,
            look_mask: 2 * shared.look_every - 1,
            publish_mask: shared.publish_every - 1,
            said: false,
            backoff: Backoff::new(),
        }
    }

    fn slot(&self) -> &'a Slot {
        &self.shared.slots[self.me]
    }

    /// One more mark in the worker's account: it has come in, or out with its update made.
    fn mark(&self) {
        let progress = &self.slot().progress;
        // Nobody else writes it, so it need not be added to in one step.
        let mark = progress.load(Relaxed) + 1;
        // Pairs with the loads of `look`: who sees this worker inside also sees that all that left
        // before it came in, are out.
        progress.store(mark, Release);
    }

    /// Having tried once, tries a few times more before the worker goes to sleep.
    ///
    /// In between it leaves the lock alone, ever longer: to look at it all the time would take it
    /// away from the one who holds it, and make every update of both several times dearer.
    #[cold]
    #[inline(never)]
    fn patiently(&mut self, mut attempt: impl FnMut(&mut L) -> bool) -> bool {
        [16, 32, 64, 128].into_iter().any(|pauses| {
            (0..pauses).for_each(|_| std::hint::spin_loop());
            attempt(&mut self.locks)
        })
    }

    #[cold]
    #[inline(never)]
    fn acquire_later(&mut self, lock: Lock) {
        if !self.patiently(|locks| locks.try_acquire(lock)) {
            self.say(Waiting::Lock(lock));
            self.locks.acquire(lock);
            self.unsay();
        }
    }

    #[cold]
    #[inline(never)]
    fn wait_long(&mut self, semaphore: Semaphore) {
        if !self.patiently(|locks| locks.try_wait(semaphore)) {
            self.say(Waiting::Semaphore(semaphore));
            self.locks.wait(semaphore);
            self.unsay();
        }
    }

    fn go_on(&self) -> Result<(), Stop> {
        match self.shared.board.is_quiet() {
            true => Ok(()),
            // No other order is given to workers on a single variable. Known here, it keeps the
            // machine out of a call, and so in registers.
            false if self.resource.is_plain() => Err(Stop::Asked),
            false => self.heed(),
        }
    }

    #[cold]
    fn heed(&self) -> Result<(), Stop> {
        if self.shared.board.order() == Order::Stop { Err(Stop::Asked) } else { Ok(()) }
    }

    /// One worker is to be killed: all others wait for it halfway, outside, so that certainly some
    /// are left who find it dead.
    #[cold]
    fn hold_vigil(&self, made: u64) {
        self.slot().progress.store(2 * made, Release);
        if self.shared.victim != Some(self.me) && made >= self.shared.iters / 2 {
            while self.shared.board.order() == Order::Vigil {
                std::thread::sleep(std::time::Duration::from_micros(50));
            }
        }
    }

    /// Cold, so that the loop keeps its registers for what each update needs: one that is loaded
    /// again after each locked instruction makes an atomic addition a third dearer.
    #[cold]
    #[inline(never)]
    fn publish(&self, made: u64) {
        self.slot().progress.store(2 * made, Release);
    }

    #[cold]
    fn say(&mut self, waiting: Waiting<'_>) {
        self.said = true;
        self.slot().held.store(self.locks.held(), Relaxed);
        self.slot().say(waiting);
    }

    fn unsay(&mut self) {
        if self.said {
            self.said = false;
            self.slot().held.store(0, Relaxed);
            self.slot().say(Waiting::Nothing);
        }
    }
}

/// Counts who is inside at this moment, worker `me` included.
///
/// Two looks: a worker whose mark has not changed between them was inside all the while, since a
/// mark never returns to an earlier value; so all who are counted were inside together at the end
/// of the first look. (The double collect of Afek et al., 1993.)
#[cold]
fn look(me: usize, shared: Shared<'_>) {
    let slots = shared.slots;
    // Where one is killed, it stays inside for ever, as far as its mark says.
    let dead = shared.victim.filter(|_| shared.board.is_doomed());
    let others = slots.iter().enumerate().filter(|&(who, _)| who != me && Some(who) != dead);
    let inside: Vec<(&Slot, u64)> = others
        .map(|(_, slot)| (&**slot, slot.progress.load(Acquire)))
        .filter(|&(_, mark)| mark % 2 == 1)
        .collect();
    let stayed = inside.iter().filter(|(slot, mark)| slot.progress.load(Acquire) == *mark);
    slots[me].peak.fetch_max(1 + stayed.count() as u64, Relaxed);
}

impl<R: Resource, L: Locks> Machine for Native<'_, R, L> {
    type Stop = Stop;
    type Value = Tallies;

    fn me(&self) -> usize {
        self.me
    }

    fn workers(&self) -> usize {
        self.shared.slots.len()
    }

    fn read(&mut self) -> Result<Tallies, Stop> {
        self.resource.read()
    }

    fn write(&mut self, value: Tallies) -> Result<(), Stop> {
        self.resource.write(value)
    }

    fn add(&mut self, delta: Delta) -> Result<(), Stop> {
        self.resource.add(Tallies::one(delta))
    }

    fn replace(&mut self, seen: Tallies, new: Tallies) -> Result<bool, Stop> {
        self.resource.replace(seen, new)
    }

    fn load(&mut self, var: Var, order: Ordering) -> Result<u64, Stop> {
        Ok(self.shared.vars[var.0].load(order))
    }

    fn store(&mut self, var: Var, value: u64, order: Ordering) -> Result<(), Stop> {
        self.shared.vars[var.0].store(value, order);
        Ok(())
    }

    fn swap(&mut self, var: Var, value: u64, order: Ordering) -> Result<u64, Stop> {
        Ok(self.shared.vars[var.0].swap(value, order))
    }

    fn fetch_add(&mut self, var: Var, value: u64, order: Ordering) -> Result<u64, Stop> {
        Ok(self.shared.vars[var.0].fetch_add(value, order))
    }

    #[inline(always)]
    fn acquire(&mut self, lock: Lock) -> Result<(), Stop> {
        if !self.locks.try_acquire(lock) {
            self.acquire_later(lock);
        }
        Ok(())
    }

    fn release(&mut self, lock: Lock) -> Result<(), Stop> {
        self.locks.release(lock);
        Ok(())
    }

    #[inline(always)]
    fn wait(&mut self, semaphore: Semaphore) -> Result<(), Stop> {
        if !self.locks.try_wait(semaphore) {
            self.wait_long(semaphore);
        }
        Ok(())
    }

    fn signal(&mut self, semaphore: Semaphore) -> Result<(), Stop> {
        self.locks.signal(semaphore);
        Ok(())
    }

    fn until(
        &mut self,
        words: &'static str,
        attempt: impl Fn(&mut Self) -> Result<bool, Stop>,
    ) -> Result<(), Stop> {
        spin_until(self, words, attempt)
    }
}

impl<R: Resource, L: Locks> Stage for Native<'_, R, L> {
    fn pause(&mut self, made: u64) -> Result<(), Stop> {
        if made & self.publish_mask == 0 {
            self.publish(made);
        }
        if !self.resource.is_plain() && !self.shared.board.is_quiet() {
            self.hold_vigil(made);
        }
        self.go_on()
    }

    fn begin(&mut self, section: Section) -> Result<bool, Stop> {
        if section == Section::Critical {
            self.mark();
        }
        Ok(true)
    }

    fn end(&mut self, section: Section) -> Result<(), Stop> {
        if section == Section::Critical {
            let mark = self.slot().progress.load(Relaxed);
            if mark & self.look_mask == 1 {
                look(self.me, self.shared);
            }
            self.mark();
        }
        Ok(())
    }

    fn has_copies(&self) -> bool {
        !self.resource.is_plain()
    }

    fn claim(&mut self) -> Result<(), Stop> {
        self.resource.claim();
        Ok(())
    }

    fn give_back(&mut self) -> Result<(), Stop> {
        self.resource.give_back();
        Ok(())
    }

    fn again(&mut self, words: &'static str, failed: u32) -> Result<(), Stop> {
        if failed == SAY_AFTER {
            self.say(Waiting::Until(words));
        }
        if failed == 1 {
            self.backoff.reset();
        }
        self.backoff.snooze();
        self.go_on()
    }

    fn resume(&mut self) {
        self.unsay();
    }

    fn depart(&mut self, made: u64, entered: bool) -> bool {
        // What was begun and not finished is not made.
        self.slot().progress.store(2 * made, Release);
        self.slot().held.store(self.locks.held(), Relaxed);
        self.slot().say(Waiting::Gone);
        entered
    }
}
