//! The model: runs a worker's life up to its next step, and no further.
//!
//! It takes no step itself. It is told what the earlier steps of one section answered, hands these
//! answers to the strategy in order, and stops where they end; so the strategy's own code says what
//! it does next, for every state in which the others may have left the rest. What a step does to
//! that state is for the [`explore`](crate::explore)r to say, which also remembers what it has
//! learned here and so asks only once.

use std::ops::Add;
use std::sync::atomic::Ordering;

use super::{Action, Delta, Lock, Machine, Section, Semaphore, Stage, Var};

/// What a step answered, as far as the rest of the section can depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Answer {
    /// What was loaded, or 1 for a `replace` that succeeded; else 0.
    pub value: u64,
    /// Within an attempt of `until`: whether the step changed anything that others can see.
    pub changed: bool,
    /// Whether the step changed the resource.
    pub wrote: bool,
}

/// A value of the resource, by where it came from: nobody can look into it, so this is all that a
/// strategy's next step can depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    /// Which read of the section it came from, counted from 0.
    pub read: u8,
    /// Increments added to it since.
    pub increments: u8,
    /// Decrements added to it since.
    pub decrements: u8,
}

impl Add<Delta> for Token {
    type Output = Self;

    fn add(mut self, delta: Delta) -> Self {
        match delta {
            Delta::Increment => self.increments += 1,
            Delta::Decrement => self.decrements += 1,
        }
        self
    }
}

/// An attempt of `until` that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// How many answers had been given when it began.
    pub since: usize,
    /// What the textbook says here.
    pub words: &'static str,
}

/// A step that is to be taken next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// What it does.
    pub action: Action,
    /// The section that it belongs to.
    pub section: Section,
    /// What a `write` or `replace` writes.
    pub new: Option<Token>,
    /// What a `replace` compares with.
    pub seen: Option<Token>,
    /// What an `add` adds.
    pub delta: Option<Delta>,
    /// Whether it first waits for this worker's earlier stores to reach the memory.
    pub fenced: bool,
    /// The attempts that it is within, the outermost first.
    pub attempts: Vec<Attempt>,
    /// How many reads of this section have been answered.
    pub reads: u8,
}

/// Why the model stops a worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// Its next step is not among those that have been answered.
    Next(Box<Pending>),
    /// The section has ended.
    Done,
    /// The last answer made an attempt fail that began after so many answers.
    Failed(usize),
    /// An attempt fails without looking at anything: it would be repeated for ever.
    Hopeless(&'static str),
    /// It does more within one section than the model keeps account of.
    TooMuch,
}

/// One worker in one of its sections.
pub struct Model<'a> {
    me: usize,
    workers: usize,
    wanted: usize,
    begun: usize,
    section: Section,
    log: &'a [Answer],
    answered: usize,
    reads: u8,
    attempts: Vec<Attempt>,
}

impl<'a> Model<'a> {
    /// Worker `me` in the section that its life begins as number `wanted` (from 0), of whose steps
    /// those in `log` have been answered.
    #[must_use]
    pub fn new(me: usize, workers: usize, wanted: usize, log: &'a [Answer]) -> Self {
        let (attempts, section) = (Vec::new(), Section::Entry);
        Self { me, workers, wanted, begun: 0, section, log, answered: 0, reads: 0, attempts }
    }

    /// How many sections have been begun: after a whole life, how many it has.
    #[must_use]
    pub fn begun(&self) -> usize {
        self.begun
    }

    fn take(&mut self, action: Action, with: impl FnOnce(&mut Pending)) -> Result<Answer, Halt> {
        if let Some(&answer) = self.log.get(self.answered) {
            self.answered += 1;
            return Ok(answer);
        }
        let mut pending = Pending {
            action,
            section: self.section,
            new: None,
            seen: None,
            delta: None,
            fenced: false,
            attempts: self.attempts.clone(),
            reads: self.reads,
        };
        with(&mut pending);
        Err(Halt::Next(Box::new(pending)))
    }

    /// A step that orders what comes before it: an instruction that reads and writes, or a lock's.
    fn take_fenced(&mut self, action: Action) -> Result<Answer, Halt> {
        self.take(action, |pending| pending.fenced = true)
    }
}

/// Reads of one section that the model keeps apart.
pub const MOST_READS: u8 = 8;

impl Machine for Model<'_> {
    type Stop = Halt;
    type Value = Token;

    fn me(&self) -> usize {
        self.me
    }

    fn workers(&self) -> usize {
        self.workers
    }

    fn read(&mut self) -> Result<Token, Halt> {
        if self.reads == MOST_READS {
            return Err(Halt::TooMuch);
        }
        self.take(Action::Read, |_| ())?;
        let token = Token { read: self.reads, increments: 0, decrements: 0 };
        self.reads += 1;
        Ok(token)
    }

    fn write(&mut self, value: Token) -> Result<(), Halt> {
        self.take(Action::Write, |pending| pending.new = Some(value)).map(drop)
    }

    fn add(&mut self, delta: Delta) -> Result<(), Halt> {
        let with = |pending: &mut Pending| {
            pending.fenced = true;
            pending.delta = Some(delta);
        };
        self.take(Action::Add, with).map(drop)
    }

    fn replace(&mut self, seen: Token, new: Token) -> Result<bool, Halt> {
        let with = |pending: &mut Pending| {
            pending.fenced = true;
            (pending.seen, pending.new) = (Some(seen), Some(new));
        };
        Ok(self.take(Action::Replace, with)?.value == 1)
    }

    fn load(&mut self, var: Var, _: Ordering) -> Result<u64, Halt> {
        Ok(self.take(Action::Load(var), |_| ())?.value)
    }

    fn store(&mut self, var: Var, value: u64, order: Ordering) -> Result<(), Halt> {
        let with = |pending: &mut Pending| pending.fenced = order == Ordering::SeqCst;
        self.take(Action::Store(var, value), with).map(drop)
    }

    fn swap(&mut self, var: Var, value: u64, _: Ordering) -> Result<u64, Halt> {
        Ok(self.take_fenced(Action::Swap(var, value))?.value)
    }

    fn fetch_add(&mut self, var: Var, value: u64, _: Ordering) -> Result<u64, Halt> {
        Ok(self.take_fenced(Action::FetchAdd(var, value))?.value)
    }

    fn acquire(&mut self, lock: Lock) -> Result<(), Halt> {
        self.take_fenced(Action::Acquire(lock)).map(drop)
    }

    fn release(&mut self, lock: Lock) -> Result<(), Halt> {
        self.take_fenced(Action::Release(lock)).map(drop)
    }

    fn wait(&mut self, semaphore: Semaphore) -> Result<(), Halt> {
        self.take_fenced(Action::Wait(semaphore)).map(drop)
    }

    fn signal(&mut self, semaphore: Semaphore) -> Result<(), Halt> {
        self.take_fenced(Action::Signal(semaphore)).map(drop)
    }

    /// The answers of a failed attempt are never kept, so at most one attempt is made here.
    fn until(
        &mut self,
        words: &'static str,
        attempt: impl Fn(&mut Self) -> Result<bool, Halt>,
    ) -> Result<(), Halt> {
        let since = self.answered;
        self.attempts.push(Attempt { since, words });
        let succeeded = attempt(self)?;
        self.attempts.pop();
        match succeeded {
            true => Ok(()),
            false if self.answered == since => Err(Halt::Hopeless(words)),
            false => Err(Halt::Failed(since)),
        }
    }
}

impl Stage for Model<'_> {
    fn pause(&mut self, _: u64) -> Result<(), Halt> {
        Ok(())
    }

    fn begin(&mut self, section: Section) -> Result<bool, Halt> {
        let wanted = self.begun == self.wanted;
        self.begun += 1;
        self.section = section;
        Ok(wanted)
    }

    fn end(&mut self, _: Section) -> Result<(), Halt> {
        Err(Halt::Done)
    }

    fn claim(&mut self) -> Result<(), Halt> {
        self.take_fenced(Action::Claim).map(drop)
    }

    fn give_back(&mut self) -> Result<(), Halt> {
        self.take_fenced(Action::GiveBack).map(drop)
    }

    fn again(&mut self, _: &'static str, _: u32) -> Result<(), Halt> {
        Ok(())
    }
}
