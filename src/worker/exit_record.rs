//! How a worker process ended, as its supervisor reads it in the memory that they share.

use std::io;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::text::Text;
use super::{WorkerExit, clock};

/// It has not ended, or not by itself.
const NOT: u64 = 0;
/// [`WorkerExit::Finished`]
const FINISHED: u64 = 1;
/// [`WorkerExit::Stopped`]
const STOPPED: u64 = 2;
/// [`WorkerExit::Failed`], of which only the sentence is handed on.
const FAILED: u64 = 3;
/// [`WorkerExit::Panicked`]
const PANICKED: u64 = 4;

/// One worker's exit. Everything in it is zero at first.
#[derive(Default)]
pub(crate) struct ExitRecord {
    /// One of the above, and above its low three bits the length of the text.
    state: AtomicU64,
    at: AtomicU64,
    text: Text<32>,
}

impl ExitRecord {
    /// Records how this worker has just ended.
    pub(crate) fn write(&self, exit: &WorkerExit) {
        self.at.store(clock::now(), Relaxed);
        let (state, text) = match exit {
            WorkerExit::Finished => (FINISHED, String::new()),
            WorkerExit::Stopped => (STOPPED, String::new()),
            WorkerExit::Failed(error) => (FAILED, error.to_string()),
            WorkerExit::Panicked(message) => (PANICKED, message.clone()),
            // Only the supervisor finds this.
            WorkerExit::Died(_) => return,
        };
        let length = self.text.write(&text) as u64;
        // Release pairs with the Acquire in `read`: a reader that sees the state sees the rest.
        self.state.store(state | length << 3, Release);
    }

    /// How it ended, and when, by [`clock::now`]; `None` if it has not.
    pub(crate) fn read(&self) -> Option<(WorkerExit, u64)> {
        let state = self.state.load(Acquire);
        let text = self.text.read((state >> 3) as usize);
        let exit = match state & 7 {
            NOT => return None,
            FINISHED => WorkerExit::Finished,
            STOPPED => WorkerExit::Stopped,
            FAILED => WorkerExit::Failed(io::Error::other(text)),
            _ => WorkerExit::Panicked(text),
        };
        Some((exit, self.at.load(Relaxed)))
    }
}
