//! Draws a random strategy and a small program: a seed says which.

use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};

use fastrand::Rng;

use super::text::{Cond, LOCKS, Op, PRIVATES, Random, Text, VARS};
use crate::explore::Memory;
use crate::machine::{Guard, Program, Promise};

/// A strategy with a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::explore::tests) struct Drawn {
    pub(in crate::explore::tests) strategy: Random,
    pub(in crate::explore::tests) program: Program,
    pub(in crate::explore::tests) memory: Memory,
}

impl Drawn {
    /// The program of this seed.
    pub(in crate::explore::tests) fn new(seed: u64) -> Self {
        let mut draw = Draw { rng: Rng::with_seed(seed), semaphores: 0 };
        let (workers, iters) = *draw.one(&[(2, 1), (2, 1), (2, 1), (2, 2), (3, 1)]);
        let program = Program {
            workers,
            iters,
            guard: if draw.percent(15) { Guard::Loop } else { Guard::Update },
            count_up: draw.percent(if workers == 3 { 70 } else { 20 }),
            permits: 1,
            copies: if draw.percent(10) { 2 } else { 1 },
        };
        let memory = *draw.one(&[Memory::Sc, Memory::Tso]);
        draw.semaphores = draw.rng.usize(1..=2);
        let permits = (0..draw.semaphores).map(|_| draw.rng.u64(0..=2)).collect();
        let size = if workers == 2 && iters == 1 { 3 } else { 2 };
        let texts = if draw.percent(35) {
            vec![draw.text(size); workers]
        } else {
            (0..workers).map(|_| draw.text(size)).collect()
        };
        let promises = [Promise::MutualExclusion, Promise::NoLostUpdate, Promise::Nothing];
        let promise = promises[[0, 0, 0, 0, 1, 2][draw.rng.usize(0..6)]];
        Self { strategy: Random { texts, permits, promise }, program, memory }
    }
}

struct Draw {
    rng: Rng,
    semaphores: usize,
}

impl Draw {
    fn percent(&mut self, share: u32) -> bool {
        self.rng.u32(0..100) < share
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.rng.usize(0..of.len())]
    }

    fn var(&mut self) -> usize {
        // Few variables, so that workers meet.
        *self.one(&[0, 0, 0, 1, 1, VARS - 1])
    }

    fn word(&mut self) -> u64 {
        *self.one(&[0, 1, 1, 2])
    }

    fn register(&mut self) -> usize {
        self.rng.usize(0..3)
    }

    fn lock(&mut self) -> usize {
        self.rng.usize(0..LOCKS)
    }

    fn semaphore(&mut self) -> usize {
        self.rng.usize(0..self.semaphores)
    }

    fn load_order(&mut self) -> Ordering {
        *self.one(&[SeqCst, Acquire, Relaxed])
    }

    fn store_order(&mut self) -> Ordering {
        *self.one(&[SeqCst, SeqCst, Release, Relaxed])
    }

    fn swap_order(&mut self) -> Ordering {
        *self.one(&[SeqCst, AcqRel, Acquire, Release, Relaxed])
    }

    fn private(&mut self) -> usize {
        self.rng.usize(0..PRIVATES)
    }

    fn compare_exchange(&mut self, to: usize, var: usize, seen: u64, new: u64) -> Op {
        Op::CompareExchange(to, var, seen, new, self.swap_order())
    }

    /// Not within an attempt.
    fn set(&mut self) -> Op {
        let private = self.private();
        match self.percent(70) {
            true => Op::Keep(private, self.register()),
            false => Op::Set(private, self.word()),
        }
    }

    fn load(&mut self, to: usize, var: usize) -> Op {
        Op::Load(to, var, self.load_order())
    }

    fn store(&mut self, var: usize, word: u64) -> Op {
        Op::Store(var, word, self.store_order())
    }

    fn swap(&mut self, to: usize, var: usize, word: u64) -> Op {
        Op::Swap(to, var, word, self.swap_order())
    }

    fn fetch_add(&mut self, to: usize, var: usize, word: u64) -> Op {
        Op::FetchAdd(to, var, word, self.swap_order())
    }

    fn cond(&mut self) -> Cond {
        let register = self.register();
        match self.rng.u32(0..12) {
            0..5 => Cond::Is(register, self.word()),
            5..8 => Cond::Not(register, self.word()),
            8 => Cond::Same(register, self.register()),
            9 => Cond::Both(Box::new(self.cond()), Box::new(self.cond())),
            10 => Cond::Either(Box::new(self.cond()), Box::new(self.cond())),
            _ => {
                if self.percent(80) {
                    Cond::Always
                } else {
                    Cond::Never
                }
            }
        }
    }

    fn text(&mut self, size: usize) -> Text {
        let mut text =
            Text { enter: self.block(size, 0), update: self.update(), exit: self.exit(size) };
        match self.rng.u32(0..100) {
            // A lock around the section.
            0..20 => {
                let lock = self.lock();
                text.enter.push(Op::Acquire(lock));
                text.exit.insert(0, Op::Release(lock));
            }
            // A lock, and all of the rest within it.
            20..28 => {
                let lock = self.lock();
                text.enter.insert(0, Op::Acquire(lock));
                text.exit.push(Op::Release(lock));
            }
            // A spinlock around the section.
            28..43 => {
                let var = self.var();
                text.enter.push(self.test_and_set(var));
                text.exit.push(self.store(var, 0));
            }
            // What the entry section has found out decides what the exit section does.
            51..57 => {
                let (found, var, private) = (self.register(), self.var(), self.private());
                text.enter.extend([self.swap(found, var, 1), Op::Keep(private, found)]);
                let free = self.store(var, 0);
                let give_back = [Op::Get(0, private), Op::If(self.cond(), vec![free])];
                text.exit.splice(0..0, give_back);
            }
            // A lock that is tried, and given back only if it was taken.
            57..62 => {
                let (lock, private) = (self.lock(), self.private());
                text.enter.extend([Op::TryAcquire(0, lock), Op::Keep(private, 0)]);
                let release = Op::If(Cond::Is(0, 1), vec![Op::Release(lock)]);
                text.exit.splice(0..0, [Op::Get(0, private), release]);
            }
            // More stores than a buffer holds.
            50..51 => text.enter.extend((0..9).map(|word| Op::Store(2, word, Release))),
            43..50 => {
                let semaphore = self.semaphore();
                text.enter.push(Op::Wait(semaphore));
                text.exit.push(Op::Signal(semaphore));
            }
            62..77 => self.monitor(&mut text),
            _ => {}
        }
        text
    }

    /// A monitor around the section, or something near to it.
    fn monitor(&mut self, text: &mut Text) {
        let (lock, var) = (self.lock(), self.var());
        let (look, busy) = (self.load(0, var), Cond::Not(0, 0));
        let sleep = Op::WaitOn(lock);
        let wait = match self.rng.u32(0..10) {
            0..6 => {
                let free = Op::Answer(Cond::Is(0, 0), true);
                vec![Op::Until(vec![look, free, sleep], Cond::Never)]
            }
            6..9 => vec![look, Op::If(busy, vec![sleep])],
            _ => vec![sleep],
        };
        text.enter.push(Op::Acquire(lock));
        text.enter.extend(wait);
        text.enter.extend([self.store(var, 1), Op::Release(lock)]);
        let mut leave = vec![Op::Acquire(lock), self.store(var, 0), Op::Release(lock)];
        let at = self.rng.usize(0..=3);
        let wake = if self.percent(60) { Op::NotifyOne(lock) } else { Op::NotifyAll(lock) };
        leave.insert(at, wake);
        text.exit.extend(leave);
    }

    fn exit(&mut self, size: usize) -> Vec<Op> {
        let var = self.var();
        match self.rng.u32(0..10) {
            0..3 => self.block(size, 0),
            3..6 => vec![self.store(var, 0)],
            // Wakes all that sleep, or one.
            6 => {
                let (free, sleepers) = (self.store(0, 0), self.swap(0, 1, 0));
                vec![free, sleepers, Op::Repeat(0, vec![Op::Signal(self.semaphore())])]
            }
            7 => {
                let (free, look) = (self.store(0, 0), self.load(0, 1));
                let wake = vec![self.fetch_add(0, 1, u64::MAX), Op::Signal(self.semaphore())];
                vec![free, look, Op::If(Cond::Not(0, 0), wake)]
            }
            _ => Vec::new(),
        }
    }

    /// Up to `size` instructions; `depth` says within how many attempts.
    fn block(&mut self, size: usize, depth: usize) -> Vec<Op> {
        let mut ops = Vec::new();
        for _ in 0..self.rng.usize(0..=size) {
            match self.rng.u32(0..100) {
                0..5 if depth == 0 => ops.push(self.set()),
                0..55 => ops.push(self.simple()),
                55..85 if depth < 2 => ops.push(self.until(depth)),
                85..91 => {
                    let then = self.block(2, depth);
                    ops.push(Op::If(self.cond(), then));
                }
                91..97 => {
                    let lock = self.lock();
                    ops.push(Op::Acquire(lock));
                    if self.percent(40) {
                        ops.push(Op::WaitOn(lock));
                    }
                    ops.extend(self.block(1, depth));
                    ops.push(Op::Release(lock));
                }
                _ if depth > 0 => ops.push(Op::Answer(self.cond(), self.percent(50))),
                _ => {}
            }
        }
        ops
    }

    fn simple(&mut self) -> Op {
        let (register, var, word) = (self.register(), self.var(), self.word());
        match self.rng.u32(0..100) {
            0..20 => self.load(register, var),
            20..22 => Op::TryAcquire(register, self.lock()),
            22..24 => Op::TryWait(register, self.semaphore()),
            24..28 => Op::Get(register, self.private()),
            28..33 => self.compare_exchange(register, var, word, 1),
            33..36 => Op::Fence(*self.one(&[SeqCst, SeqCst, AcqRel, Acquire, Release])),
            36..52 => self.store(var, word),
            52..56 => Op::StoreFrom(var, register, self.store_order()),
            56..68 => self.swap(register, var, word),
            68..76 => {
                let more = *self.one(&[1, u64::MAX]);
                self.fetch_add(register, var, more)
            }
            76..79 => Op::Acquire(self.lock()),
            79..80 => Op::Release(self.lock()),
            80..84 => Op::Wait(self.semaphore()),
            84..89 => Op::Signal(self.semaphore()),
            89..90 => Op::WaitOn(self.lock()),
            90..93 => Op::NotifyOne(self.lock()),
            93..94 => Op::NotifyAll(self.lock()),
            94..96 => Op::Read(1),
            96..97 => Op::Write(1, 0),
            97..98 => Op::Add,
            _ => Op::Store(var, word, Relaxed),
        }
    }

    fn test_and_set(&mut self, var: usize) -> Op {
        Op::Until(vec![self.swap(0, var, 1)], Cond::Is(0, 0))
    }

    /// An attempt of one of the kinds that are in use, or of any kind.
    fn until(&mut self, depth: usize) -> Op {
        let (var, other, word) = (self.var(), self.var(), self.word());
        let wanted = if self.percent(60) { 0 } else { word };
        match self.rng.u32(0..18) {
            0..3 => Op::Until(vec![self.load(0, var)], Cond::Is(0, wanted)),
            3 => self.test_and_set(var),
            12 => Op::Until(vec![self.compare_exchange(0, var, 0, 1)], Cond::Is(0, 0)),
            // Tries, and yields to others.
            13 => Op::Until(vec![Op::TryAcquire(0, self.lock())], Cond::Is(0, 1)),
            4 => {
                let look = self.load(0, var);
                let tried = Op::Answer(Cond::Not(0, 0), false);
                Op::Until(vec![look, tried, self.swap(0, var, 1)], Cond::Is(0, 0))
            }
            // Goes to sleep in the middle.
            5 => {
                let (take, count) = (self.swap(0, 0, 1), self.fetch_add(1, 1, 1));
                let taken = Op::Answer(Cond::Is(0, 0), true);
                let sleep = Op::Wait(self.semaphore());
                Op::Until(vec![take, taken, count, sleep], Cond::Never)
            }
            // Leaves no trace in the end.
            6 => {
                let count = self.fetch_add(1, other, 1);
                let (take, back) = (self.swap(0, var, 1), self.fetch_add(1, other, u64::MAX));
                Op::Until(vec![count, take, back], Cond::Is(0, 0))
            }
            // Clears its own flag while the other one is set.
            7 => {
                let (mine, look) = (self.store(var, 1), self.load(0, other));
                let free = Op::Answer(Cond::Is(0, wanted), true);
                Op::Until(vec![mine, look, free, self.store(var, 0)], Cond::Never)
            }
            8 => {
                let lock = self.lock();
                let look = vec![Op::Acquire(lock), self.load(0, var), Op::Release(lock)];
                Op::Until(look, Cond::Is(0, wanted))
            }
            // A monitor; it has to be within the lock.
            9 => {
                let (lock, semaphore) = (self.lock(), self.semaphore());
                let (look, free) = (self.load(0, var), Op::Answer(Cond::Is(0, 0), true));
                let sleep = [Op::Release(lock), Op::Wait(semaphore), Op::Acquire(lock)];
                let mut attempt = vec![look, free];
                attempt.extend(sleep);
                Op::Until(attempt, Cond::Never)
            }
            10 => {
                let (one, two) = (self.load(0, var), self.load(1, other));
                let both = [Box::new(Cond::Is(0, wanted)), Box::new(Cond::Is(1, wanted))];
                let [first, second] = both;
                Op::Until(vec![one, two], Cond::Both(first, second))
            }
            // Succeeds at the second time.
            11 => {
                let (look, change) = (self.load(0, var), self.store(var, 1));
                let free = Op::Answer(Cond::Is(0, 1), true);
                Op::Until(vec![look, free, change], Cond::Never)
            }
            _ => self.any_until(depth, var, wanted),
        }
    }

    fn any_until(&mut self, depth: usize, var: usize, wanted: u64) -> Op {
        let mut attempt = self.block(3, depth + 1);
        let first = self.register();
        if self.percent(80) {
            attempt.push(self.load(first, var));
        }
        let cond = if self.percent(60) { Cond::Is(first, wanted) } else { self.cond() };
        Op::Until(attempt, cond)
    }

    fn update(&mut self) -> Vec<Op> {
        let (read, write) = (Op::Read(0), Op::Write(0, 1));
        match self.rng.u32(0..100) {
            0..55 => vec![read, write],
            55..59 => vec![read, self.set(), write],
            59..63 => vec![read, self.simple(), write],
            63..67 => {
                let lock = self.lock();
                vec![Op::Acquire(lock), read, write, Op::Release(lock)]
            }
            67..72 => vec![Op::Add],
            72..79 => vec![Op::Until(vec![read, Op::Replace(0, 0)], Cond::Is(0, 1))],
            // Tries once, and writes by force.
            79..82 => vec![read, Op::Replace(0, 0), Op::If(Cond::Is(0, 0), vec![write])],
            82..85 => vec![read.clone(), write, Op::Write(0, 2)],
            85..87 => vec![read, Op::Write(0, 0)],
            // Writes an older value.
            87..90 => vec![read, Op::Read(1), write],
            90..92 => vec![read, write.clone(), write],
            // An attempt that writes.
            92..95 => {
                let var = self.var();
                let attempt = vec![read, write, self.load(0, var)];
                vec![Op::Until(attempt, Cond::Is(0, 0))]
            }
            95..97 => vec![read, self.until(1), write],
            97..98 => vec![read],
            _ => Vec::new(),
        }
    }
}
