//! Real workers, threads and processes, on every resource: what must hold in every run.
//!
//! It has a `main` of its own, since a worker that is a process is this program once more.

#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, reason = "it says which test runs, as any test does")]

use std::io::Write;
use std::time::{Duration, Instant};

use syncdemo::catalog::{DynStrategy, find, table};
use syncdemo::explore::Line;
use syncdemo::machine::{Guard, Program, Promise, Step};
use syncdemo::worker::resource::{self, FinalState};
use syncdemo::worker::{Job, Kind, RunConfig, Work, WorkerExit, Workers, YieldRate, run_if_worker};

const KINDS: [Kind; 2] = [Kind::Threads, Kind::Processes];
/// Longer than any of this takes on a busy machine.
const BOUND: Duration = Duration::from_secs(60);

const TESTS: &[(&str, fn())] = &[
    ("what_promises_to_lose_nothing_loses_nothing", lossless),
    ("threads_and_processes_print_whole_lines_if_guarded", printed),
    ("a_file_holds_what_was_made", filed),
    ("as_many_copies_as_permits_lose_nothing", copied),
    ("a_worker_killed_inside_is_missed_by_what_it_had_still_to_make", killed),
    ("who_spins_for_a_dead_worker_can_be_stopped", killed_while_others_spin),
    ("sixty_four_processes_make_all_updates", many),
    ("a_crew_that_is_given_up_leaves_no_process", given_up),
];

fn main() {
    if let Some(worked) = run_if_worker(std::env::args_os(), &|name| {
        find(table(), name).map(|strategy| strategy as &dyn Work)
    }) {
        worked.expect("it is a worker of this very program");
        return;
    }
    let only = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    for (name, test) in TESTS {
        if only.as_ref().is_none_or(|only| name.contains(only)) {
            print!("test {name} ... ");
            std::io::stdout().flush().expect("somebody listens");
            test();
            println!("ok");
        }
    }
    assert_eq!(children(), 0, "a process was left behind");
}

/// What came of a run.
struct Ran {
    ends: Vec<Option<WorkerExit>>,
    made: Vec<u64>,
    inherited: u64,
    peak: u64,
    final_state: FinalState,
}

impl Ran {
    fn all_finished(&self) -> bool {
        self.ends.iter().all(|end| matches!(end, Some(WorkerExit::Finished)))
    }

    fn sum(&self) -> u64 {
        self.made.iter().sum()
    }

    fn kept(&self) -> u64 {
        self.final_state.tallies().unpack().sum()
    }
}

fn program(workers: usize, iters: u64) -> Program {
    let guard = Guard::Update;
    Program { workers, iters, guard, count_up: false, permits: 1, copies: 1 }
}

fn config(program: Program) -> RunConfig {
    RunConfig { yields: YieldRate::OneIn(32), seed: 7, ..RunConfig::new(program) }
}

fn job(strategy: &'static dyn DynStrategy, config: RunConfig) -> Job {
    Job::new(strategy, config)
}

fn named(name: &str) -> &'static dyn DynStrategy {
    find(table(), name).expect("it is in the table")
}

/// Until all have ended, or nobody has for so long.
fn run_for(job: Job, patience: Duration) -> Ran {
    let mut ends: Vec<_> = (0..job.program.workers).map(|_| None).collect();
    let mut crew = Workers::start(job).expect("all can be started");
    let begin = Instant::now();
    while ends.iter().any(Option::is_none) && begin.elapsed() < patience {
        if let Some((who, end)) = crew.next_exit(Duration::from_millis(100)) {
            ends[who] = Some(end);
        }
    }
    if ends.iter().any(Option::is_none) {
        crew.ask_to_stop();
        while let Some((who, end)) = crew.next_exit(Duration::from_millis(500)) {
            ends[who] = Some(end);
        }
        crew.give_up();
    }
    let final_state = crew.final_state();
    let statuses = crew.statuses();
    Ran {
        ends,
        made: statuses.iter().map(|status| status.made()).collect(),
        inherited: statuses.iter().map(|status| status.inherited()).sum(),
        peak: statuses.iter().map(|status| status.peak()).max().unwrap_or(0),
        final_state,
    }
}

fn run(job: Job) -> Ran {
    let ran = run_for(job, BOUND);
    assert!(ran.all_finished(), "{:?}", ran.ends);
    ran
}

/// The processes that this one has started and not collected.
fn children() -> usize {
    let tasks = format!("/proc/self/task/{}/children", std::process::id());
    std::fs::read_to_string(tasks).map_or(0, |list| list.split_whitespace().count())
}

/// Whether a strategy reads and writes, so that it can be used where both are not one step.
fn reads_and_writes(face: &dyn DynStrategy) -> bool {
    let one_step =
        |line: &Line| matches!(line, Line::Step { step: Step::Add(_) | Step::Replace { .. }, .. });
    !face.record(&program(2, 1)).lines.iter().any(one_step)
}

/// The strategies that are no exhibits, which end in whatever way.
fn sound() -> impl Iterator<Item = &'static &'static dyn DynStrategy> {
    table().iter().filter(|face| !face.about().exhibit)
}

fn lossless() {
    for kind in KINDS {
        for face in sound() {
            let about = face.about();
            let program = program(2, 3000);
            if face.needs(&program).on_file {
                continue;
            }
            for guard in [Guard::Update, Guard::Loop] {
                let program = Program { guard, ..program.clone() };
                let ran = run(job(*face, RunConfig { kind, ..config(program.clone()) }));
                assert_eq!(ran.sum(), 6000, "{} {kind:?}", about.name);
                assert!(ran.kept() <= 6000);
                if about.promise.keeps_all(1, 1) {
                    assert_eq!(ran.kept(), 6000, "{} {kind:?}", about.name);
                    assert!(ran.peak <= 1, "{} {kind:?}", about.name);
                }
            }
        }
    }
}

fn printed() {
    for kind in KINDS {
        for face in sound().filter(|face| reads_and_writes(**face)) {
            let program = program(2, 300);
            if face.needs(&program).on_file {
                continue;
            }
            let setup =
                RunConfig { kind, resource: resource::Kind::Printer, ..config(program.clone()) };
            let ran = run(job(*face, setup));
            assert_eq!(ran.sum(), 600);
            assert!(ran.kept() <= 600);
            if face.about().promise != Promise::Nothing {
                assert_eq!(ran.kept(), 600, "{} {kind:?}", face.about().name);
                assert_eq!(ran.final_state.torn, 0);
            }
        }
    }
}

fn filed() {
    let place = tempfile::tempdir().expect("a directory");
    for kind in KINDS {
        for face in sound().filter(|face| reads_and_writes(**face)) {
            for file in [None, Some(place.path().join("counter.txt"))] {
                let resource = resource::Kind::File;
                let setup =
                    RunConfig { kind, resource, file: file.clone(), ..config(program.clone()) };
                let ran = run(job(*face, program(2, 300), setup));
                assert_eq!(ran.sum(), 600);
                assert!(ran.kept() <= 600);
                assert!(ran.final_state.trouble.is_none());
                if face.about().promise != Promise::Nothing {
                    assert_eq!(ran.kept(), 600, "{} {kind:?}", face.about().name);
                }
                if let Some(path) = file {
                    let text = std::fs::read_to_string(path).expect("it is kept");
                    let value = ran.final_state.tallies().value();
                    assert!(text.starts_with(&format!("{value} = +")), "{text}");
                }
            }
        }
    }
}

fn copied() {
    use resource::Kind::{File, Printer, Variable};
    for kind in KINDS {
        for resource in [Variable, File, Printer] {
            let iters = if resource == Variable { 3000 } else { 200 };
            let setup = RunConfig { kind, resource, ..config(program.clone()) };
            let program = Program { permits: 3, copies: 3, ..program(8, iters) };
            let ran = run(job(named("semaphore"), setup.clone()));
            assert_eq!(ran.kept(), 8 * iters, "{kind:?} {resource:?}");
            assert!(ran.peak <= 3);
            assert_eq!(ran.final_state.copies.len(), 3);
            let enough = Program { copies: 4, ..self::program(4, iters) };
            assert_eq!(run(job(named("none"), enough, setup)).kept(), 4 * iters);
        }
    }
}

fn killed() {
    let kill = |resource| RunConfig {
        kind: Kind::Processes,
        kill: true,
        resource,
        ..config(program.clone())
    };
    let cases = [
        ("mutex", Guard::Update, resource::Kind::Variable, 1),
        ("mutex", Guard::Loop, resource::Kind::Variable, 1),
        ("mutex", Guard::Update, resource::Kind::Printer, 1),
        ("filelock", Guard::Update, resource::Kind::File, 0),
        ("cas", Guard::Update, resource::Kind::Variable, 0),
    ];
    for (name, guard, resource, inherited) in cases {
        for _ in 0..5 {
            let program = Program { guard, ..program(3, 1000) };
            let job = job(named(name), kill(resource));
            let ran = run_for(job, BOUND);
            let died = |end: &Option<WorkerExit>| matches!(end, Some(WorkerExit::Died(_)));
            assert!(died(&ran.ends[1]), "{name}: {:?}", ran.ends);
            assert!(matches!(ran.ends[0], Some(WorkerExit::Finished)), "{name}: {:?}", ran.ends);
            assert!(matches!(ran.ends[2], Some(WorkerExit::Finished)), "{name}: {:?}", ran.ends);
            assert_eq!(ran.made, [1000, 500, 2000], "{name}");
            assert_eq!(ran.kept(), 3500, "{name}");
            assert_eq!(ran.inherited, inherited, "{name}");
        }
    }
}

fn killed_while_others_spin() {
    for name in ["spinlock", "ticket", "peterson", "semaphore"] {
        let setup = RunConfig { kind: Kind::Processes, kill: true, ..config(program.clone()) };
        let job = job(named(name), program(2, 1000), setup);
        let ran = run_for(job, Duration::from_millis(300));
        assert!(matches!(ran.ends[1], Some(WorkerExit::Died(_))), "{name}: {:?}", ran.ends);
        assert!(!matches!(ran.ends[0], Some(WorkerExit::Finished)), "{name}: {:?}", ran.ends);
        assert_eq!(ran.made[1], 500);
        assert_eq!(ran.kept(), ran.sum(), "{name}");
    }
}

fn many() {
    for name in ["mutex", "semaphore", "atomic"] {
        let setup = RunConfig { kind: Kind::Processes, ..config(program.clone()) };
        let ran = run(job(named(name), program(64, 200), setup));
        assert_eq!(ran.kept(), 64 * 200, "{name}");
    }
}

fn given_up() {
    let setup = RunConfig { kind: Kind::Processes, ..config(program.clone()) };
    let mut crew = Workers::start(job(named("mutex"), program(8, 500_000_000), setup))
        .expect("all can be started");
    assert!(crew.next_exit(Duration::from_millis(20)).is_none());
    drop(crew);
    assert_eq!(children(), 0);
}
