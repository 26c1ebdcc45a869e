//! The console of a long command: a line on it shows the progress, and Ctrl-C ends the command.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::worker::{Interrupt, RunError, interrupted};

/// So much time passes before the line is drawn, and until it is drawn again. No thread draws it:
/// that would disturb what is measured.
const PAUSE: Duration = Duration::from_millis(200);

/// Shows the line on stderr, if that is a terminal, and knows whether a signal asks the command to
/// end.
pub(super) struct Console {
    pub(super) interrupt: Interrupt,
    shown: bool,
    /// When it was drawn last, or this began.
    last: Instant,
    drawn: bool,
}

impl Console {
    /// Not yet drawn.
    pub(super) fn new(quiet: bool, interrupt: Interrupt) -> Self {
        let shown = !quiet && io::stderr().is_terminal();
        Self { interrupt, shown, last: Instant::now(), drawn: false }
    }

    /// Why the command is to end now, if it is.
    pub(super) fn interrupted(&self) -> Option<RunError> {
        interrupted(&self.interrupt)
    }

    /// Draws what `text` says, if it is time to.
    pub(super) fn say(&mut self, text: impl FnOnce() -> String) {
        if self.shown && self.last.elapsed() > PAUSE {
            self.draw(&text());
            self.last = Instant::now();
        }
    }

    /// Removes the line.
    pub(super) fn clear(&mut self) {
        if self.drawn {
            self.draw("");
        }
    }

    fn draw(&mut self, text: &str) {
        self.drawn = true;
        // Where that fails, there is no place to report it.
        let _ = write!(io::stderr().lock(), "\r\x1b[K{text}");
    }
}
