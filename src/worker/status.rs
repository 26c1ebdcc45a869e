//! One worker's status, read by the others and the supervisor: on its own cache line, written by
//! its worker only, so that updates are cheap.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::text::Text;
use crate::machine::{Condition, Lock, Semaphore};

// What a worker waits for, in the low three bits: one for each variant of `Waiting`.
const NOTHING: u64 = 0;
const LOCK: u64 = 1;
const SEMAPHORE: u64 = 2;
const UNTIL: u64 = 3;
const ANOTHER: u64 = 4;
const GONE: u64 = 5;
const HALTED: u64 = 6;
const CONDITION: u64 = 7;

/// What a worker publishes.
#[derive(Default)]
pub(crate) struct WorkerStatus {
    /// Twice the updates made, plus 1 while inside. It only grows, until at the worker's end
    /// an update that was begun and not finished is taken back.
    pub(crate) progress: AtomicU64,
    /// The most workers that this one saw inside at once, itself included.
    pub(crate) peak: AtomicU64,
    /// The mutexes that it held when it last had to wait: bit i for `Lock(i)`, up to 63.
    pub(crate) held: AtomicU64,
    /// What it waits for (also before it begins: nothing), and above that the index, or the length
    /// of the words.
    waiting: AtomicU64,
    text: Text<8>,
    /// How often it took a mutex whose owner had died.
    inherited: AtomicU64,
}

/// What a worker waits for; `W` are words: `&str` as it publishes them, `String` as they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting<W> {
    /// It goes on.
    Nothing,
    /// Another worker holds a mutex.
    Lock(Lock),
    /// There is no permit.
    Semaphore(Semaphore),
    /// It sleeps on a condition variable.
    Condition(Condition),
    /// It spins until this is so.
    Until(W),
    /// It yields until another worker has made progress.
    Another,
    /// It has ended.
    Gone,
    /// It has stopped for ever.
    Halted,
}

impl WorkerStatus {
    /// How many updates it has made.
    pub(crate) fn made(&self) -> u64 {
        self.progress.load(Acquire) / 2
    }

    /// Notes that it took a mutex whose owner had died.
    #[cfg(linux)]
    pub(crate) fn inherit(&self) {
        self.inherited.fetch_add(1, Relaxed);
    }

    /// How often it took a mutex whose owner had died.
    pub(crate) fn inherited(&self) -> u64 {
        self.inherited.load(Relaxed)
    }

    /// Whether it is inside, or was when it died.
    pub(crate) fn is_inside(&self) -> bool {
        self.progress.load(Acquire) % 2 == 1
    }

    /// The most workers that this one saw inside at once, itself included; 0 if it never looked.
    pub(crate) fn peak(&self) -> u64 {
        self.peak.load(Relaxed)
    }

    /// What it held when it last had to wait, or at its end.
    pub(crate) fn held(&self) -> u64 {
        self.held.load(Relaxed)
    }

    /// Whether `lock` is among them.
    pub(crate) fn holds(&self, lock: Lock) -> bool {
        lock.0 < 64 && self.held() >> lock.0 & 1 == 1
    }

    /// Publishes what this worker waits for.
    pub(super) fn publish_wait(&self, waiting: Waiting<&str>) {
        let code = match waiting {
            Waiting::Nothing => NOTHING,
            Waiting::Lock(lock) => LOCK | (lock.0 as u64) << 3,
            Waiting::Semaphore(semaphore) => SEMAPHORE | (semaphore.0 as u64) << 3,
            Waiting::Condition(condition) => CONDITION | (condition.0 as u64) << 3,
            Waiting::Until(words) => UNTIL | (self.text.write(words) as u64) << 3,
            Waiting::Another => ANOTHER,
            Waiting::Gone => GONE,
            Waiting::Halted => HALTED,
        };
        // Release pairs with the Acquire in `waiting`: a reader that sees the code sees its text
        // and what is held.
        self.waiting.store(code, Release);
    }

    /// Whether this worker is about to begin or finish its update: it does not wait, and has not
    /// ended.
    pub(crate) fn goes_on(&self) -> bool {
        self.waiting.load(Acquire) == NOTHING
    }

    /// Whether it yields until another worker makes progress.
    pub(super) fn yields(&self) -> bool {
        self.waiting.load(Acquire) == ANOTHER
    }

    /// Whether it has ended.
    pub(super) fn has_ended(&self) -> bool {
        self.waiting.load(Acquire) == GONE
    }

    /// Whether it has stopped for ever.
    pub(super) fn is_halted(&self) -> bool {
        // Acquire pairs with `publish_wait`.
        self.waiting.load(Acquire) == HALTED
    }

    /// The lock, semaphore or words that this worker waits for, or `Nothing`.
    pub(crate) fn waiting(&self) -> Waiting<String> {
        let code = self.waiting.load(Acquire);
        let index = (code >> 3) as usize;
        match code & 7 {
            LOCK => Waiting::Lock(Lock(index)),
            SEMAPHORE => Waiting::Semaphore(Semaphore(index)),
            CONDITION => Waiting::Condition(Condition(index)),
            UNTIL => Waiting::Until(self.text.read(index)),
            _ => Waiting::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_supervisor_reads_what_a_worker_publishes() {
        let status = WorkerStatus::default();
        assert_eq!(status.waiting(), Waiting::Nothing);
        status.publish_wait(Waiting::Lock(Lock(5)));
        assert_eq!(status.waiting(), Waiting::Lock(Lock(5)));
        status.publish_wait(Waiting::Semaphore(Semaphore(0)));
        assert_eq!(status.waiting(), Waiting::Semaphore(Semaphore(0)));
        status.publish_wait(Waiting::Condition(Condition(2)));
        assert_eq!(status.waiting(), Waiting::Condition(Condition(2)));
        status.publish_wait(Waiting::Until("my number is served"));
        assert_eq!(status.waiting(), Waiting::Until("my number is served".into()));
        status.publish_wait(Waiting::Nothing);
        assert_eq!(status.waiting(), Waiting::Nothing);
    }

    #[test]
    fn words_that_are_too_long_are_cut_between_characters() {
        let status = WorkerStatus::default();
        let words = "가".repeat(30);
        status.publish_wait(Waiting::Until(&words));
        assert_eq!(status.waiting(), Waiting::Until("가".repeat(21)));
    }
}
