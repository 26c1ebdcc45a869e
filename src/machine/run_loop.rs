//! A worker's loop: the same text for every machine.

use super::{Delta, Guard, Machine, Program, Section, Strategy, misuse};

/// What the worker's loop calls beside the steps; strategies cannot see it.
///
/// A real worker marks itself as inside and looks whether to stop, the recorder notes a heading, a
/// model skips the sections that a worker has left.
pub(crate) trait Lifecycle: Machine {
    /// Between two updates, after `made` of them. A worker stops here, where no update is half
    /// done.
    fn pause(&mut self, _made: u64) -> Result<(), Self::Stop> {
        Ok(())
    }

    /// Begins a section after `made` updates, and says whether its steps are still to be taken.
    fn begin(&mut self, _section: Section, _made: u64) -> Result<bool, Self::Stop> {
        Ok(true)
    }

    /// Ends a section whose steps have been taken; an update that it made is not among `made`.
    fn end(&mut self, _section: Section, _made: u64) -> Result<(), Self::Stop> {
        Ok(())
    }

    /// False only where the machine knows at compile time that there is a single copy of the
    /// resource: then the loop has no code for copies.
    fn has_copies(&self) -> bool {
        true
    }

    /// Takes [`Step::Claim`](super::Step::Claim). Only where there are several copies.
    fn claim(&mut self) -> Result<(), Self::Stop>;

    /// Takes [`Step::GiveBack`](super::Step::GiveBack).
    fn give_back(&mut self) -> Result<(), Self::Stop>;

    /// Called once when the worker stops, for any reason, after `made` updates. Returns true
    /// if the exit section must still run: a real worker says so if it has `entered`.
    fn depart(&mut self, _made: u64, _entered: bool) -> bool {
        false
    }
}

/// [`Machine::until`] of the machines on which a failed attempt is simply made again: `again` is
/// called between two attempts with the number of those that have failed. Returns that number.
#[inline(always)]
pub(crate) fn spin_until<M: Machine>(
    machine: &mut M,
    attempt: impl Fn(&mut M) -> Result<bool, M::Stop>,
    again: impl Fn(&mut M, u32) -> Result<(), M::Stop>,
) -> Result<u32, M::Stop> {
    let mut failed = 0;
    while !attempt(machine)? {
        failed += 1;
        again(machine, failed)?;
    }
    Ok(failed)
}

/// The worker's loop, as a method of every strategy: so the compiler puts it into the codegen unit
/// of the strategy's own methods, and can join them.
pub(crate) trait RunWorker: Strategy {
    /// Makes all updates of worker [`me`](Machine::me), guarded by this strategy.
    // Not inline: so the compiler knows that nothing else has access to `machine`.
    #[inline(never)]
    fn run_worker<M: Lifecycle>(&self, machine: &mut M, program: &Program) -> Result<(), M::Stop> {
        let copies = machine.has_copies() && program.copies > 1;
        let section = Section::Exit;
        WorkerLoop { strategy: self, machine, made: 0, section, copies }.run(program)
    }
}

impl<S: Strategy + ?Sized> RunWorker for S {}

/// How far a worker has come. This is here, and not in the machine, so that it stays in registers.
///
/// An update of `atomic` is a single instruction, so the loop around it is measured with it. On some
/// processors one more store for each update, or more than about ten instructions from one addition
/// to the next, makes an update a third more expensive.
struct WorkerLoop<'a, S: Strategy + ?Sized, M: Lifecycle> {
    strategy: &'a S,
    machine: &'a mut M,
    made: u64,
    /// The section that the worker is in, or has left last.
    section: Section,
    /// Whether there are several copies of the resource, of which it takes one.
    copies: bool,
}

impl<S: Strategy + ?Sized, M: Lifecycle> WorkerLoop<'_, S, M> {
    #[inline(always)]
    fn run(&mut self, program: &Program) -> Result<(), M::Stop> {
        let me = self.machine.me();
        let each = program.guard == Guard::Update;
        let all = program.updates(me);
        // Each section is called in one place: so the compiler puts its steps into this loop.
        for (delta, times) in program.stretches(me) {
            for _ in 0..times {
                if each {
                    self.machine.pause(self.made)?;
                }
                if each || self.made == 0 {
                    self.enter()?;
                }
                if !each {
                    self.machine.pause(self.made)?;
                }
                self.update(delta)?;
                if each || self.made == all {
                    self.exit()?;
                }
            }
        }
        Ok(())
    }

    // The sections are written out, and not by a function that takes the steps of one as a closure:
    // there would be three such functions for each strategy and machine, which are slow to compile.
    #[inline(always)]
    fn enter(&mut self) -> Result<(), M::Stop> {
        self.section = Section::Entry;
        if self.machine.begin(Section::Entry, self.made)? {
            self.strategy.enter(self.machine)?;
            self.machine.end(Section::Entry, self.made)?;
        }
        self.section = Section::Critical;
        if self.copies && self.machine.begin(Section::Claim, self.made)? {
            self.machine.claim()?;
            self.machine.end(Section::Claim, self.made)?;
        }
        Ok(())
    }

    #[inline(always)]
    fn update(&mut self, delta: Delta) -> Result<(), M::Stop> {
        let has_section = self.strategy.about().promise.has_section();
        let section = if has_section { Section::Critical } else { Section::Whole };
        if self.machine.begin(section, self.made)? {
            self.strategy.update(self.machine, delta)?;
            self.machine.end(section, self.made)?;
        }
        self.made += 1;
        Ok(())
    }

    #[inline(always)]
    fn exit(&mut self) -> Result<(), M::Stop> {
        self.section = Section::Exit;
        leave(self.strategy, self.machine, self.made, self.copies)
    }
}

#[inline(always)]
fn leave<S, M>(strategy: &S, machine: &mut M, made: u64, copies: bool) -> Result<(), M::Stop>
where
    S: Strategy + ?Sized,
    M: Lifecycle,
{
    if copies && machine.begin(Section::GiveBack, made)? {
        machine.give_back()?;
        machine.end(Section::GiveBack, made)?;
    }
    if machine.begin(Section::Exit, made)? {
        strategy.exit(machine)?;
        machine.end(Section::Exit, made)?;
    }
    Ok(())
}

/// The machine is told of the end of the loop, also where it ends by a panic.
impl<S: Strategy + ?Sized, M: Lifecycle> Drop for WorkerLoop<'_, S, M> {
    #[inline(always)]
    fn drop(&mut self) {
        depart(self.strategy, self.machine, self.made, self.section, self.copies);
    }
}

/// Lets a real worker that was stopped inside leave by the exit section, so that the others are
/// not locked out.
#[cold]
#[inline(never)]
fn depart<S, M>(strategy: &S, machine: &mut M, made: u64, section: Section, copies: bool)
where
    S: Strategy + ?Sized,
    M: Lifecycle,
{
    misuse::note_section(section);
    if machine.depart(made, section == Section::Critical) {
        misuse::try_to_leave(&mut || leave(strategy, machine, made, copies).is_ok());
    }
}
