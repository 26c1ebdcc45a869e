//! The model machine: runs a worker's loop up to its next step, and no further.
//!
//! It takes no step itself. It is told what the earlier steps of one section answered, hands these
//! answers to the strategy in order, and stops where they end. So the strategy's own code says what
//! a worker does next. What a step does to the shared state is in [`space`](super::space).

use std::ops::Add;
use std::sync::atomic::Ordering;

use super::stop::Limit;
use crate::machine::{Answer, Delta, Lifecycle, Needs, Privates, Section, Step, StepMachine};

/// A value of the resource, by where it came from. A strategy cannot look into it, so its next step
/// can depend on nothing else.
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
        let number = match delta {
            Delta::Increment => &mut self.increments,
            Delta::Decrement => &mut self.decrements,
        };
        *number = number.saturating_add(1);
        self
    }
}

/// An attempt of `until` that has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// How many answers ago it began.
    pub ago: usize,
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
    /// Whether this worker's store buffer has to be empty before the step: a read-modify-write
    /// instruction, a step of a lock, or a sequentially consistent store or fence.
    pub fn is_fenced(&self) -> bool {
        self.waits().fenced
    }

    /// Whether the worker may have to wait for others before the step.
    pub fn may_block(&self) -> bool {
        self.waits().may_block
    }

    fn waits(&self) -> Waits {
        let (fenced, may_block) = match self.step {
            Step::Read | Step::Write(_) | Step::Load(..) => (false, false),
            Step::Store(_, _, order) | Step::Fence(order) => (order == Ordering::SeqCst, false),
            Step::Acquire(_) | Step::Wait(_) | Step::Wake(..) => (true, true),
            Step::Add(_)
            | Step::Replace { .. }
            | Step::Swap(..)
            | Step::FetchAdd(..)
            | Step::CompareExchange { .. }
            | Step::TryAcquire(_)
            | Step::Release(_)
            | Step::TryWait(_)
            | Step::Signal(_)
            | Step::Sleep(..)
            | Step::NotifyOne(_)
            | Step::NotifyAll(_)
            | Step::Claim
            | Step::GiveBack => (true, false),
        };
        Waits { fenced, may_block }
    }
}

/// What a worker may have to wait for before a step.
struct Waits {
    /// Its store buffer.
    fenced: bool,
    /// Others.
    may_block: bool,
}

/// Why the model stops a worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// Its next step is not among those that have been answered.
    Next(Box<Pending>),
    /// The section has ended, and these are the private variables.
    Done(Box<[u64]>),
    /// The last answer made an attempt fail.
    Failed {
        /// How many answers ago the attempt began.
        ago: usize,
        /// How many attempts enclose it.
        depth: usize,
        /// The resource was written in it.
        wrote: bool,
    },
    /// The innermost of these attempts fails without taking a step: it would be repeated for ever.
    NeverSucceeds(Vec<Attempt>),
    /// The strategy needs more than the model has.
    LimitExceeded(Limit),
    /// The strategy was run again with the same answers, and did something else.
    OwnState,
}

/// One worker in one of its sections.
#[derive(Default)]
pub struct Model<'a> {
    me: usize,
    workers: usize,
    wanted: usize,
    /// The sections that have been begun.
    pub(super) sections: Vec<Section>,
    log: &'a [u64],
    answered: usize,
    reads: u8,
    /// How often the resource was written.
    pub(super) writes: usize,
    /// Attempts that have begun: how many answers had been given when each began, and its words.
    attempts: Vec<(usize, &'static str)>,
    /// An attempt that fails with the last answer is repeated.
    pub(super) repeat: bool,
    /// What the strategy declared; without it no step is taken.
    pub(super) needs: Option<&'a Needs>,
    pub(super) privates: Privates,
}

impl<'a> Model<'a> {
    /// Worker `me` in section number `wanted` (from 0) of its loop. The answers in `log` are those
    /// of the first steps of the section.
    pub(super) fn new(me: usize, workers: usize, wanted: usize, log: &'a [u64]) -> Self {
        Self { me, workers, wanted, log, ..Self::default() }
    }

    fn attempts(&self) -> Vec<Attempt> {
        let attempts = self.attempts.iter();
        attempts.map(|&(since, words)| Attempt { ago: self.answered - since, words }).collect()
    }
}

/// Reads of one section that the model keeps apart.
pub(super) const MOST_READS: u8 = 8;

/// Attempts inside of each other: a location has a bit for each.
const MOST_ATTEMPTS: usize = 30;

/// Sections of one worker's loop: more do not fit into memory.
const MOST_SECTIONS: usize = 1 << 24;

impl StepMachine for Model<'_> {
    type Stop = Halt;
    type Value = Token;

    fn me(&self) -> usize {
        self.me
    }

    fn workers(&self) -> usize {
        self.workers
    }

    fn privates(&self) -> &Privates {
        &self.privates
    }

    fn take(&mut self, step: Step<Token>) -> Result<Answer<Token>, Halt> {
        let full = |token: Token| token.increments == u8::MAX || token.decrements == u8::MAX;
        let exceeded = match step {
            Step::Read if self.reads == MOST_READS => Some(Limit::Reads),
            Step::Write(new) if full(new) => Some(Limit::Updates),
            Step::Replace { seen, new } if full(seen) || full(new) => Some(Limit::Updates),
            _ => None,
        };
        if let Some(limit) = exceeded {
            return Err(Halt::LimitExceeded(limit));
        }
        let Some(&answer) = self.log.get(self.answered) else {
            if let Some(needs) = self.needs {
                needs.check(&step);
            }
            let section = *self.sections.last().expect("a section has begun");
            let (attempts, reads) = (self.attempts(), self.reads);
            return Err(Halt::Next(Box::new(Pending { step, section, attempts, reads })));
        };
        self.answered += 1;
        Ok(match step {
            Step::Read => {
                self.reads += 1;
                let read = self.reads - 1;
                Answer::Value(Token { read, increments: 0, decrements: 0 })
            }
            Step::Replace { .. } => {
                self.writes += usize::from(answer == 1);
                Answer::Flag(answer == 1)
            }
            Step::TryAcquire(_) | Step::TryWait(_) => Answer::Flag(answer == 1),
            Step::Load(..) | Step::Swap(..) | Step::FetchAdd(..) | Step::CompareExchange { .. } => {
                Answer::Word(answer)
            }
            Step::Write(_) | Step::Add(_) => {
                self.writes += 1;
                Answer::Done
            }
            Step::Store(..)
            | Step::Fence(_)
            | Step::Acquire(_)
            | Step::Release(_)
            | Step::Wait(_)
            | Step::Signal(_)
            | Step::Sleep(..)
            | Step::Wake(..)
            | Step::NotifyOne(_)
            | Step::NotifyAll(_)
            | Step::Claim
            | Step::GiveBack => Answer::Done,
        })
    }

    /// The answers of a failed attempt are not kept, so one attempt is made here. More are made
    /// only to check that an attempt leaves nothing behind for the next one.
    fn until(
        &mut self,
        words: &'static str,
        attempt: impl Fn(&mut Self) -> Result<bool, Halt>,
    ) -> Result<(), Halt> {
        let (reads, writes, depth) = (self.reads, self.writes, self.attempts.len());
        if depth == MOST_ATTEMPTS {
            return Err(Halt::LimitExceeded(Limit::Attempts));
        }
        loop {
            let since = self.answered;
            self.attempts.push((since, words));
            let succeeded = attempt(self)?;
            if self.answered == since && !succeeded {
                let again = (0..10).all(|_| matches!(attempt(self), Ok(false)));
                let own_state = !again || self.answered > since;
                let attempts = self.attempts();
                return Err(match own_state {
                    true => Halt::OwnState,
                    false => Halt::NeverSucceeds(attempts),
                });
            }
            self.attempts.pop();
            if succeeded {
                return Ok(());
            }
            if self.answered == self.log.len() && !self.repeat {
                let ago = self.answered - since;
                return Err(Halt::Failed { ago, depth, wrote: self.writes > writes });
            }
            self.reads = reads;
        }
    }
}

impl Lifecycle for Model<'_> {
    fn begin(&mut self, section: Section, _: u64) -> Result<bool, Halt> {
        if self.sections.len() == MOST_SECTIONS {
            return Err(Halt::LimitExceeded(Limit::Iterations));
        }
        self.sections.push(section);
        Ok(self.sections.len() - 1 == self.wanted)
    }

    fn end(&mut self, _: Section, _: u64) -> Result<(), Halt> {
        Err(Halt::Done(self.privates.values()))
    }

    fn claim(&mut self) -> Result<(), Halt> {
        self.take(Step::Claim).map(drop)
    }

    fn give_back(&mut self) -> Result<(), Halt> {
        self.take(Step::GiveBack).map(drop)
    }
}
