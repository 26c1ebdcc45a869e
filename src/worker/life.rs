//! One worker's life: plain loops, the same text for every machine.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitStatus;

use super::panic::{note_leaving, said};
use crate::machine::{Delta, Guard, Program, Section, Stage, Stop};
use crate::strategy::Strategy;

/// Makes all updates of worker [`me`](crate::machine::Machine::me), guarded by `strategy`.
///
/// # Errors
///
/// The machine stopped the worker.
// Kept as a function of its own: only so does the compiler know that nobody else sees `machine`.
#[inline(never)]
pub fn live<S: Strategy + ?Sized, M: Stage>(
    strategy: &S,
    machine: &mut M,
    program: &Program,
) -> Result<(), M::Stop> {
    let copies = machine.has_copies() && program.copies > 1;
    Life { strategy, machine, made: 0, entered: false, copies }.live(program)
}

/// How far a worker has come. This is here, and not in the machine, so that it stays in registers:
/// on some processors one more store for each update makes an atomic addition a third dearer.
struct Life<'a, S: Strategy + ?Sized, M: Stage> {
    strategy: &'a S,
    machine: &'a mut M,
    made: u64,
    entered: bool,
    /// Whether there are several copies of the resource, of which it takes one.
    copies: bool,
}

impl<S: Strategy + ?Sized, M: Stage> Life<'_, S, M> {
    #[inline(always)]
    fn live(&mut self, program: &Program) -> Result<(), M::Stop> {
        let me = self.machine.me();
        match program.guard {
            Guard::Update => {
                for (delta, times) in program.stretches(me) {
                    for _ in 0..times {
                        self.machine.pause(self.made)?;
                        self.enter()?;
                        self.update(delta)?;
                        self.exit()?;
                    }
                }
                Ok(())
            }
            Guard::Loop => {
                self.enter()?;
                for (delta, times) in program.stretches(me) {
                    for _ in 0..times {
                        self.machine.pause(self.made)?;
                        self.update(delta)?;
                    }
                }
                self.exit()
            }
        }
    }

    #[inline(always)]
    fn enter(&mut self) -> Result<(), M::Stop> {
        self.machine.section(Section::Entry, |m| self.strategy.enter(m))?;
        self.entered = true;
        if self.copies { self.machine.section(Section::Claim, M::claim) } else { Ok(()) }
    }

    #[inline(always)]
    fn update(&mut self, delta: Delta) -> Result<(), M::Stop> {
        let has_section = self.strategy.about().promise.has_section();
        let section = if has_section { Section::Critical } else { Section::Whole };
        self.machine.section(section, |m| self.strategy.update(m, delta))?;
        self.made += 1;
        Ok(())
    }

    #[inline(always)]
    fn exit(&mut self) -> Result<(), M::Stop> {
        self.entered = false;
        if self.copies {
            self.machine.section(Section::GiveBack, M::give_back)?;
        }
        self.machine.section(Section::Exit, |m| self.strategy.exit(m))
    }
}

/// Whatever ends a life, also a panic, its account is closed.
impl<S: Strategy + ?Sized, M: Stage> Drop for Life<'_, S, M> {
    #[inline(always)]
    fn drop(&mut self) {
        depart(self.strategy, self.machine, self.made, self.entered, self.copies);
    }
}

/// Lets a real worker that was stopped inside leave by the exit section, so that the others are
/// not locked out, and closes its account.
#[cold]
#[inline(never)]
fn depart<S, M>(strategy: &S, machine: &mut M, made: u64, entered: bool, copies: bool)
where
    S: Strategy + ?Sized,
    M: Stage,
{
    if machine.depart(made, entered) {
        // It may spin, be told to stop, or panic as well: there is nothing left to be done then.
        let leave = || {
            if copies {
                machine.section(Section::GiveBack, M::give_back)?;
            }
            machine.section(Section::Exit, |m| strategy.exit(m))
        };
        let left = catch_unwind(AssertUnwindSafe(leave));
        note_leaving(matches!(left, Ok(Ok(()))));
    }
}

/// How a worker ended.
#[derive(Debug)]
pub enum End {
    /// It made all its updates.
    Finished,
    /// It was asked to stop.
    Stopped,
    /// The resource failed.
    Failed(io::Error),
    /// It is a process, and this ended it before it had come to an end of its own.
    Died(ExitStatus),
    /// Its strategy panicked: where, what it said, and how the worker left the section, if it had
    /// entered.
    Panicked(String),
}

/// Lives, and tells how it ended.
pub fn survive<S, M>(strategy: &S, machine: &mut M, program: &Program) -> End
where
    S: Strategy + ?Sized,
    M: Stage<Stop = Stop>,
{
    // A panic leaves nothing torn: the resource is a single word, and the machine is given up.
    let lived = catch_unwind(AssertUnwindSafe(|| live(strategy, machine, program)));
    match lived {
        Ok(Ok(())) => End::Finished,
        Ok(Err(Stop::Asked)) => End::Stopped,
        Ok(Err(Stop::Failed(error))) => End::Failed(error),
        Err(payload) => End::Panicked(said(&*payload)),
    }
}
