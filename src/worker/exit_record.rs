//! How a worker process ended, as its supervisor reads it in the memory that they share.

use std::io;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::text::Text;
use super::{WorkerExit, clock};

/// One worker's exit. Everything in it is zero at first.
#[derive(Default)]
pub(crate) struct ExitRecord {
    at: AtomicU64,
    /// The length of the text: 0 if it has not ended, or not by itself.
    length: AtomicU64,
    /// A letter for the kind of exit; behind it the sentence, if there is one.
    text: Text<32>,
}

impl ExitRecord {
    /// Records how this worker has just ended.
    pub(crate) fn write(&self, exit: &WorkerExit) {
        let text = match exit {
            WorkerExit::Finished => "f".into(),
            WorkerExit::Stopped => "s".into(),
            WorkerExit::Failed(error) => format!("e{error}"),
            WorkerExit::Panicked(message) => format!("p{message}"),
            // Only the supervisor finds this.
            WorkerExit::Died(_) => return,
        };
        self.at.store(clock::now(), Relaxed);
        // Release pairs with the Acquire in `read`: a reader that sees the length sees the rest.
        self.length.store(self.text.write(&text) as u64, Release);
    }

    /// How it ended, and when, by [`clock::now`]; `None` if it has not.
    pub(crate) fn read(&self) -> Option<(WorkerExit, u64)> {
        let text = self.text.read(self.length.load(Acquire) as usize);
        let (kind, sentence) = text.split_at_checked(1)?;
        let exit = match kind {
            "f" => WorkerExit::Finished,
            "s" => WorkerExit::Stopped,
            "e" => WorkerExit::Failed(io::Error::other(sentence)),
            _ => WorkerExit::Panicked(sentence.into()),
        };
        Some((exit, self.at.load(Relaxed)))
    }
}
