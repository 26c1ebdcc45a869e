//! Tests over all rows of the table: a new row is tested by being a row.

use std::collections::HashSet;
use std::time::Duration;

use super::table;
use crate::explore::LineKind;
use crate::machine::{Guard, Program, Section};
use crate::outcome::Run;
use crate::worker::{Interrupt, Job, RunConfig, YieldRate, run_once};

fn program(workers: usize, guard: Guard) -> Program {
    Program { workers, iters: 300, guard, count_up: false, permits: 1, copies: 1 }
}

#[test]
fn names_can_be_typed_and_are_no_commands() {
    let command = crate::cli::command(table());
    let commands: HashSet<_> = command.get_subcommands().map(|c| c.get_name()).collect();
    let mut names = HashSet::new();
    for about in table().iter().map(|strategy| strategy.about()) {
        let typed = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(about.name.chars().all(typed), "{}", about.name);
        assert!(names.insert(about.name), "{} twice", about.name);
        assert!(!commands.contains(about.name), "{} is a command", about.name);
        assert!(about.how.len() < 40, "{}: too long for the list", about.name);
        if let Some(only) = about.only {
            assert!(
                table().iter().any(|strategy| strategy.about().name == only.instead),
                "{only:?}"
            );
        }
    }
}

#[test]
fn a_recording_has_every_section_and_makes_one_update() {
    for strategy in table() {
        let about = strategy.about();
        for guard in [Guard::Update, Guard::Loop] {
            let recording = strategy.record(&program(2, guard), 0);
            let has = |wanted: Section| {
                let said = |kind: &LineKind| {
                    matches!(kind, LineKind::Step(_) | LineKind::Until(_) | LineKind::Empty)
                };
                let mut lines = recording.lines.iter();
                lines.any(|line| line.section == Some(wanted) && said(&line.kind))
            };
            assert!(has(Section::Entry) && has(Section::Exit), "{}", about.name);
            assert_eq!(has(Section::Critical), about.promise.has_section(), "{}", about.name);
            let repeats = recording.lines.iter().filter(|line| line.kind == LineKind::Repeat);
            assert_eq!(repeats.count(), 1, "{}", about.name);
        }
    }
}

#[test]
fn promises_hold_on_real_threads() {
    // The promises of exhibits may not hold, and some exhibits would never end.
    for strategy in table().iter().filter(|strategy| !strategy.about().exhibit) {
        let about = strategy.about();
        for (workers, guard) in [(1, Guard::Update), (2, Guard::Update), (2, Guard::Loop)] {
            for rate in [YieldRate::Never, YieldRate::OneIn(4)] {
                let program = program(workers, guard);
                let all = program.clone();
                if strategy.needs(&program).on_file {
                    // It needs a file: see tests/resource.rs.
                    continue;
                }
                let config = RunConfig { yields: rate, ..RunConfig::new(program) };
                let job = Job::new(*strategy, config);
                let (raw, error) = run_once(job, Duration::from_secs(60), &Interrupt::default());
                assert_eq!(error, None, "{}", about.name);
                let raw = raw.expect("threads can be started");
                let run = Run::new(about.promise, &all, &raw);
                assert!(!run.partial, "{}", about.name);
                assert_eq!(run.made, run.planned, "{}", about.name);
                assert!(!run.breaks(about.promise, &all), "{}: {run:?}", about.name);
            }
        }
    }
}
