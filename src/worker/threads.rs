//! Workers that are threads.
//!
//! They are detached: a thread that is blocked in a mutex cannot be stopped, and a scope would wait
//! for it for ever. What they share is therefore reference-counted ([`Arc`]), and the supervisor
//! learns of their exits by message.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crossbeam_utils::CachePadded;

use super::context::{LockSet, Shared};
use super::control::RunControl;
use super::locks::{CountingSemaphore, SharedCondition};
use super::resource::{Log, LogLine};
use super::{Job, WorkerContext, WorkerExit, WorkerStatus, clock};
use crate::machine::{Needs, WORKER_THREAD};

/// All that the threads of one run share.
pub(super) struct Arena {
    job: Job,
    worker_paths: Vec<PathBuf>,
    control: CachePadded<RunControl>,
    statuses: Box<[CachePadded<WorkerStatus>]>,
    counters: Box<[CachePadded<AtomicU64>]>,
    log: Box<[CachePadded<LogLine>]>,
    vars: Box<[CachePadded<AtomicU64>]>,
    mutexes: Box<[CachePadded<Mutex<()>>]>,
    semaphores: Box<[CachePadded<CountingSemaphore>]>,
    conditions: Box<[CachePadded<SharedCondition>]>,
}

impl Arena {
    fn new(job: Job, worker_paths: Vec<PathBuf>) -> Self {
        let permits = |permits| CountingSemaphore::new(u32::try_from(permits).unwrap_or(u32::MAX));
        let Needs { vars, locks, semaphores, conditions, .. } = &job.needs;
        Self {
            control: CachePadded::default(),
            statuses: (0..job.config.program.workers).map(|_| CachePadded::default()).collect(),
            counters: (0..job.config.program.copies).map(|_| CachePadded::default()).collect(),
            log: (0..job.config.log_lines()).map(|_| CachePadded::default()).collect(),
            vars: vars.iter().map(|var| CachePadded::new(AtomicU64::new(var.1))).collect(),
            mutexes: locks.iter().map(|_| CachePadded::default()).collect(),
            semaphores: semaphores.iter().map(|s| permits(s.1).into()).collect(),
            conditions: conditions.iter().map(|_| CachePadded::default()).collect(),
            worker_paths,
            job,
        }
    }

    fn context(&self, me: usize) -> WorkerContext<'_> {
        let Self { job, worker_paths, .. } = self;
        let (config, needs) = (&job.config, &job.needs);
        WorkerContext { me, config, needs, worker_paths, shared: self.shared() }
    }

    pub(super) fn shared(&self) -> Shared<'_> {
        Shared {
            control: &self.control,
            statuses: &self.statuses,
            vars: &self.vars,
            counters: &self.counters,
            log: Log(&self.log),
            locks: LockSet::Threads(&self.mutexes, &self.semaphores),
            conditions: &self.conditions,
        }
    }
}

/// The threads of one run.
pub(super) struct Threads {
    pub(super) arena: Arc<Arena>,
    exits: Receiver<(usize, WorkerExit, u64)>,
}

impl Threads {
    /// Starts them. The error has the number of the thread (from 1) that could not be started.
    pub(super) fn start(job: Job, worker_paths: Vec<PathBuf>) -> Result<Self, (usize, io::Error)> {
        let workers = job.config.program.workers;
        let arena = Arc::new(Arena::new(job, worker_paths));
        let (sender, exits) = mpsc::channel();
        let room = room();
        for me in 0..workers {
            let (arena_of_worker, sender) = (arena.clone(), sender.clone());
            let run = move || {
                let context = arena_of_worker.context(me);
                let exit = arena_of_worker.job.strategy.work(&context);
                // Fails where the supervisor has given the run up.
                let _ = sender.send((me, exit, clock::now()));
            };
            let named = thread::Builder::new().name(format!("{WORKER_THREAD}{}", me + 1));
            let no_room = "the system maps no further stack (vm.max_map_count)";
            let spawned = if me < room { named.spawn(run) } else { Err(io::Error::other(no_room)) };
            if let Err(error) = spawned {
                arena.control.gate.cancel();
                return Err((me + 1, error));
            }
        }
        Ok(Self { arena, exits })
    }

    /// The next worker that ends, how it ended and when.
    pub(super) fn next_exit(&mut self, patience: Duration) -> Option<(usize, WorkerExit, u64)> {
        self.exits.recv_timeout(patience).ok()
    }
}

/// How many threads the system has room to map the stacks of.
///
/// A thread takes four mappings: its stack, the stack of its signal handlers, and a guard page for
/// each. A thread that finds no room for the latter two does not fail to start, it aborts the whole
/// program; so threads that would come near are refused. The margin is for everything else. On
/// other systems the file does not exist: no limit is known.
fn room() -> usize {
    let limit = std::fs::read_to_string("/proc/sys/vm/max_map_count");
    let limit = limit.ok().and_then(|limit| limit.trim().parse::<usize>().ok());
    limit.map_or(usize::MAX, |limit| limit.saturating_sub(2000) / 4)
}
