//! The machine that runs a worker's code up to its next step, from all answers of its section.

use std::rc::Rc;

use crate::machine::{Answer, Lifecycle, PackedTally, Privates, Section, Step, StepMachine};

/// A step with real values of the resource.
pub(super) type RealStep = Step<PackedTally>;

/// What a worker does next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Next {
    Step(RealStep),
    /// An attempt of `until` answered false and took no step: it is made again for ever.
    Spins,
    Finished,
}

/// What happened to the attempts of `until` between two steps, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Began,
    Succeeded,
    /// It failed, and the next attempt began.
    Failed,
}

/// Where a worker is in its code, and what it does next.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Sections that it has finished.
    pub(super) sections: usize,
    /// The private variables as the present section began.
    pub(super) privates: Box<[u64]>,
    /// What the steps of the present section have answered, without those of failed attempts.
    pub(super) log: Box<[u64]>,
    pub(super) next: Next,
    pub(super) section: Section,
    /// Attempts that it is within.
    pub(super) depth: usize,
    /// What happened on the way here since the last step.
    pub(super) events: Rc<[Event]>,
}

/// Runs a worker's loop from the answers that it has got. Sections that are finished are skipped.
pub(crate) struct ReferenceMachine<'a> {
    me: usize,
    workers: usize,
    finished: usize,
    begun: usize,
    section: Section,
    privates: Privates,
    /// The private variables as the present section began.
    first: Box<[u64]>,
    log: &'a [u64],
    at: usize,
    depth: usize,
    next: Next,
    events: Vec<Event>,
}

impl<'a> ReferenceMachine<'a> {
    /// Worker `me` after so many finished sections, with these private variables, and these answers
    /// in the present one.
    pub(super) fn new(
        me: usize,
        workers: usize,
        finished: usize,
        privates: &[u64],
        log: &'a [u64],
    ) -> Self {
        Self {
            me,
            workers,
            finished,
            begun: 0,
            section: Section::Entry,
            privates: privates.iter().copied().collect(),
            first: privates.into(),
            log,
            at: 0,
            depth: 0,
            next: Next::Finished,
            events: Vec::new(),
        }
    }

    /// Where the worker is, once its loop has been run.
    pub(super) fn place(self) -> Place {
        Place {
            sections: self.finished,
            privates: self.first,
            log: self.log.into(),
            next: self.next,
            section: self.section,
            depth: self.depth,
            events: self.events.into(),
        }
    }

    /// Notes what happens after the last answer.
    fn note(&mut self, event: Event) {
        if self.at == self.log.len() {
            self.events.push(event);
        }
    }
}

impl StepMachine for ReferenceMachine<'_> {
    type Stop = ();
    type Value = PackedTally;

    fn me(&self) -> usize {
        self.me
    }

    fn workers(&self) -> usize {
        self.workers
    }

    fn privates(&self) -> &Privates {
        &self.privates
    }

    fn take(&mut self, step: RealStep) -> Result<Answer<PackedTally>, ()> {
        let Some(&answer) = self.log.get(self.at) else {
            self.next = Next::Step(step);
            return Err(());
        };
        self.at += 1;
        Ok(match step {
            Step::Read => Answer::Value(PackedTally::from_word(answer)),
            Step::Replace { .. } | Step::TryAcquire(_) | Step::TryWait(_) => {
                Answer::Flag(answer == 1)
            }
            Step::Load(..) | Step::Swap(..) | Step::FetchAdd(..) | Step::CompareExchange { .. } => {
                Answer::Word(answer)
            }
            _ => Answer::Done,
        })
    }

    fn until(
        &mut self,
        _: &'static str,
        attempt: impl Fn(&mut Self) -> Result<bool, ()>,
    ) -> Result<(), ()> {
        self.depth += 1;
        self.note(Event::Began);
        let since = self.at;
        while !attempt(self)? {
            if self.at == since {
                self.next = Next::Spins;
                return Err(());
            }
            assert_eq!(self.at, self.log.len(), "only the last answer can make an attempt fail");
            (self.log, self.at) = (&self.log[..since], since);
            self.note(Event::Failed);
        }
        self.depth -= 1;
        self.note(Event::Succeeded);
        Ok(())
    }
}

impl Lifecycle for ReferenceMachine<'_> {
    fn begin(&mut self, section: Section, _: u64) -> Result<bool, ()> {
        self.begun += 1;
        self.section = section;
        if self.begun <= self.finished {
            return Ok(false);
        }
        if section == Section::Entry {
            self.privates.clear();
        }
        self.first = self.privates.values();
        Ok(true)
    }

    fn end(&mut self, _: Section, _: u64) -> Result<(), ()> {
        assert_eq!(self.at, self.log.len(), "the same answers lead to the same place");
        (self.log, self.at, self.finished) = (&[], 0, self.begun);
        Ok(())
    }

    fn claim(&mut self) -> Result<(), ()> {
        self.take(Step::Claim).map(drop)
    }

    fn give_back(&mut self) -> Result<(), ()> {
        self.take(Step::GiveBack).map(drop)
    }
}
