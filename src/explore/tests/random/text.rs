//! A strategy as data: what each worker does in each section, interpreted and printed.

use std::cell::Cell;
use std::fmt;
use std::ops::Add;
use std::sync::atomic::Ordering;

use crate::machine::{
    About, Condition, Delta, Lock, Machine, Needs, Private, Program, Promise, Semaphore, Strategy,
    Var,
};

/// One instruction. Registers hold what was loaded in the section, values what was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::explore::tests) enum Op {
    /// Register, variable.
    Load(usize, usize, Ordering),
    /// Variable, number.
    Store(usize, u64, Ordering),
    /// Variable, register.
    StoreFrom(usize, usize, Ordering),
    /// Register, variable, number.
    Swap(usize, usize, u64, Ordering),
    /// Register, variable, number.
    FetchAdd(usize, usize, u64, Ordering),
    /// Register, variable, the number that is expected, the number that is written.
    CompareExchange(usize, usize, u64, u64, Ordering),
    Fence(Ordering),
    /// Private variable, register.
    Keep(usize, usize),
    /// Private variable, number.
    Set(usize, u64),
    /// Register, private variable.
    Get(usize, usize),
    Acquire(usize),
    /// Register, lock.
    TryAcquire(usize, usize),
    Release(usize),
    Wait(usize),
    /// Register, semaphore.
    TryWait(usize, usize),
    Signal(usize),
    /// Condition variable; its mutex has the same number.
    WaitOn(usize),
    NotifyOne(usize),
    NotifyAll(usize),
    /// Reads the resource into a value.
    Read(usize),
    /// Writes a value and so many updates more.
    Write(usize, usize),
    Add,
    /// Register, value that was seen; writes it and one update more.
    Replace(usize, usize),
    /// An attempt, and whether it has succeeded at its end.
    Until(Vec<Op>, Cond),
    If(Cond, Vec<Op>),
    /// Within an attempt: if so, it ends here, and answers this.
    Answer(Cond, bool),
    /// As often as a register says.
    Repeat(usize, Vec<Op>),
}

/// A condition over registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::explore::tests) enum Cond {
    Always,
    Never,
    Is(usize, u64),
    Not(usize, u64),
    /// Two registers hold the same.
    Same(usize, usize),
    Both(Box<Cond>, Box<Cond>),
    Either(Box<Cond>, Box<Cond>),
}

/// What one worker does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::explore::tests) struct Text {
    pub(in crate::explore::tests) enter: Vec<Op>,
    pub(in crate::explore::tests) update: Vec<Op>,
    pub(in crate::explore::tests) exit: Vec<Op>,
}

/// A strategy, with a text for each worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::explore::tests) struct Random {
    pub(in crate::explore::tests) texts: Vec<Text>,
    /// Permits of each semaphore.
    pub(in crate::explore::tests) permits: Vec<u64>,
    pub(in crate::explore::tests) promise: Promise,
}

pub(super) const VARS: usize = 3;
pub(super) const LOCKS: usize = 2;
pub(super) const PRIVATES: usize = 2;
const REGISTERS: usize = 4;
const VALUES: usize = 2;
/// Repetitions are bounded, so that every section ends.
const MOST_REPEATED: u64 = 3;

impl Strategy for Random {
    fn about(&self) -> About {
        About::new("random", self.promise, "does this and that")
    }

    fn needs(&self, _: &Program) -> Needs {
        let needs = (0..VARS).fold(Needs::default(), |needs, at| needs.var(name(at), 0));
        let needs = (0..LOCKS).fold(needs, |needs, at| needs.lock(format!("lock{at}")));
        let needs = (0..LOCKS).fold(needs, |needs, at| needs.condition(format!("condition{at}")));
        let needs = (0..PRIVATES).fold(needs, |needs, at| needs.private(format!("p{at}")));
        let permits = self.permits.iter().enumerate();
        permits.fold(needs, |needs, (at, &permits)| needs.semaphore(format!("sem{at}"), permits))
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let ops = &self.texts[m.me()].enter;
        Frame::new(Delta::Increment).run(m, ops).map(drop)
    }

    fn update<M: Machine>(&self, m: &mut M, delta: Delta) -> Result<(), M::Stop> {
        let ops = &self.texts[m.me()].update;
        Frame::new(delta).run(m, ops).map(drop)
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let ops = &self.texts[m.me()].exit;
        Frame::new(Delta::Increment).run(m, ops).map(drop)
    }
}

/// What a worker remembers within a section.
struct Frame<V: Copy> {
    registers: Cell<[u64; REGISTERS]>,
    values: Cell<[Option<V>; VALUES]>,
    delta: Delta,
}

impl<V: Copy + Add<Delta, Output = V>> Frame<V> {
    fn new(delta: Delta) -> Self {
        Self { registers: Cell::new([0; REGISTERS]), values: Cell::new([None; VALUES]), delta }
    }

    fn set(&self, register: usize, word: u64) {
        let mut registers = self.registers.get();
        registers[register] = word;
        self.registers.set(registers);
    }

    /// Runs a block. `Some` is the answer of the attempt that it is in, if it ends early.
    fn run<M: Machine<Value = V>>(&self, m: &mut M, ops: &[Op]) -> Result<Option<bool>, M::Stop> {
        for op in ops {
            let answer = match op {
                Op::Until(attempt, succeeded) => {
                    self.until(m, attempt, succeeded)?;
                    None
                }
                Op::If(cond, then) if self.holds(cond) => self.run(m, then)?,
                Op::Answer(cond, answer) if self.holds(cond) => Some(*answer),
                Op::If(..) | Op::Answer(..) => None,
                Op::Repeat(register, again) => {
                    let times = self.registers.get()[*register].min(MOST_REPEATED);
                    let mut answer = None;
                    for _ in 0..times {
                        answer = answer.or(self.run(m, again)?);
                    }
                    answer
                }
                step => {
                    self.step(m, step)?;
                    None
                }
            };
            if answer.is_some() {
                return Ok(answer);
            }
        }
        Ok(None)
    }

    /// An attempt begins with what was known before the first one; what the last one has found out
    /// is known after it.
    fn until<M: Machine<Value = V>>(
        &self,
        m: &mut M,
        attempt: &[Op],
        succeeded: &Cond,
    ) -> Result<(), M::Stop> {
        let (registers, values) = (self.registers.get(), self.values.get());
        m.until("it is so", |m| {
            self.registers.set(registers);
            self.values.set(values);
            Ok(self.run(m, attempt)?.unwrap_or_else(|| self.holds(succeeded)))
        })
    }

    fn step<M: Machine<Value = V>>(&self, m: &mut M, op: &Op) -> Result<(), M::Stop> {
        match *op {
            Op::Load(to, var, order) => self.set(to, m.load(Var(var), order)?),
            Op::Store(var, word, order) => m.store(Var(var), word, order)?,
            Op::StoreFrom(var, register, order) => {
                m.store(Var(var), self.registers.get()[register], order)?;
            }
            Op::Swap(to, var, word, order) => self.set(to, m.swap(Var(var), word, order)?),
            Op::FetchAdd(to, var, word, order) => {
                self.set(to, m.fetch_add(Var(var), word, order)?);
            }
            Op::CompareExchange(to, var, seen, new, order) => {
                self.set(to, m.compare_exchange(Var(var), seen, new, order)?);
            }
            Op::Fence(order) => m.fence(order)?,
            Op::Keep(private, from) => m.set(Private(private), self.registers.get()[from]),
            Op::Set(private, word) => m.set(Private(private), word),
            Op::Get(to, private) => self.set(to, m.get(Private(private))),
            Op::Acquire(lock) => m.acquire(Lock(lock))?,
            Op::TryAcquire(to, lock) => self.set(to, m.try_acquire(Lock(lock))?.into()),
            Op::Release(lock) => m.release(Lock(lock))?,
            Op::Wait(semaphore) => m.wait(Semaphore(semaphore))?,
            Op::TryWait(to, semaphore) => self.set(to, m.try_wait(Semaphore(semaphore))?.into()),
            Op::Signal(semaphore) => m.signal(Semaphore(semaphore))?,
            Op::WaitOn(condition) => m.wait_on(Condition(condition), Lock(condition))?,
            Op::NotifyOne(condition) => m.notify_one(Condition(condition))?,
            Op::NotifyAll(condition) => m.notify_all(Condition(condition))?,
            Op::Read(to) => {
                let mut values = self.values.get();
                values[to] = Some(m.read()?);
                self.values.set(values);
            }
            Op::Write(from, more) => {
                if let Some(value) = self.values.get()[from] {
                    m.write((0..more).fold(value, |value, _| value + self.delta))?;
                }
            }
            Op::Add => m.add(self.delta)?,
            Op::Replace(to, seen) => {
                if let Some(seen) = self.values.get()[seen] {
                    self.set(to, u64::from(m.replace(seen, seen + self.delta)?));
                }
            }
            Op::Until(..) | Op::If(..) | Op::Answer(..) | Op::Repeat(..) => {}
        }
        Ok(())
    }

    fn holds(&self, cond: &Cond) -> bool {
        let registers = self.registers.get();
        match cond {
            Cond::Always => true,
            Cond::Never => false,
            Cond::Is(register, word) => registers[*register] == *word,
            Cond::Not(register, word) => registers[*register] != *word,
            Cond::Same(one, other) => registers[*one] == registers[*other],
            Cond::Both(one, other) => self.holds(one) && self.holds(other),
            Cond::Either(one, other) => self.holds(one) || self.holds(other),
        }
    }
}

fn name(var: usize) -> char {
    ['a', 'b', 'c'][var]
}

/// As the textbook would print it.
impl fmt::Display for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "permits {:?}, promise {:?}", self.permits, self.promise)?;
        for (worker, text) in self.texts.iter().enumerate() {
            let sections = [("enter", &text.enter), ("update", &text.update), ("exit", &text.exit)];
            for (section, ops) in sections {
                writeln!(f, "worker {}, {section}:", worker + 1)?;
                print(f, ops, 1)?;
            }
        }
        Ok(())
    }
}

fn print(f: &mut fmt::Formatter<'_>, ops: &[Op], depth: usize) -> fmt::Result {
    for op in ops {
        write!(f, "{:1$}", "", 4 * depth)?;
        match op {
            Op::Load(to, var, order) => writeln!(f, "r{to} <- {} ({order:?})", name(*var))?,
            Op::Store(var, word, order) => writeln!(f, "{} <- {word} ({order:?})", name(*var))?,
            Op::StoreFrom(var, register, order) => {
                writeln!(f, "{} <- r{register} ({order:?})", name(*var))?;
            }
            Op::Swap(to, var, word, _) => writeln!(f, "r{to} <- swap({}, {word})", name(*var))?,
            Op::FetchAdd(to, var, word, _) => {
                let (name, word) = (name(*var), word.cast_signed());
                writeln!(f, "r{to} <- fetch_add({name}, {word})")?;
            }
            Op::CompareExchange(to, var, seen, new, _) => {
                writeln!(f, "r{to} <- compare_exchange({}, {seen}, {new})", name(*var))?;
            }
            Op::Fence(order) => writeln!(f, "fence ({order:?})")?,
            Op::Keep(private, from) => writeln!(f, "p{private} <- r{from}")?,
            Op::Set(private, word) => writeln!(f, "p{private} <- {word}")?,
            Op::Get(to, private) => writeln!(f, "r{to} <- p{private}")?,
            Op::TryAcquire(to, lock) => writeln!(f, "r{to} <- try_acquire lock{lock}")?,
            Op::TryWait(to, semaphore) => writeln!(f, "r{to} <- try_wait sem{semaphore}")?,
            Op::Acquire(lock) => writeln!(f, "acquire lock{lock}")?,
            Op::Release(lock) => writeln!(f, "release lock{lock}")?,
            Op::Wait(semaphore) => writeln!(f, "wait sem{semaphore}")?,
            Op::Signal(semaphore) => writeln!(f, "signal sem{semaphore}")?,
            Op::WaitOn(condition) => writeln!(f, "wait on condition{condition}")?,
            Op::NotifyOne(condition) => writeln!(f, "notify one of condition{condition}")?,
            Op::NotifyAll(condition) => writeln!(f, "notify all of condition{condition}")?,
            Op::Read(to) => writeln!(f, "v{to} <- read")?,
            Op::Write(from, more) => writeln!(f, "write v{from} + {more} updates")?,
            Op::Add => writeln!(f, "add")?,
            Op::Replace(to, seen) => writeln!(f, "r{to} <- replace(v{seen}, v{seen} + 1 update)")?,
            Op::Answer(cond, answer) => writeln!(f, "if {cond}: {answer}")?,
            Op::Until(attempt, cond) => {
                writeln!(f, "until {{")?;
                print(f, attempt, depth + 1)?;
                writeln!(f, "{:1$}}} {cond}", "", 4 * depth)?;
            }
            Op::If(cond, then) => {
                writeln!(f, "if {cond} {{")?;
                print(f, then, depth + 1)?;
                writeln!(f, "{:1$}}}", "", 4 * depth)?;
            }
            Op::Repeat(register, again) => {
                writeln!(f, "r{register} times {{")?;
                print(f, again, depth + 1)?;
                writeln!(f, "{:1$}}}", "", 4 * depth)?;
            }
        }
    }
    Ok(())
}

impl fmt::Display for Cond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always => write!(f, "true"),
            Self::Never => write!(f, "false"),
            Self::Is(register, word) => write!(f, "r{register} = {word}"),
            Self::Not(register, word) => write!(f, "r{register} != {word}"),
            Self::Same(one, other) => write!(f, "r{one} = r{other}"),
            Self::Both(one, other) => write!(f, "({one} and {other})"),
            Self::Either(one, other) => write!(f, "({one} or {other})"),
        }
    }
}
