//! The schedules that show more than the cheapest ones: waiting, too many inside, cancellation.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering::SeqCst;

use super::{all, named, program};
use crate::catalog::table;
use crate::explore::{Bounds, Explorable, Memory, Trace, crowded, reaching, trace, waiting};
use crate::machine::{Guard, Lock, Machine, Needs, Program, Schedule, Turn, Var};
use crate::strategy::{About, Promise, Strategy};

fn follow(strategy: &dyn Explorable, program: &Program, memory: Memory, of: &Schedule) -> Trace {
    trace(strategy, program, memory, of, false).unwrap_or_else(|why| panic!("{of}: {why}"))
}

fn most_inside(trace: &Trace) -> usize {
    trace.inside().into_iter().max().unwrap_or(0)
}

/// A worker that has to wait gets in later, and never are too many inside.
fn check_waiting(strategy: &dyn Explorable, program: &Program, memory: Memory) {
    let name = strategy.about().name;
    let schedule = waiting(strategy, program, memory);
    let schedule = schedule.unwrap_or_else(|| panic!("{name} {program:?} {memory:?}"));
    let trace = follow(strategy, program, memory, &schedule);
    let waits: Vec<usize> =
        (0..trace.events.len()).filter(|&at| trace.events[at].waits.is_some()).collect();
    let [at] = waits[..] else { panic!("{name}: {schedule}") };
    let worker = trace.events[at].turn.worker;
    let mut later = trace.events[at..].iter().filter(|event| event.turn.worker == worker);
    assert!(later.any(|event| event.inside), "{name}: {schedule}");
    let most = strategy.about().promise.most_inside(program.permits).expect("it has a section");
    assert_eq!(most_inside(&trace) as u64, most, "{name}: {schedule}");
}

#[test]
fn every_guard_shows_a_worker_that_has_to_wait_or_what_is_wrong_with_it() {
    let (mut apart, mut broken) = (0, 0);
    for strategy in table() {
        let about = strategy.about();
        for memory in [Memory::Sc, Memory::Tso] {
            let once = program(2, 1);
            let found = all(*strategy, &once, memory);
            let Some(most) = about.promise.most_inside(1) else {
                assert_eq!(waiting(*strategy, &once, memory), None, "{}", about.name);
                continue;
            };
            let go_on = &mut |_| ControlFlow::Continue(());
            let crowded = crowded(*strategy, &once, memory, Bounds::default(), go_on);
            assert_eq!(crowded.is_some(), found.peak_inside > Some(1), "{}", about.name);
            if let Some(schedule) = crowded {
                let trace = follow(*strategy, &once, memory, &schedule);
                assert!(most_inside(&trace) as u64 > most, "{}: {schedule}", about.name);
                assert_ne!(trace.kept, once.planned(), "{}: {schedule}", about.name);
                broken += 1;
            } else if !found.stuck() {
                check_waiting(*strategy, &once, memory);
                apart += 1;
            }
        }
    }
    assert!(apart >= 12 && broken >= 9, "{apart} {broken}");
}

#[test]
fn a_worker_waits_for_one_of_several_permits_and_of_several_workers_one_waits() {
    for memory in [Memory::Sc, Memory::Tso] {
        let two = Program { permits: 2, ..program(3, 1) };
        check_waiting(named("semaphore"), &two, memory);
        check_waiting(named("semaphore"), &Program { copies: 2, ..two }, memory);
        for name in ["mutex", "semaphore", "spinlock", "ticket"] {
            check_waiting(named(name), &program(4, 2), memory);
            let whole = Program { guard: Guard::Loop, ..program(2, 3) };
            check_waiting(named(name), &whole, memory);
        }
    }
    let enough = Program { permits: 3, ..program(3, 1) };
    assert_eq!(waiting(named("semaphore"), &enough, Memory::Sc), None);
}

/// All schedules of two workers that take so many steps each.
fn schedules(steps: usize) -> impl Iterator<Item = Schedule> {
    let masks = (0..1_u32 << (2 * steps)).filter(move |mask| mask.count_ones() as usize == steps);
    masks.map(move |mask| (0..2 * steps).map(|at| Turn::of((mask >> at & 1) as usize)).collect())
}

#[test]
fn the_cheapest_ways_to_zero_are_those_of_all_schedules() {
    let none = named("none");
    for iters in [1, 2, 3] {
        let program = program(2, iters);
        for lossless in [true, false] {
            let cost = |schedule: &Schedule| {
                let trace = follow(none, &program, Memory::Sc, schedule);
                let preempted = trace.events.iter().filter(|event| event.preempted.is_some());
                let whole = trace.kept == program.planned();
                (trace.value == 0 && whole == lossless).then(|| preempted.count())
            };
            let steps = 2 * usize::try_from(iters).expect("it is small");
            let all = schedules(steps).filter_map(|of| Some((cost(&of)?, of.turns().to_vec())));
            let cheapest = all.min().map(|(_, turns)| turns.into_iter().collect());
            let go_on = &mut |_| ControlFlow::Continue(());
            let bounds = Bounds::default();
            let found = reaching(none, &program, Memory::Sc, bounds, go_on, lossless);
            assert_eq!(found, cheapest, "{iters} {lossless}");
        }
    }
}

/// A strategy with the steps that answer more than they say.
struct Answers;

impl Strategy for Answers {
    fn about(&self) -> About {
        About::new("answers", Promise::Nothing, "steps that answer")
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("n", 0).lock("lock")
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let n = Var(0);
        m.try_acquire(Lock(0))?;
        m.fetch_add(n, 2, SeqCst)?;
        m.compare_exchange(n, 2, 5, SeqCst)?;
        m.until("n was 7", |m| Ok(m.swap(n, 7, SeqCst)? == 7))
    }
}

#[test]
fn a_timeline_says_what_a_step_changed_or_why_it_changed_nothing() {
    let words = |strategy: &dyn Explorable, schedule: &str| {
        let schedule: Schedule = schedule.parse().expect(schedule);
        let trace = trace(strategy, &program(2, 1), Memory::Sc, &schedule, true);
        let events = trace.unwrap_or_else(|why| panic!("{why}")).events;
        events.into_iter().map(|event| event.words).collect::<Vec<_>>()
    };
    let first = ["try_acquire lock: yes", "add n 0 -> 2", "cas n 2 -> 5", "swap n 5 -> 7"];
    let second = ["try_acquire lock: no", "add n 7 -> 9", "cas n 9 != 2", "swap n 9 -> 7"];
    assert_eq!(words(&Answers, "4x1 4x2"), [first, second].concat());
    let cas = ["read 0", "read 0", "replace 0 -> 1", "replace fails"];
    assert_eq!(words(named("cas"), "1 2 1 2"), cas);
    assert_eq!(words(named("atomic"), "1 2"), ["add 0 -> 1", "add 1 -> 0"]);
}
