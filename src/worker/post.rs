//! One worker's post: all that it is given, and the choice of the machine that it works on.

use std::io;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::thread;
use std::time::Duration;

use crossbeam_utils::CachePadded;

use super::board::Order;
#[cfg(target_os = "linux")]
use super::locks::{FileLocks, ProcessLocks, RobustMutex, SharedSemaphore};
use super::{CountingSemaphore, End, Job, Locks, ThreadLocks, survive};
use crate::machine::{Decorated, Guard, Native, Rate, Replaying, Shared, Yielding};
use crate::resource::{self, Copies, Doomed, Laborious, Memory, Resource};
use crate::strategy::Strategy;

/// What worker `me` is given.
pub struct Post<'a> {
    pub(crate) me: usize,
    pub(crate) job: &'a Job,
    pub(crate) shared: Shared<'a>,
    /// The variable that is shared, or its copies.
    pub(crate) counters: &'a [CachePadded<AtomicU64>],
    pub(crate) tools: Tools<'a>,
}

/// The mutexes and semaphores of a run.
#[derive(Clone, Copy)]
pub(crate) enum Tools<'a> {
    Threads(&'a [CachePadded<Mutex<()>>], &'a [CachePadded<CountingSemaphore>]),
    #[cfg(target_os = "linux")]
    Processes(&'a [CachePadded<RobustMutex>], &'a [CachePadded<SharedSemaphore>]),
}

impl<'a> Post<'a> {
    /// The worker's life, from the gate to its end.
    ///
    /// The usual machine is made for its kinds of resource and locks at compile time, and costs
    /// what the same loop costs by hand. All others share one that asks at each step.
    pub fn work<S: Strategy + ?Sized>(&self, strategy: &S) -> End {
        if !self.job.is_plain() {
            let resource = self.device().and_then(|device| Ok((device, self.device_locks()?)));
            return match resource {
                Ok((resource, locks)) => self.live(strategy, resource, locks),
                Err(error) => {
                    self.shared.board.gate.cancel();
                    End::Failed(error)
                }
            };
        }
        let memory = Memory(&self.counters[0]);
        match self.tools {
            Tools::Threads(mutexes, semaphores) => {
                self.live(strategy, memory, ThreadLocks::new(mutexes, semaphores))
            }
            #[cfg(target_os = "linux")]
            Tools::Processes(mutexes, semaphores) => {
                let slot = &self.shared.slots[self.me];
                self.live(strategy, memory, ProcessLocks::new(mutexes, semaphores, slot))
            }
        }
    }

    fn live<S, R, L>(&self, strategy: &S, resource: R, locks: L) -> End
    where
        S: Strategy + ?Sized,
        R: Resource,
        L: Locks,
    {
        let Job { program, processors, rate, .. } = self.job;
        let board = self.shared.board;
        if !board.gate.pass(program.workers, *processors, || board.open()) {
            return End::Stopped;
        }
        self.let_the_victim_first();
        let mut machine = Native::new(self.me, self.shared, resource, locks);
        if let Some(schedule) = &self.job.setup.schedule {
            let decorator = Replaying::new(self.me, schedule, &board.steps);
            return survive(strategy, &mut Decorated { inner: machine, decorator }, program);
        }
        match *rate {
            Rate::Never => survive(strategy, &mut machine, program),
            Rate::OneIn(one_in) => {
                let decorator =
                    Yielding::new(one_in, self.job.seed_of(self.me), self.me, self.shared.slots);
                survive(strategy, &mut Decorated { inner: machine, decorator }, program)
            }
        }
    }

    /// Where the whole loop is guarded, who waits for the victim halfway would keep it out.
    fn let_the_victim_first(&self) {
        if self.job.program.guard == Guard::Loop && self.job.victim() != Some(self.me) {
            while self.shared.board.order() == Order::Vigil {
                thread::sleep(Duration::from_micros(50));
            }
        }
    }

    /// What is shared, with all that was asked for around it.
    fn device(&self) -> io::Result<Box<dyn Resource + 'a>> {
        let Job { setup, program, .. } = self.job;
        let numbers = 0..usize::try_from(program.copies).unwrap_or(1);
        let copies = numbers.map(|copy| self.copy(copy)).collect::<io::Result<_>>()?;
        let copies = Copies::new(self.me, copies, &self.shared.board.taken);
        let mut device: Box<dyn Resource + 'a> = Box::new(copies);
        if !setup.work.is_zero() {
            device = Box::new(Laborious { inner: device, work: setup.work });
        }
        if self.job.victim() == Some(self.me) {
            let (board, slot) = (self.shared.board, &*self.shared.slots[self.me]);
            let fatal = program.updates(self.me) / 2;
            device = Box::new(Doomed { inner: device, board, slot, fatal });
        }
        Ok(device)
    }

    /// One of the copies.
    fn copy(&self, copy: usize) -> io::Result<Box<dyn Resource + 'a>> {
        #[cfg(target_os = "linux")]
        let door = || self.job.setup.doors.get(copy).ok_or(io::ErrorKind::NotFound);
        Ok(match self.job.setup.resource {
            resource::Kind::Variable => Box::new(Memory(&self.counters[copy])),
            #[cfg(target_os = "linux")]
            resource::Kind::File => Box::new(resource::SharedFile::open(door()?)?),
            #[cfg(target_os = "linux")]
            resource::Kind::Printer => {
                let pace = (self.job.rate, self.job.seed_of(self.me));
                let me = (self.me, self.job.program.workers);
                Box::new(resource::Printer::open(door()?, me, pace)?)
            }
            #[cfg(not(target_os = "linux"))]
            resource::Kind::File | resource::Kind::Printer => {
                return Err(io::ErrorKind::Unsupported.into());
            }
        })
    }

    fn device_locks(&self) -> io::Result<Box<dyn Locks + 'a>> {
        let locks: Box<dyn Locks + 'a> = match self.tools {
            Tools::Threads(mutexes, semaphores) => Box::new(ThreadLocks::new(mutexes, semaphores)),
            #[cfg(target_os = "linux")]
            Tools::Processes(mutexes, semaphores) => {
                let slot = &self.shared.slots[self.me];
                Box::new(ProcessLocks::new(mutexes, semaphores, slot))
            }
        };
        if !self.job.strategy.needs(&self.job.program).on_file {
            return Ok(locks);
        }
        #[cfg(target_os = "linux")]
        if let (resource::Kind::File, Some(door)) =
            (self.job.setup.resource, self.job.setup.doors.first())
        {
            // Of several copies the first is locked: the promise is for all of them together.
            return Ok(Box::new(FileLocks::new(resource::open_file(door)?, locks)));
        }
        Err(io::Error::other("there is no file that could be locked"))
    }
}
