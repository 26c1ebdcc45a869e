//! Signals that ask the program to end: the first is noted, so that the results so far are still
//! printed; a later one ends the program at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

#[cfg(unix)]
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    low_level,
};

use super::clock;

/// A second signal within so many nanoseconds of the first is the same request: `timeout` signals a
/// process and its group, a terminal that is closed sends several.
const SAME_REQUEST: u64 = 1_000_000_000;

/// Knows whether a signal has asked this program to end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt {
    /// The first that came; 0 if none has.
    signal: Arc<AtomicUsize>,
    /// When it came, by [`clock::now`].
    at: Arc<AtomicU64>,
}

impl Interrupt {
    /// Listens from now on to INT, TERM and HUP; outside of Unix the system ends the program.
    pub(crate) fn listen() -> io::Result<Self> {
        let interrupt = Self::default();
        // The first call may set the clock up, which a handler must not do.
        clock::now();
        #[cfg(unix)]
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            let noted = interrupt.clone();
            let handler = move || {
                if !noted.note(signal, clock::now()) {
                    Self::die_by(signal);
                }
            };
            // SAFETY: the handler uses atomics, reads the clock (clock_gettime), and ends the
            // process by functions that are made for signal handlers. It allocates nothing.
            unsafe { low_level::register(signal, handler) }?;
        }
        Ok(interrupt)
    }

    /// As after a signal, for tests.
    #[cfg(test)]
    pub(crate) fn signalled(signal: i32) -> Self {
        let interrupt = Self::default();
        interrupt.note(signal, 0);
        interrupt
    }

    /// Takes back what this program may have inherited: with CHLD ignored it could not learn how
    /// its processes ended; and by XFSZ (`ulimit -f`) it would end silently, where a failed write
    /// is reported.
    pub(crate) fn reset_inherited() {
        #[cfg(linux)]
        // SAFETY: neither installs a handler.
        unsafe {
            libc::signal(libc::SIGCHLD, libc::SIG_DFL);
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
        }
    }

    /// Notes a signal, and says whether the program is to go on: the signal is the first, or the
    /// same request once more.
    fn note(&self, signal: i32, now: u64) -> bool {
        let number = usize::try_from(signal).unwrap_or(0);
        match self.signal.compare_exchange(0, number, Relaxed, Relaxed) {
            Ok(_) => {
                self.at.store(now, Relaxed);
                true
            }
            Err(ENDED) => false,
            Err(_) => now.saturating_sub(self.at.load(Relaxed)) < SAME_REQUEST,
        }
    }

    /// The signal that has come.
    pub(crate) fn signal(&self) -> Option<i32> {
        match self.signal.load(Relaxed) {
            0 | ENDED => None,
            signal => i32::try_from(signal).ok(),
        }
    }

    /// From now on a first signal ends the program at once.
    pub(crate) fn no_longer(&self) {
        // If a signal has come, its report is still to be printed.
        let _ = self.signal.compare_exchange(0, ENDED, Relaxed, Relaxed);
    }

    /// Ends the program by `signal`, as its parent process expects.
    #[cfg(unix)]
    pub(crate) fn die_by(signal: i32) {
        // For process 1 the system ignores the default action of a signal, and the library would
        // then abort.
        if std::process::id() != 1 {
            // If this fails, the exit status says the same.
            let _ = low_level::emulate_default_handler(signal);
        }
        low_level::exit(128 + signal);
    }

    /// Leaves it to the exit status.
    #[cfg(not(unix))]
    pub(crate) fn die_by(_: i32) {}
}

/// Stands for a signal: none is noted any more.
const ENDED: usize = usize::MAX;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_signal_within_a_second_is_the_same_request() {
        let interrupt = Interrupt::default();
        assert!(interrupt.note(2, 5));
        assert_eq!(interrupt.signal(), Some(2));
        assert!(interrupt.note(15, 5 + SAME_REQUEST - 1));
        assert!(!interrupt.note(15, 5 + SAME_REQUEST));
        assert_eq!(interrupt.signal(), Some(2), "the first counts");
    }

    #[test]
    fn after_the_end_a_first_signal_is_not_noted() {
        let interrupt = Interrupt::default();
        interrupt.no_longer();
        assert!(!interrupt.note(2, 5));
        assert_eq!(interrupt.signal(), None);
        let interrupted = Interrupt::default();
        assert!(interrupted.note(2, 5));
        interrupted.no_longer();
        assert!(interrupted.note(2, 6), "its report is still being written");
    }
}
