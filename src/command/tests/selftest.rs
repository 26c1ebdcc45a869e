//! The checks of a selftest: each can fail.

use std::sync::atomic::Ordering::{Acquire, Release};
use std::time::Duration;

use super::{carried_out, text};
use crate::catalog::{DynStrategy, find, table};
use crate::cli::{Command, parse};
use crate::command::watchdog::{Watchdog, or_left_behind};
use crate::machine::{About, Machine, Needs, Program, Promise, Strategy, Var};
use crate::outcome::{CheckResult, CheckState, Found, Outcome};
use crate::plan::{Aim, Expect, Method, Plan, Task};
use crate::report::unmet;

/// A selftest of `none` and some others, on a variable only. Its controls follow a schedule,
/// so that no test depends on a race that may not show.
fn plan(others: &[&'static dyn DynStrategy]) -> Plan {
    let argv = ["syncdemo", "selftest"].map(Into::into);
    let Ok(Command::Selftest(args)) = parse(&argv, table(), &|_| None) else { panic!("typed") };
    let none = find(table(), "none").expect("it is there");
    let plan = Plan::selftest(&args, &[&[none], others].concat(), &|name, planning| match name {
        "no-step" => or_left_behind(name, move || {
            let _watchdog = Watchdog::start(Some(name), Duration::ZERO);
            planning()
        }),
        _ => Ok(planning()),
    });
    let mut plan = plan.expect("it makes sense");
    plan.leave_out_processes("tests start no processes");
    plan.checks.retain(|check| !matches!(check.method, Method::File | Method::Printer));
    let schedule = plan.checks.iter().find(|check| check.aim == Aim::Schedule);
    let schedule = schedule.expect("there are some").tries.clone();
    let mut lossy = schedule.unwrap_or_else(|why| panic!("{why}"));
    lossy[0].1.asked.expect = Expect::Loss;
    plan.checks[0].tries = Ok(lossy);
    plan
}

fn checks(outcome: &Outcome) -> &[CheckResult] {
    match &outcome.found {
        Found::Selftest { checks, .. } => checks,
        _ => panic!("it is no selftest"),
    }
}

/// Looks whether the lock is free, then takes it; or takes it in one step.
struct Lock {
    name: &'static str,
    works: bool,
    exhibit: bool,
}

impl Strategy for Lock {
    fn about(&self) -> About {
        let about = About::new(self.name, Promise::MutualExclusion, "homework");
        if self.exhibit { about.exhibit() } else { about }
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("taken", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        if self.works {
            return m.until("the lock is taken", |m| Ok(m.swap(Var(0), 1, Acquire)? == 0));
        }
        m.until("the lock is free", |m| Ok(m.load(Var(0), Acquire)? == 0))?;
        m.store(Var(0), 1, Release)
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(Var(0), 0, Release)
    }
}

#[test]
fn a_wrong_lock_is_named_and_so_is_an_exhibit_that_works() {
    let outcome = carried_out(&plan(&[
        &Lock { name: "right", works: true, exhibit: false },
        &Lock { name: "wrong", works: false, exhibit: false },
        &Lock { name: "exhibit", works: true, exhibit: true },
        &super::misuse::Unwritten,
    ]));
    assert_eq!(outcome.exit_status, 1);
    let said = unmet(&outcome);
    let says = |words: &str| said.iter().any(|sentence| sentence.contains(words));
    assert!(says("wrong: it promises mutual exclusion and breaks it: 2 workers can be inside"));
    assert!(says("(syncdemo judge wrong)"), "{said:?}");
    assert!(says("exhibit: it is wrong on purpose, and was not shown to fail (syncdemo explore"));
    assert!(says("unwritten panicked in its entry section"), "{said:?}");
    assert!(!says("right"), "{said:?}");
    assert_eq!(checks(&outcome)[0].state, CheckState::Held, "{said:?}");
    let processes = || checks(&outcome).iter().filter(|check| check.method == Method::Processes);
    assert!(processes().count() > 5 && processes().all(|it| it.state == CheckState::Skipped));
}

/// Does not return.
struct NoStep;

impl Strategy for NoStep {
    fn about(&self) -> About {
        About::new("no-step", Promise::MutualExclusion, "homework")
    }
    fn enter<M: Machine>(&self, _: &mut M) -> Result<(), M::Stop> {
        loop {
            std::thread::park();
        }
    }
}

#[test]
fn a_loop_without_a_step_is_one_check_that_failed_and_does_not_end_the_others() {
    let outcome =
        carried_out(&plan(&[&NoStep, &Lock { name: "right", works: true, exhibit: false }]));
    let said = unmet(&outcome);
    assert_eq!((outcome.exit_status, said.len()), (1, 1), "{said:?}");
    assert!(said[0].starts_with("no-step ran for 0 s without taking a step. Wait by "), "{said:?}");
    let right = checks(&outcome).iter().filter(|check| check.strategy == "right");
    assert!(right.filter(|check| check.state == CheckState::Held).count() > 2);
}

#[test]
fn a_panic_names_the_strategy_and_the_remedy() {
    let panicked = or_left_behind("wrong", || panic!("as a strategy may"));
    assert_eq!(panicked, Err::<(), _>("wrong panicked. Fix the strategy.".into()));
}

#[test]
fn where_no_race_is_seen_nothing_after_it_counts() {
    let mut plan = plan(&[&Lock { name: "right", works: true, exhibit: false }]);
    let (_, alone) = &mut plan.checks[0].tries.as_mut().unwrap_or_else(|why| panic!("{why}"))[0];
    alone.asked.config.schedule = None;
    alone.asked.config.program.workers = 1;
    let outcome = carried_out(&plan);
    assert_eq!(outcome.exit_status, 1);
    let [control, rest @ ..] = checks(&outcome) else { panic!("there are checks") };
    assert_eq!(control.state, CheckState::Failed);
    assert!(rest.iter().all(|check| check.state == CheckState::Skipped), "{rest:?}");
    let text = text(&outcome);
    assert!(text.contains("a control saw no race, so nothing after it counts"), "{text}");
    assert!(text.contains("0 held, 1 failed, "), "{text}");
}

#[test]
fn what_cannot_be_tried_or_meets_a_bound_does_not_pass_for_tried() {
    let mut plan = plan(&[&Lock { name: "right", works: true, exhibit: false }]);
    for check in &mut plan.checks {
        match (check.aim, check.method, &mut check.tries) {
            (Aim::Control, Method::Threads, tries) => *tries = Err("no threads today".into()),
            (Aim::Promise, Method::Explore, Ok(tries)) => {
                let Task::Explore(task) = &mut tries[0].1.asked.task else { panic!("it explores") };
                task.bounds.states = 1;
            }
            _ => {}
        }
    }
    let outcome = carried_out(&plan);
    assert_eq!(outcome.exit_status, 4);
    let of = |method| {
        checks(&outcome).iter().find(move |it| it.aim == Aim::Promise && it.method == method)
    };
    let state = |method| of(method).map(|check| check.state);
    assert_eq!(state(Method::Threads), Some(CheckState::Skipped));
    assert_eq!(state(Method::Explore), Some(CheckState::Bound));
    assert_eq!(state(Method::Judge), Some(CheckState::Held));
    let text = text(&outcome);
    assert!(text.contains("2 skipped: no threads today\n"), "{text}");
    assert!(text.contains("2 bound: right: stopped after 1 state"), "{text}");
}

/// Serves one worker, and is asked to serve two everywhere.
struct Alone {
    exhibit: bool,
}

impl Strategy for Alone {
    fn about(&self) -> About {
        let name = if self.exhibit { "alone-exhibit" } else { "alone" };
        let about = About::new(name, Promise::MutualExclusion, "homework").at_most(1, "mutex");
        if self.exhibit { about.exhibit() } else { about }
    }
}

#[test]
fn a_strategy_that_fits_no_check_does_not_pass_for_tried() {
    let outcome = carried_out(&plan(&[&Alone { exhibit: false }, &Alone { exhibit: true }]));
    assert_eq!(outcome.exit_status, 4);
    for name in ["alone", "alone-exhibit"] {
        let of: Vec<_> = checks(&outcome).iter().filter(|it| it.strategy == name).collect();
        let [check] = of[..] else { panic!("{name}: {of:?}") };
        assert_eq!(check.state, CheckState::Skipped);
        let why = if cfg!(linux) || check.aim == Aim::Exhibit { "serves" } else { "Linux only" };
        assert!(check.why.as_ref().is_some_and(|it| it.contains(why)), "{check:?}");
    }
}

#[test]
fn a_schedule_that_ends_elsewhere_than_in_the_model_fails() {
    let mut plan = plan(&[]);
    plan.checks.retain(|check| check.aim == Aim::Schedule && check.method == Method::Threads);
    let right = carried_out(&plan);
    assert_eq!((right.exit_status, checks(&right).len()), (0, 5));
    let tries = plan.checks[0].tries.as_mut().unwrap_or_else(|why| panic!("{why}"));
    let chosen = &mut tries[0].1.strategies.as_mut().unwrap_or_else(|why| panic!("{why}"))[0];
    let trace = chosen.trace.as_mut().expect("the model has followed it");
    assert_eq!(trace.value, -2);
    trace.value = -1;
    let wrong = carried_out(&plan);
    assert_eq!(wrong.exit_status, 1);
    assert!(unmet(&wrong)[0].contains("none: it ended at -2, and in the model at -1"), "{wrong:?}");
}

#[test]
fn the_schedules_are_the_witnesses_of_the_explorer() {
    let explored = carried_out(&super::explore_plan("none", table()));
    let found = &super::explored(&explored).found.outcomes;
    let schedules: Vec<_> = found.iter().map(|of| of.schedule.to_string()).collect();
    assert_eq!(schedules, crate::plan::SCHEDULES);
}
