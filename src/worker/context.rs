//! All that one worker is given, and the choice of the machine that it works on.

use std::cell::Cell;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use crossbeam_utils::CachePadded;

use super::exit::{WorkerExit, run_catching};
use super::hook::{Hook, InTurn, Kill, Work, Yielding};
#[cfg(linux)]
use super::locks::{FileLocks, ProcessLocks, RobustMutex, SharedSemaphore};
use super::native::{Native, Spin};
#[cfg(linux)]
use super::resource;
use super::resource::{Copies, Memory, Resource};
use super::{CountingSemaphore, Job, Locks, RunControl, ThreadLocks, WorkerStatus};
use crate::machine::Strategy;

/// What worker `me` is given.
pub struct WorkerContext<'a> {
    pub(super) me: usize,
    pub(super) job: &'a Job,
    /// Where it opens each copy of the resource.
    #[cfg_attr(not(linux), allow(dead_code, reason = "a variable is not opened"))]
    pub(super) worker_paths: &'a [PathBuf],
    pub(super) control: &'a RunControl,
    pub(super) statuses: &'a [CachePadded<WorkerStatus>],
    /// The variables that the strategy asked for.
    pub(super) vars: &'a [CachePadded<AtomicU64>],
    /// The variable that is shared, or its copies.
    pub(super) counters: &'a [CachePadded<AtomicU64>],
    pub(super) locks: LockSet<'a>,
}

/// The mutexes and semaphores of a run.
#[derive(Clone, Copy)]
pub(super) enum LockSet<'a> {
    Threads(&'a [CachePadded<Mutex<()>>], &'a [CachePadded<CountingSemaphore>]),
    #[cfg(linux)]
    Processes(&'a [CachePadded<RobustMutex>], &'a [CachePadded<SharedSemaphore>]),
}

impl<'a> WorkerContext<'a> {
    /// Runs the worker, from the gate to its end.
    ///
    /// The usual machines are compiled for their kinds of resource, locks and hook, and cost what
    /// the same loop costs by hand. All others share one that decides at each step.
    pub(super) fn work<S: Strategy + ?Sized>(&self, strategy: &S) -> WorkerExit {
        let config = &self.job.config;
        if !config.is_plain(&self.job.needs) {
            return match (self.copies(), self.any_locks()) {
                (Ok(copies), Ok(locks)) => self.run(strategy, copies, locks, self.hooks()),
                (Err(error), _) | (_, Err(error)) => {
                    self.control.gate.cancel();
                    WorkerExit::Failed(error)
                }
            };
        }
        match self.locks {
            LockSet::Threads(mutexes, semaphores) => {
                self.run_plain(strategy, ThreadLocks::new(mutexes, semaphores))
            }
            #[cfg(linux)]
            LockSet::Processes(mutexes, semaphores) => {
                self.run_plain(strategy, ProcessLocks::new(mutexes, semaphores, self.status()))
            }
        }
    }

    fn run_plain<S: Strategy + ?Sized>(&self, strategy: &S, locks: impl Locks) -> WorkerExit {
        let memory = Memory(&self.counters[0]);
        match Yielding::new(self) {
            None => self.run(strategy, memory, locks, ()),
            Some(yielding) => self.run(strategy, memory, locks, yielding),
        }
    }

    fn run<S, R, L, H>(&self, strategy: &S, resource: R, locks: L, hook: H) -> WorkerExit
    where
        S: Strategy + ?Sized,
        R: Resource,
        L: Locks,
        H: Hook,
    {
        let config = &self.job.config;
        let open = || self.control.open();
        if !self.control.gate.pass(config.program.workers, config.processors, open) {
            return WorkerExit::Stopped;
        }
        run_catching(strategy, &mut Native::new(self, resource, locks, hook), &config.program)
    }

    fn status(&self) -> &'a WorkerStatus {
        &self.statuses[self.me]
    }

    /// All that was asked for around its steps.
    fn hooks(&self) -> Vec<Box<dyn Hook + 'a>> {
        let config = &self.job.config;
        let mut hooks: Vec<Box<dyn Hook + 'a>> = Vec::new();
        if let Some(schedule) = &config.schedule {
            let spin = Spin::new(self.status(), self.control);
            hooks.push(Box::new(InTurn::new(self.me, schedule, &self.control.steps, spin)));
        } else if let Some(yielding) = Yielding::new(self) {
            hooks.push(Box::new(yielding));
        }
        if let Some(kill) = Kill::new(config, self.me, self.control, self.status()) {
            hooks.push(Box::new(kill));
        }
        if !config.work.is_zero() {
            hooks.push(Box::new(Work(config.work)));
        }
        hooks
    }

    /// What is shared: one copy, or several.
    fn copies(&self) -> io::Result<Copies<'a>> {
        let numbers = 0..usize::try_from(self.job.config.program.copies).unwrap_or(1);
        let records = Rc::default();
        let copies = numbers.map(|copy| self.copy(copy, &records)).collect::<io::Result<_>>()?;
        Ok(Copies::new(self.me, copies, &self.control.taken))
    }

    /// One copy; `records` are counted by a printer.
    #[cfg(linux)]
    fn copy(&self, copy: usize, records: &Rc<Cell<u64>>) -> io::Result<Box<dyn Resource + 'a>> {
        let path = || self.worker_paths.get(copy).ok_or(io::ErrorKind::NotFound);
        Ok(match self.job.config.resource {
            resource::Kind::Variable => Box::new(Memory(&self.counters[copy])),
            resource::Kind::File => Box::new(resource::SharedFile::open(path()?)?),
            resource::Kind::Printer => {
                let config = &self.job.config;
                let pace = (config.yields, config.seed_of(self.me));
                let me = (self.me, config.program.workers);
                Box::new(resource::Printer::open(path()?, me, pace, records.clone())?)
            }
        })
    }

    /// One copy, which is a variable: the others need Linux.
    #[cfg(not(linux))]
    fn copy(&self, copy: usize, _: &Rc<Cell<u64>>) -> io::Result<Box<dyn Resource + 'a>> {
        Ok(Box::new(Memory(&self.counters[copy])))
    }

    fn any_locks(&self) -> io::Result<Box<dyn Locks + 'a>> {
        let locks: Box<dyn Locks + 'a> = match self.locks {
            LockSet::Threads(mutexes, semaphores) => {
                Box::new(ThreadLocks::new(mutexes, semaphores))
            }
            #[cfg(linux)]
            LockSet::Processes(mutexes, semaphores) => {
                Box::new(ProcessLocks::new(mutexes, semaphores, self.status()))
            }
        };
        if !self.job.needs.on_file {
            return Ok(locks);
        }
        #[cfg(linux)]
        if let (resource::Kind::File, Some(path)) =
            (self.job.config.resource, self.worker_paths.first())
        {
            // Of several copies the first is locked: the promise is for all of them together.
            return Ok(Box::new(FileLocks::new(resource::open_file(path)?, locks)));
        }
        Err(io::Error::other("there is no file that could be locked"))
    }
}
