//! A line on stderr, if that is a terminal, that shows the progress of a long command.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// The line is drawn so often at most, and not before so much time has passed. A thread that draws
/// it would disturb what is measured.
const PAUSE: Duration = Duration::from_millis(200);

/// The line.
pub(super) struct Progress {
    shown: bool,
    /// When it was drawn last, or this began.
    last: Instant,
    drawn: bool,
}

impl Progress {
    /// Not yet drawn.
    pub(super) fn new(quiet: bool) -> Self {
        let shown = !quiet && io::stderr().is_terminal();
        Self { shown, last: Instant::now(), drawn: false }
    }

    /// Draws what `text` says, if it is time to.
    pub(super) fn say(&mut self, text: impl FnOnce() -> String) {
        if self.shown && self.last.elapsed() > PAUSE {
            self.draw(&text());
            self.last = Instant::now();
        }
    }

    /// Leaves an empty line.
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
