//! Workers that are threads.
//!
//! They are detached: a thread that is blocked in a mutex cannot be stopped, and a scope would
//! wait for it for ever. What they share is therefore counted ([`Arc`]), and who watches learns of
//! their ends by message.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_utils::CachePadded;

use super::{CountingSemaphore, End, Gate, Job, Slot, ThreadLocks, survive};
use crate::machine::{Decorated, Native, Rate, Shared, Yielding};
use crate::resource::{Memory, Tallies};
use crate::strategy::Strategy;

/// Threads are named so, and numbered from 1.
pub(super) const NAME: &str = "worker ";

/// All that the threads of one run share.
pub struct Arena {
    job: Job,
    gate: Gate,
    opened: OnceLock<Instant>,
    stop: AtomicBool,
    slots: Box<[CachePadded<Slot>]>,
    counter: CachePadded<AtomicU64>,
    vars: Box<[CachePadded<AtomicU64>]>,
    mutexes: Box<[CachePadded<Mutex<()>>]>,
    semaphores: Box<[CachePadded<CountingSemaphore>]>,
}

impl Arena {
    fn new(job: Job) -> Self {
        let needs = job.strategy.needs(&job.program);
        let permits = |permits| CountingSemaphore::new(u32::try_from(permits).unwrap_or(u32::MAX));
        Self {
            gate: Gate::default(),
            opened: OnceLock::new(),
            stop: AtomicBool::new(false),
            slots: (0..job.program.workers).map(|_| CachePadded::default()).collect(),
            counter: CachePadded::default(),
            vars: needs.vars.iter().map(|var| CachePadded::new(AtomicU64::new(var.1))).collect(),
            mutexes: needs.locks.iter().map(|_| CachePadded::default()).collect(),
            semaphores: needs.semaphores.iter().map(|s| permits(s.1).into()).collect(),
            job,
        }
    }

    /// The life of worker `me`, on the thread that calls this.
    pub fn work<S: Strategy + ?Sized>(&self, strategy: &S, me: usize) -> End {
        let job = &self.job;
        let shared = Shared {
            slots: &self.slots,
            vars: &self.vars,
            stop: &self.stop,
            look_every: job.look_every(),
        };
        let locks = ThreadLocks::new(&self.mutexes, &self.semaphores);
        let mut machine = Native::new(me, shared, Memory(&self.counter), locks);
        match job.rate {
            Rate::Never => survive(strategy, &mut machine, &job.program),
            Rate::OneIn(one_in) => {
                let decorator = Yielding::new(one_in, job.seed_of(me), me, &self.slots);
                survive(strategy, &mut Decorated { inner: machine, decorator }, &job.program)
            }
        }
    }

    fn pass_gate(&self) -> bool {
        self.gate.pass(self.job.program.workers, self.job.processors, || {
            let _ = self.opened.set(Instant::now());
        })
    }
}

/// The threads of one run, as seen by the one who started them.
pub struct Crew {
    arena: Arc<Arena>,
    ends: Receiver<(usize, End, Instant)>,
    last_end: Option<Instant>,
}

impl Crew {
    /// Starts all workers; they go on together once the last of them has arrived.
    ///
    /// # Errors
    ///
    /// The number of the worker (from 1) that could not be started, and what the system said.
    /// Those that were started are sent home.
    pub fn start(job: Job) -> Result<Self, (usize, io::Error)> {
        let strategy = job.strategy;
        let workers = job.program.workers;
        let arena = Arc::new(Arena::new(job));
        let (sender, ends) = mpsc::channel();
        for me in 0..workers {
            let (arena_of_worker, sender) = (arena.clone(), sender.clone());
            let life = move || {
                let arena: &Arena = &arena_of_worker;
                if arena.pass_gate() {
                    let end = strategy.work(arena, me);
                    send(&sender, me, end);
                }
            };
            let named = thread::Builder::new().name(format!("{NAME}{}", me + 1));
            if let Err(error) = named.spawn(life) {
                arena.gate.cancel();
                return Err((me + 1, error));
            }
        }
        Ok(Self { arena, ends, last_end: None })
    }

    /// The next worker (from 0) to end, and how; `None` if none does for so long.
    pub fn next_end(&mut self, patience: Duration) -> Option<(usize, End)> {
        let (who, end, at) = self.ends.recv_timeout(patience).ok()?;
        self.last_end = self.last_end.max(Some(at));
        Some((who, end))
    }

    /// Asks all workers to stop before their next update, or while they spin.
    pub fn ask_to_stop(&self) {
        self.arena.stop.store(true, Relaxed);
    }

    /// What each worker says of itself.
    #[must_use]
    pub fn slots(&self) -> &[CachePadded<Slot>] {
        &self.arena.slots
    }

    /// What the resource holds.
    #[must_use]
    pub fn tallies(&self) -> Tallies {
        Tallies::from_word(self.arena.counter.load(Relaxed))
    }

    /// From the opening of the gate to the last end so far.
    #[must_use]
    pub fn elapsed(&self) -> Option<Duration> {
        Some(self.last_end?.duration_since(*self.arena.opened.get()?))
    }
}

fn send(sender: &Sender<(usize, End, Instant)>, me: usize, end: End) {
    // Nobody listens any more once the run has been given up.
    let _ = sender.send((me, end, Instant::now()));
}
