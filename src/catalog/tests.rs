//! What holds for every row of the table, and so for a new one by being a row.

use std::collections::HashSet;
use std::time::Duration;

use super::table;
use crate::explore::Line;
use crate::machine::{Guard, Program, Section};
use crate::outcome::Run;
use crate::worker::{Job, RawRun, RunConfig, WorkerExit, Workers, YieldRate};

fn program(workers: usize, guard: Guard) -> Program {
    Program { workers, iters: 300, guard, count_up: false, permits: 1, copies: 1 }
}

#[test]
fn names_can_be_typed_and_are_no_commands() {
    let command = crate::cli::command(table());
    let commands: HashSet<_> = command.get_subcommands().map(|c| c.get_name()).collect();
    let mut names = HashSet::new();
    for about in table().iter().map(|face| face.about()) {
        let typed = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(about.name.chars().all(typed), "{}", about.name);
        assert!(names.insert(about.name), "{} twice", about.name);
        assert!(!commands.contains(about.name), "{} is a command", about.name);
        assert!(about.how.len() < 40, "{}: too long for the list", about.name);
        if let Some(only) = about.only {
            assert!(table().iter().any(|face| face.about().name == only.instead), "{only:?}");
        }
    }
}

#[test]
fn a_recording_has_every_section_and_makes_one_update() {
    for face in table() {
        let about = face.about();
        for guard in [Guard::Update, Guard::Loop] {
            let recording = face.record(&program(2, guard));
            let has = |wanted: Section| {
                recording.lines.iter().any(|line| match line {
                    Line::Step { section, .. } | Line::Until { section, .. } => *section == wanted,
                    Line::Empty(section) => *section == wanted,
                    Line::Repeat | Line::Compute { .. } => false,
                })
            };
            assert!(has(Section::Entry) && has(Section::Exit), "{}", about.name);
            assert_eq!(has(Section::Critical), about.promise.has_section(), "{}", about.name);
            let repeats = recording.lines.iter().filter(|line| **line == Line::Repeat);
            assert_eq!(repeats.count(), 1, "{}", about.name);
        }
    }
}

#[test]
fn promises_hold_on_real_threads() {
    // What the exhibits promise may not hold, and some would never end.
    for face in table().iter().filter(|face| !face.about().exhibit) {
        let about = face.about();
        for (workers, guard) in [(1, Guard::Update), (2, Guard::Update), (2, Guard::Loop)] {
            for rate in [YieldRate::Never, YieldRate::OneIn(4)] {
                let program = program(workers, guard);
                let all = program.clone();
                if face.needs(&program).on_file {
                    // It needs a file: see tests/crew.rs.
                    continue;
                }
                let config = RunConfig { yields: rate, ..RunConfig::new(program) };
                let run = run(Job::new(*face, config));
                assert!(!run.partial, "{}", about.name);
                assert_eq!(run.made, run.planned, "{}", about.name);
                assert!(!run.breaks(about.promise, &all), "{}: {run:?}", about.name);
            }
        }
    }
}

/// Runs to the end, which every strategy comes to within the bound.
fn run(job: Job) -> Run {
    let mut crew = Workers::start(job.clone()).expect("threads can be started");
    for _ in 0..job.config.program.workers {
        let exit = crew.next_exit(Duration::from_secs(60));
        assert!(matches!(exit, Some((_, WorkerExit::Finished))), "{exit:?}");
    }
    let made = crew
        .statuses()
        .iter()
        .enumerate()
        .map(|(me, status)| job.config.program.split(me, status.made()));
    let raw = RawRun {
        made: made.sum(),
        final_state: crew.final_state(),
        deaths: vec![],
        seen_inside: crew.statuses().iter().map(|status| status.peak()).max().unwrap_or(0),
        complete: true,
        elapsed_ns: None,
    };
    Run::new(job.strategy.about().promise, &job.config.program, &raw)
}
