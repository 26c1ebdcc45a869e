//! The terminal: taken over, and given back as it was, however the program ends.

use std::io::{self, IsTerminal, Write, stdout};
use std::panic::{set_hook, take_hook};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;
use std::{process, thread};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::style::Print;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
};
use crossterm::{execute, queue};
#[cfg(unix)]
use signal_hook::consts::{SIGCONT, SIGINT, SIGTSTP};
#[cfg(unix)]
use signal_hook::{flag, low_level};

use crate::report::draw;
use crate::stepper::{Key, View};
use crate::worker::Interrupt;

/// How often signals are looked for.
const LOOK: Duration = Duration::from_millis(100);

/// Whether the terminal is taken over.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Gives the terminal back, if it was taken over.
pub(in crate::command) fn restore() {
    if TAKEN.swap(false, Relaxed) {
        // If the terminal has gone, there is nothing to give back.
        let _ = disable_raw_mode();
        let _ = execute!(stdout(), LeaveAlternateScreen, Show);
    }
}

fn take() -> io::Result<()> {
    TAKEN.store(true, Relaxed);
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, Hide)
}

/// What came.
pub(super) enum Input {
    Key(Key),
    /// Something else, after which the screen is drawn again.
    Redraw,
    /// A signal asks the program to end.
    End,
}

/// A terminal that is taken over. It is given back when this is dropped.
pub(super) struct Terminal {
    signals: Signals,
    /// Dropped when it is given back for good.
    _in_use: Sender<()>,
}

impl Terminal {
    pub(super) fn enter(interrupt: &Interrupt) -> io::Result<Self> {
        let others = take_hook();
        // A message would vanish together with the screen.
        set_hook(Box::new(move |info| {
            restore();
            others(info);
        }));
        let (in_use, given_back) = channel();
        let terminal = Self { signals: Signals::listen()?, _in_use: in_use };
        end_in_time(interrupt.clone(), given_back);
        take()?;
        Ok(terminal)
    }

    /// Writes the whole screen.
    pub(super) fn draw(&self, view: &View, colored: bool) -> io::Result<()> {
        let (width, height) = size()?;
        let mut to = stdout().lock();
        for (y, row) in (0..).zip(draw(view, colored, width.into(), height.into())) {
            queue!(to, MoveTo(0, y), Print(row))?;
        }
        to.flush()
    }

    /// Waits for a key, a new size, or a signal.
    pub(super) fn next(&mut self, interrupt: &Interrupt) -> io::Result<Input> {
        loop {
            if interrupt.signal().is_some() {
                return Ok(Input::End);
            }
            if self.signals.stop() {
                self.suspend()?;
                return Ok(Input::Redraw);
            }
            if self.signals.resumed() {
                self.again()?;
                return Ok(Input::Redraw);
            }
            if !event::poll(LOOK)? {
                continue;
            }
            let Event::Key(pressed) = event::read()? else { return Ok(Input::Redraw) };
            if pressed.kind == KeyEventKind::Release {
                continue;
            }
            let control = pressed.modifiers.contains(KeyModifiers::CONTROL);
            return Ok(match pressed.code {
                KeyCode::Char('c') if control => {
                    interrupt_oneself();
                    Input::End
                }
                KeyCode::Char('z') if control => {
                    self.suspend()?;
                    Input::Redraw
                }
                // The end of what is typed.
                KeyCode::Char('d') if control => Input::Key(Key::Char('q')),
                KeyCode::Char(_) if control => continue,
                KeyCode::Char(key) => Input::Key(Key::Char(key)),
                KeyCode::Enter => Input::Key(Key::Enter),
                KeyCode::Backspace => Input::Key(Key::Backspace),
                KeyCode::Esc => Input::Key(Key::Escape),
                _ => continue,
            });
        }
    }

    /// Stops the program, as Ctrl-Z does, and goes on when it is continued.
    fn suspend(&mut self) -> io::Result<()> {
        restore();
        suspend();
        self.signals.resumed();
        self.again()
    }

    /// Takes the terminal over again, after others have used it.
    fn again(&mut self) -> io::Result<()> {
        restore();
        take()
    }
}

/// Where a terminal has gone, crossterm reads from it for ever; and what a key asks for may take
/// long. So another thread ends the program, if a signal is not answered.
fn end_in_time(interrupt: Interrupt, given_back: Receiver<()>) {
    const HUP: i32 = 1;
    let watch = move || {
        let mut late = 0;
        while late < 10 {
            if given_back.recv_timeout(LOOK) == Err(RecvTimeoutError::Disconnected) {
                return;
            }
            let asked = interrupt.signal().is_some() || !io::stdin().is_terminal();
            late = if asked { late + 1 } else { 0 };
        }
        restore();
        let signal = interrupt.signal().unwrap_or(HUP);
        Interrupt::die_by(signal);
        process::exit(128 + signal);
    };
    // Without a thread, all else works.
    let _ = thread::Builder::new().name("terminal".into()).spawn(watch);
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

/// The signals by which a program is stopped and continued; outside of Unix there are none.
#[derive(Default)]
struct Signals {
    stop: Arc<AtomicBool>,
    resumed: Arc<AtomicBool>,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        let signals = Self::default();
        #[cfg(unix)]
        flag::register(SIGTSTP, Arc::clone(&signals.stop))?;
        #[cfg(unix)]
        flag::register(SIGCONT, Arc::clone(&signals.resumed))?;
        Ok(signals)
    }

    /// Whether the program is asked to stop.
    fn stop(&self) -> bool {
        self.stop.swap(false, Relaxed)
    }

    /// Whether it was stopped, and goes on.
    fn resumed(&self) -> bool {
        self.resumed.swap(false, Relaxed)
    }
}

/// Stops this program until it is continued.
fn suspend() {
    #[cfg(unix)]
    let _ = low_level::emulate_default_handler(SIGTSTP);
}

/// As the terminal does at Ctrl-C, where it is not taken over.
fn interrupt_oneself() {
    #[cfg(unix)]
    let _ = low_level::raise(SIGINT);
}
