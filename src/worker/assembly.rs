//! Puts the machine of a worker together from its resource, locks and hooks, and runs the worker.

use std::cell::Cell;
use std::io;
use std::rc::Rc;

use super::context::LockSet;
use super::exit::run_catching;
use super::hook::{Hook, Yielding, hooks};
#[cfg(linux)]
use super::locks::{FileLocks, ProcessLocks};
use super::locks::{Locks, Semaphores, ThreadLocks};
use super::native::Native;
use super::resource::{self, Copies, Resource, TracedVariable, Variable};
use super::{Stop, Work, WorkerContext, WorkerExit};
use crate::machine::{RunWorker, Strategy};

/// The usual machines are compiled for their kinds of resource, locks and hook, and cost what
/// the same loop costs by hand. All others share one that decides at each step.
impl<S: Strategy> Work for S {
    fn work(&self, context: &WorkerContext<'_>) -> WorkerExit {
        if !context.config.is_plain(context.needs) {
            return match (context.copies(), context.any_locks()) {
                (Ok(copies), Ok(locks)) => context.run(self, copies, locks, hooks(context)),
                (Err(error), _) | (_, Err(error)) => {
                    context.shared.control.gate.cancel();
                    WorkerExit::Failed(error)
                }
            };
        }
        match context.shared.locks {
            LockSet::Threads(mutexes, semaphores) => {
                context.run_plain(self, ThreadLocks::new(mutexes), semaphores)
            }
            #[cfg(linux)]
            LockSet::Processes(mutexes, semaphores) => {
                context.run_plain(self, ProcessLocks::new(mutexes, context.status()), semaphores)
            }
        }
    }
}

impl<'a> WorkerContext<'a> {
    fn run_plain<S: Strategy>(
        &self,
        strategy: &S,
        locks: impl Locks,
        semaphores: impl Semaphores,
    ) -> WorkerExit {
        let (memory, locks) = (Variable(&self.shared.counters[0]), (locks, semaphores));
        match Yielding::new(self) {
            None => self.run(strategy, memory, locks, ()),
            Some(yielding) => self.run(strategy, memory, locks, yielding),
        }
    }

    fn run(
        &self,
        strategy: &impl Strategy,
        resource: impl Resource,
        locks: (impl Locks, impl Semaphores),
        hook: impl Hook,
    ) -> WorkerExit {
        let mut machine = Native::new(self, resource, locks, hook);
        self.run_from_the_gate(&mut || strategy.run_worker(&mut machine, &self.config.program))
    }

    fn run_from_the_gate(&self, run: &mut dyn FnMut() -> Result<(), Stop>) -> WorkerExit {
        let (config, control) = (self.config, self.shared.control);
        match control.gate.pass(config.program.workers, config.processors, &|| control.open()) {
            true => run_catching(run),
            false => WorkerExit::Stopped,
        }
    }

    /// What is shared: one copy, or several.
    fn copies(&self) -> io::Result<Copies<'a>> {
        let numbers = 0..usize::try_from(self.config.program.copies).unwrap_or(1);
        let writes = Rc::default();
        let copies = numbers.map(|copy| self.copy(copy, &writes)).collect::<io::Result<_>>()?;
        Ok(Copies::new(self.me, copies, &self.shared.control.taken))
    }

    /// One copy; `writes` counts those to all copies, where that has to be known.
    fn copy(&self, copy: usize, writes: &Rc<Cell<u64>>) -> io::Result<Box<dyn Resource + 'a>> {
        let Self { me, config, shared, .. } = *self;
        let word = &shared.counters[copy];
        #[cfg(linux)]
        let path = || self.worker_paths.get(copy).ok_or(io::ErrorKind::NotFound);
        Ok(match config.resource {
            resource::ResourceKind::Variable if config.trace => {
                Box::new(TracedVariable::new(word, shared.log, &config.program, me, writes))
            }
            resource::ResourceKind::Variable => Box::new(Variable(word)),
            #[cfg(not(linux))]
            resource::ResourceKind::File | resource::ResourceKind::Printer => {
                return Err(io::ErrorKind::Unsupported.into());
            }
            #[cfg(linux)]
            resource::ResourceKind::File => Box::new(resource::SharedFile::open(path()?)?),
            #[cfg(linux)]
            resource::ResourceKind::Printer => {
                let pace = (config.yields, config.seed_of(me));
                let me = (me, config.program.workers);
                Box::new(resource::Printer::open(path()?, me, pace, writes.clone())?)
            }
        })
    }

    fn any_locks(&self) -> io::Result<(Box<dyn Locks + 'a>, Box<dyn Semaphores + 'a>)> {
        let (locks, semaphores): (Box<dyn Locks + 'a>, Box<dyn Semaphores + 'a>) =
            match self.shared.locks {
                LockSet::Threads(mutexes, semaphores) => {
                    (Box::new(ThreadLocks::new(mutexes)), Box::new(semaphores))
                }
                #[cfg(linux)]
                LockSet::Processes(mutexes, semaphores) => {
                    (Box::new(ProcessLocks::new(mutexes, self.status())), Box::new(semaphores))
                }
            };
        if !self.needs.on_file {
            return Ok((locks, semaphores));
        }
        #[cfg(linux)]
        if let (resource::ResourceKind::File, Some(path)) =
            (self.config.resource, self.worker_paths.first())
        {
            // Of several copies the first is locked: the promise is for all of them together.
            return Ok((Box::new(FileLocks::new(resource::open_file(path)?)), semaphores));
        }
        Err(io::Error::other("there is no file that could be locked"))
    }
}
