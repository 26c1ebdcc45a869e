//! The model: runs a worker's life up to its next step, and no further.
//!
//! It takes no step itself. It is told what the earlier steps of one section answered, hands these
//! answers to the strategy in order, and stops where they end; so the strategy's own code says what
//! it does next, for every state in which the others may have left the rest. What a step does to
//! that state is for the [`explore`](crate::explore)r to say, which also remembers what it has
//! learned here and so asks only once.

use std::ops::Add;
use std::sync::atomic::Ordering;

use crate::machine::{Answer as StepAnswer, Delta, Lifecycle, Section, Step, StepMachine};

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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
    pub step: Step<Token>,
    /// The section that it belongs to.
    pub section: Section,
    /// The attempts that it is within, the outermost first.
    pub attempts: Vec<Attempt>,
    /// How many reads of this section have been answered.
    pub reads: u8,
}

impl Pending {
    /// Whether it first waits for this worker's earlier stores to reach the memory: an instruction
    /// that reads and writes in one, a lock's, or a sequentially consistent store.
    pub fn is_fenced(&self) -> bool {
        match self.step {
            Step::Read | Step::Write(_) | Step::Load(..) => false,
            Step::Store(_, _, order) => order == Ordering::SeqCst,
            Step::Add(_)
            | Step::Replace { .. }
            | Step::Swap(..)
            | Step::FetchAdd(..)
            | Step::Acquire(_)
            | Step::Release(_)
            | Step::Wait(_)
            | Step::Signal(_)
            | Step::Claim
            | Step::GiveBack => true,
        }
    }
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
    NeverSucceeds(&'static str),
    /// It does more within one section than the model keeps account of.
    LimitExceeded,
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
}

/// Reads of one section that the model keeps apart.
pub(super) const MOST_READS: u8 = 8;

impl StepMachine for Model<'_> {
    type Stop = Halt;
    type Value = Token;

    fn me(&self) -> usize {
        self.me
    }

    fn workers(&self) -> usize {
        self.workers
    }

    fn take(&mut self, step: Step<Token>) -> Result<StepAnswer<Token>, Halt> {
        if step == Step::Read && self.reads == MOST_READS {
            return Err(Halt::LimitExceeded);
        }
        let Some(answer) = self.log.get(self.answered) else {
            let (section, attempts, reads) = (self.section, self.attempts.clone(), self.reads);
            return Err(Halt::Next(Box::new(Pending { step, section, attempts, reads })));
        };
        self.answered += 1;
        Ok(match step {
            Step::Read => {
                self.reads += 1;
                let read = self.reads - 1;
                StepAnswer::Value(Token { read, increments: 0, decrements: 0 })
            }
            Step::Replace { .. } => StepAnswer::Flag(answer.value == 1),
            Step::Load(..) | Step::Swap(..) | Step::FetchAdd(..) => StepAnswer::Word(answer.value),
            Step::Write(_)
            | Step::Add(_)
            | Step::Store(..)
            | Step::Acquire(_)
            | Step::Release(_)
            | Step::Wait(_)
            | Step::Signal(_)
            | Step::Claim
            | Step::GiveBack => StepAnswer::Done,
        })
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
            false if self.answered == since => Err(Halt::NeverSucceeds(words)),
            false => Err(Halt::Failed(since)),
        }
    }
}

impl Lifecycle for Model<'_> {
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
        self.take(Step::Claim).map(drop)
    }

    fn give_back(&mut self) -> Result<(), Halt> {
        self.take(Step::GiveBack).map(drop)
    }
}
