//! `step`: somebody is the scheduler, at a terminal or by a script.

mod terminal;

use std::io::{self, IsTerminal};
use std::time::Duration;

use clap::ColorChoice;

use self::terminal::{Input, Terminal};
use super::search::go_on;
use super::watchdog::Watchdog;
use crate::catalog::{find, table};
use crate::cli::{StepArgs, UsageError};
use crate::explore::{Refused, TracedProgram};
use crate::machine::catch_misuse;
use crate::plan::Stepping;
use crate::report::{colored, page, result, screen, to_stdout};
use crate::stepper::{After, Script, Session, Stepper};
use crate::worker::{Interrupt, running};

pub(super) use self::terminal::restore;

/// How long a class's own strategy may take for what a key asks for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Carries out a session, and says the exit status.
pub(super) fn step(stepping: &Stepping, color: ColorChoice) -> anyhow::Result<i32> {
    let terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    if terminal && dumb && stepping.wanted.script.is_none() {
        Err(UsageError::new(
            "step needs a terminal that can be drawn on: use --script '1 2 1 2 u h'",
        ))?;
    }
    let interrupt = Interrupt::listen()?;
    let text = stepped(stepping, &interrupt, terminal.then(|| colored(color)))?;
    to_stdout(&text, color)?;
    match interrupt.signal() {
        Some(signal) => {
            Interrupt::die_by(signal);
            Ok(128 + signal)
        }
        None => Ok(0),
    }
}

/// Carries out a session, and returns what is to be printed. If there is a terminal, it is said
/// whether it is to show colours.
pub(super) fn stepped(
    stepping: &Stepping,
    interrupt: &Interrupt,
    terminal: Option<bool>,
) -> anyhow::Result<String> {
    if stepping.wanted.script.is_none() && terminal.is_none() {
        Err(UsageError::new(
            "step needs a terminal. Without one, give it the keys: --script '1 2 1 2 u h'",
        ))?;
    }
    let name = stepping.chosen.about.name;
    running(name);
    let text = catch_misuse(|| session(stepping, interrupt, terminal.unwrap_or(false)));
    restore();
    text.map_err(|why| anyhow::Error::msg(format!("{name} {why}")))?
}

/// Steps until somebody leaves.
fn session(stepping: &Stepping, interrupt: &Interrupt, colored: bool) -> anyhow::Result<String> {
    let Stepping { chosen, program, memory, .. } = stepping;
    let name = chosen.about.name;
    let refused = |why: Refused| anyhow::Error::msg(format!("{name} cannot be explored: {why}."));
    let patient = watched(name);
    let mut watch = |_| {
        patient.iter().for_each(Watchdog::moved);
        go_on(interrupt)
    };
    let mut traced = TracedProgram::new(chosen.strategy, program, *memory).map_err(refused)?;
    let tracer = traced.start().map_err(refused)?;
    let stepper = Stepper::new(tracer, &stepping.bounds, &mut watch).map_err(refused)?;
    drop(patient);
    let recordings = stepping.recordings.clone();
    let StepArgs { goal, quiz, script } = &stepping.wanted;
    let mut session =
        Session::new(stepper, chosen.about, (program, *memory), recordings, *goal, *quiz);
    let text = match script {
        Some(script) => scripted(&mut session, script).map_err(refused)?,
        None => {
            interactive(&mut session, interrupt, colored, name)?.map_err(refused)?;
            String::new()
        }
    };
    Ok(text + &result(&session.view(), page(false)))
}

/// A class's own strategy may loop without a step.
fn watched(name: &'static str) -> Option<Watchdog> {
    find(table(), name).is_none().then(|| Watchdog::start(Some(name), PATIENCE))
}

/// Each state as text.
fn scripted(session: &mut Session<'_, '_>, script: &Script) -> Result<String, Refused> {
    let page = page(false);
    let mut text = screen(&session.view(), page);
    'keys: for (word, keys) in &script.0 {
        for key in keys {
            if session.key(*key)? == After::Leave {
                break 'keys;
            }
        }
        text += &format!("\nkey {word}\n{}", screen(&session.view(), page));
    }
    Ok(text + "\n")
}

/// Takes keys until somebody leaves, or a signal comes.
fn interactive(
    session: &mut Session<'_, '_>,
    interrupt: &Interrupt,
    colored: bool,
    name: &'static str,
) -> io::Result<Result<(), Refused>> {
    let mut terminal = Terminal::enter(interrupt)?;
    loop {
        let view = session.view();
        terminal.draw(&view, colored)?;
        let key = match terminal.next(interrupt)? {
            Input::Key(key) => key,
            Input::Redraw => continue,
            Input::End => return Ok(Ok(())),
        };
        let _patient = watched(name);
        match session.key(key) {
            Ok(After::GoOn) => {}
            Ok(After::Leave) => return Ok(Ok(())),
            Err(refused) => return Ok(Err(refused)),
        }
    }
}
