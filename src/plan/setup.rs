//! What the workers are and what they share, checked.

use std::time::Duration;

use crate::cli::{Misuse, Options};
use crate::machine::{Action, Line, Program};
use crate::resource;
use crate::strategy::Face;
use crate::worker::{Kind, Setup};

/// What the workers are.
#[must_use]
pub fn kind(options: &Options) -> Kind {
    if options.processes.is_some() { Kind::Processes } else { Kind::Threads }
}

/// From what was typed.
pub(super) fn setup(options: &Options, program: &Program) -> Result<Setup, Misuse> {
    let setup = Setup {
        kind: kind(options),
        resource: options.resource.unwrap_or_default(),
        file: options.file.clone(),
        work: Duration::from_nanos(options.work.unwrap_or(0)),
        kill: options.kill,
        schedule: options.schedule.clone(),
        doors: Vec::new(),
    };
    if setup.kill && setup.kind == Kind::Threads {
        return Err(Misuse::new(
            "--kill needs processes, a thread cannot die alone: add --processes 3",
        ));
    }
    if setup.file.is_some() && setup.resource != resource::Kind::File {
        return Err(Misuse::new("--file names the file that is shared: add --resource file"));
    }
    check_schedule(&setup, options)?;
    check_system(&setup)?;
    check_files(&setup, program)?;
    Ok(setup)
}

/// Whoever waits for his turn can do nothing else.
fn check_schedule(setup: &Setup, options: &Options) -> Result<(), Misuse> {
    let Some(schedule) = &setup.schedule else { return Ok(()) };
    if schedule.drains() {
        return Err(Misuse::new(
            "--schedule has steps of store buffers, and those of a processor drain by themselves: \
             syncdemo explore --memory tso follows it",
        ));
    }
    let excluded = [("--kill", setup.kill), ("--yield", options.pace.is_some())];
    match excluded.iter().find(|(_, typed)| *typed) {
        Some((option, _)) => {
            Err(Misuse::new(format!("{option} and --schedule exclude each other: leave one out")))
        }
        None => Ok(()),
    }
}

#[cfg(target_os = "linux")]
fn check_system(_: &Setup) -> Result<(), Misuse> {
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn check_system(setup: &Setup) -> Result<(), Misuse> {
    if setup.kind == Kind::Processes {
        return Err(Misuse::new("--processes works on Linux only: use --threads"));
    }
    match setup.resource {
        resource::Kind::Variable => Ok(()),
        other => Err(Misuse::new(format!(
            "--resource {} works on Linux only: use --resource variable",
            other.name()
        ))),
    }
}

/// A file that is not ours is never overwritten.
#[cfg(target_os = "linux")]
fn check_files(setup: &Setup, program: &Program) -> Result<(), Misuse> {
    let Some(path) = &setup.file else { return Ok(()) };
    for number in 1..=program.copies {
        let path = resource::path_of_copy(path, number);
        resource::check_free(&path).map_err(|error| {
            let path = path.display();
            Misuse::new(format!("--file {path} cannot be used, {error}: name another file"))
        })?;
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn check_files(_: &Setup, _: &Program) -> Result<(), Misuse> {
    Ok(())
}

/// Whether a strategy can be used on what is shared, and as it was asked.
pub(super) fn check_setup(
    strategy: &dyn Face,
    program: &Program,
    setup: &Setup,
) -> Result<(), Misuse> {
    let about = strategy.about();
    let name = about.name;
    let shared = setup.resource.name();
    let steps = Steps::of(strategy, program);
    let wrong = if strategy.needs(program).on_file && setup.resource != resource::Kind::File {
        format!("{name} locks the file that is shared: add --resource file")
    } else if setup.resource != resource::Kind::Variable && steps.at_once {
        let instead = if setup.resource == resource::Kind::File { "filelock" } else { "semaphore" };
        format!(
            "a {shared} cannot be read and written in one step, as {name} does: use mutex or \
             {instead}"
        )
    } else if program.copies > 1 && !about.promise.has_section() {
        format!(
            "{name} has no section in which it could take one of {} copies: leave out --copies, \
             or use semaphore",
            program.copies
        )
    } else if setup.kill && !steps.read {
        format!(
            "{name} reads and writes in one step, with no moment between to be killed at: use \
             mutex"
        )
    } else if !setup.work.is_zero() && !steps.read {
        format!("{name} reads and writes in one step, with no time for --work between: use mutex")
    } else {
        return Ok(());
    };
    Err(Misuse::new(wrong))
}

/// What a strategy does to the resource, as its own recording says.
struct Steps {
    /// It reads, and writes later.
    read: bool,
    /// It reads and writes in one step.
    at_once: bool,
}

impl Steps {
    fn of(strategy: &dyn Face, program: &Program) -> Self {
        let recording = strategy.record(program);
        let takes = |wanted: &[Action]| {
            recording.lines.iter().any(|line| match line {
                Line::Step { action, .. } => wanted.contains(action),
                _ => false,
            })
        };
        Self { read: takes(&[Action::Read]), at_once: takes(&[Action::Add, Action::Replace]) }
    }
}
