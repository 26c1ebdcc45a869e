//! The start gate: workers that are ready wait here until all are, and then start at once.
//!
//! A naive program hardly ever shows the race, because its first worker has finished before its
//! last one has started. So the last microsecond matters: a worker that yields or sleeps then
//! starts too late. The gate therefore spins while every worker can have a processor; after a while
//! it yields, then sleeps, so that it does not use a processor for ever.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use std::thread;
use std::time::{Duration, Instant};

/// How long a worker may purely spin: ten times what starting a thread takes. Not much longer: on
/// busy processors the last worker may be waiting for the very processor that is spun on.
const SPIN: Duration = Duration::from_micros(500);
/// How long it may then yield in turn with the others.
const YIELD: Duration = Duration::from_millis(20);
/// What a sleep lasts, for each worker: so that many workers do not wake more often than few.
const SLEEP: Duration = Duration::from_micros(20);

/// Not yet: workers are still arriving.
const CLOSED: u64 = 0;
/// All have arrived.
const OPEN: u64 = 1;
/// Not all workers arrive: none is to start.
const CANCELLED: u64 = 2;

/// Lets a known number of workers through, all at once.
#[derive(Default)]
pub(crate) struct Gate {
    arrived: AtomicU64,
    /// [`CLOSED`], [`OPEN`] or [`CANCELLED`].
    state: AtomicU64,
}

impl Gate {
    /// Waits until all `workers` have arrived, and says whether to start; `false` after
    /// [`cancel`](Self::cancel). The last worker to arrive calls `opening` just before the others
    /// go. With more workers than `processors` none of them spins.
    pub(crate) fn pass(&self, workers: usize, processors: usize, opening: &dyn Fn()) -> bool {
        // The arrivals are ordered one after the other, so that exactly one is the last.
        if self.arrived.fetch_add(1, AcqRel) + 1 == workers as u64 {
            opening();
            // Release pairs with the Acquire below: a worker that starts sees what `opening` did. A
            // cancelled gate stays so.
            let opened = self.state.compare_exchange(CLOSED, OPEN, Release, Acquire);
            return opened.is_ok();
        }
        let spin = if workers <= processors { SPIN } else { Duration::ZERO };
        let arrived = Instant::now();
        loop {
            match self.state.load(Acquire) {
                OPEN => return true,
                CANCELLED => return false,
                _ => {}
            }
            match arrived.elapsed() {
                waited if waited < spin => self.spin_while_closed(),
                waited if waited < spin + YIELD => thread::yield_now(),
                _ => thread::sleep(SLEEP * u32::try_from(workers).unwrap_or(u32::MAX)),
            }
        }
    }

    /// Looks many times in a row: reading the clock in between would take too long.
    fn spin_while_closed(&self) {
        for _ in 0..1000 {
            if self.state.load(Acquire) != CLOSED {
                return;
            }
            std::hint::spin_loop();
        }
    }

    /// Lets no worker start, neither those that wait here nor those that arrive later.
    pub(crate) fn cancel(&self) {
        // Pairs with the loads in `pass`. A gate that is open already stays open.
        let _ = self.state.compare_exchange(CLOSED, CANCELLED, Release, Acquire);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::Ordering::Relaxed;

    use super::*;

    fn pass_together(workers: usize, processors: usize) -> u64 {
        let gate = Arc::new(Gate::default());
        let opened = Arc::new(AtomicU64::new(0));
        let threads: Vec<_> = (0..workers)
            .map(|_| {
                let (gate, opened) = (gate.clone(), opened.clone());
                thread::spawn(move || {
                    assert!(gate.pass(workers, processors, &|| {
                        opened.fetch_add(1, Relaxed);
                    }));
                    assert_eq!(gate.arrived.load(Relaxed), workers as u64);
                    assert_eq!(
                        opened.load(Relaxed),
                        1,
                        "a worker that passes sees what the opener did"
                    );
                })
            })
            .collect();
        for thread in threads {
            thread.join().expect("a worker passes");
        }
        opened.load(Relaxed)
    }

    #[test]
    fn no_worker_passes_before_all_have_arrived_and_one_opens() {
        assert_eq!(pass_together(1, 1), 1);
        assert_eq!(pass_together(2, 2), 1);
        assert_eq!(pass_together(40, 2), 1);
    }

    #[test]
    fn a_cancelled_gate_lets_neither_waiting_nor_later_workers_start() {
        let gate = Arc::new(Gate::default());
        let waiting = thread::spawn({
            let gate = gate.clone();
            move || gate.pass(2, 2, &|| ())
        });
        gate.cancel();
        assert!(!waiting.join().expect("the thread returns"));
        assert!(!gate.pass(2, 2, &|| ()), "also the last one");
    }
}
