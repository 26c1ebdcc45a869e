//! Ctrl-C and its like: the first is noted, so that what is known can still be printed; the second
//! ends the program at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// Knows whether a signal has asked this program to end.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    signal: Arc<AtomicUsize>,
    /// Whether the next signal ends the program at once.
    armed: Arc<AtomicBool>,
}

impl Interrupt {
    /// Listens from now on.
    ///
    /// # Errors
    ///
    /// The system refused.
    #[cfg(unix)]
    pub fn listen() -> io::Result<Self> {
        use signal_hook::consts::{SIGINT, SIGTERM};
        use signal_hook::flag;
        let interrupt = Self::default();
        for signal in [SIGINT, SIGTERM] {
            // In this order: the first signal finds `armed` still false.
            flag::register_conditional_default(signal, interrupt.armed.clone())?;
            flag::register(signal, interrupt.armed.clone())?;
            flag::register_usize(signal, interrupt.signal.clone(), signal as usize)?;
        }
        Ok(interrupt)
    }

    /// Never hears anything: the system ends the program.
    ///
    /// # Errors
    ///
    /// None.
    #[cfg(not(unix))]
    pub fn listen() -> io::Result<Self> {
        Ok(Self::default())
    }

    /// The signal that has come.
    #[must_use]
    pub fn signal(&self) -> Option<i32> {
        match self.signal.load(Relaxed) {
            0 => None,
            signal => i32::try_from(signal).ok(),
        }
    }

    /// Nothing is left to be noted: from now on the first signal ends the program at once.
    pub fn no_longer(&self) {
        self.armed.store(true, Relaxed);
    }

    /// Ends the program by `signal`, as those expect who wait for it.
    #[cfg(unix)]
    pub fn die_by(signal: i32) {
        // If it should fail, the exit status says the same.
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    }

    /// Leaves it to the exit status.
    #[cfg(not(unix))]
    pub fn die_by(_: i32) {}
}
