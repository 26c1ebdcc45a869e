//! Whole races with strategies of the tests' own, such as a class may add.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{carried_out, race, runs, tally};
use crate::catalog::table;
use crate::cli::{UsageError, race_args};
use crate::command::console::Console;
use crate::command::race::beside;
use crate::explore::Memory;
use crate::machine::{About, Delta, Lock, Machine, Needs, Program, Promise, Semaphore, Strategy};
use crate::outcome::{Found, StrategyResult};
use crate::plan::{Plan, Race, Task};
use crate::report::{FORMATS, Page};
use crate::worker::Interrupt;

/// Panics inside, once.
struct Panics;

impl Strategy for Panics {
    fn about(&self) -> About {
        About::new("panics", Promise::MutualExclusion, "panics inside")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("lock").var("updates", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(Lock(0))
    }
    fn update<M: Machine>(&self, m: &mut M, delta: Delta) -> Result<(), M::Stop> {
        let order = std::sync::atomic::Ordering::Relaxed;
        assert_ne!(m.fetch_add(crate::machine::Var(0), 1, order)?, 50, "the fiftieth");
        let seen = m.read()?;
        m.write(seen + delta)
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.release(Lock(0))
    }
}

#[test]
fn a_worker_that_panics_inside_leaves_by_the_exit_section() {
    let outcome = race(&Panics, "");
    assert_eq!(outcome.exit_status, 3);
    let error = outcome.error.as_ref().expect("it is said");
    assert!(error.contains("panicked") && error.contains("the fiftieth"), "{error}");
    assert!(error.contains("It left by the exit section."), "{error}");
    let run = &runs(&outcome)[0];
    // The other worker could make all its updates.
    assert_eq!(run["partial"], true);
    let made = &run["made"];
    assert!(made["increments"] == 100 || made["decrements"] == 100, "{run}");
    assert_eq!(tally(&run["lost"]).sum(), 0, "what was made is kept");
}

/// Each acquires its own lock, meets the other, then acquires the other's.
struct Deadlock;

impl Strategy for Deadlock {
    fn about(&self) -> About {
        About::new("deadlock", Promise::MutualExclusion, "two locks, crossed")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("left").lock("right").var("ready", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        use std::sync::atomic::Ordering::SeqCst;
        let ready = crate::machine::Var(0);
        m.acquire(Lock(m.me()))?;
        m.fetch_add(ready, 1, SeqCst)?;
        m.until("both have their first lock", |m| Ok(m.load(ready, SeqCst)? == 2))?;
        m.acquire(Lock(1 - m.me()))
    }
}

#[test]
fn a_deadlock_ends_by_the_timeout_and_names_the_holders() {
    let outcome = race(&Deadlock, "");
    assert_eq!(outcome.exit_status, 3);
    let error = outcome.error.as_ref().expect("it is said");
    assert!(error.starts_with("no update was finished for 3s."), "{error}");
    assert!(error.contains("orker 1 waits for right, which worker 2 holds"), "{error}");
    assert!(error.contains("orker 2 waits for left, which worker 1 holds"), "{error}");
    let run = &runs(&outcome)[0];
    assert!(run["partial"] == true && tally(&run["made"]).sum() == 0);
    assert!(outcome.verdict.is_none(), "nothing was decided");
}

/// Waits for a condition that never holds.
struct Spins;

impl Strategy for Spins {
    fn about(&self) -> About {
        About::new("spins", Promise::MutualExclusion, "spins for ever")
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.until("pigs fly", |m| Ok(m.me() == 0))
    }
    fn exit<M: Machine>(&self, _: &mut M) -> Result<(), M::Stop> {
        Ok(())
    }
}

#[test]
fn a_worker_that_spins_for_ever_makes_no_progress_and_is_stopped() {
    let outcome = race(&Spins, "");
    assert_eq!(outcome.exit_status, 3);
    let error = outcome.error.as_ref().expect("it is said");
    assert!(error.contains("orker 2 spins until pigs fly"), "{error}");
    let run = &runs(&outcome)[0];
    let expected = json!({ "increments": 100, "decrements": 0 });
    assert_eq!(run["made"], expected, "the other had finished");
}

/// A worker takes the permit, and does not return it.
struct Swallows;

impl Strategy for Swallows {
    fn about(&self) -> About {
        About::new("swallows", Promise::AtMostPermits, "no signal")
    }
    fn needs(&self, program: &Program) -> Needs {
        Needs::default().semaphore("permits", program.permits)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.wait(Semaphore(0))
    }
}

#[test]
fn a_permit_that_is_never_returned_has_no_owner() {
    let outcome = race(&Swallows, "");
    let error = outcome.error.as_ref().expect("it is said");
    assert!(
        error.contains("orkers 1 and 2 wait for a permit of semaphore permits; none is"),
        "{error}"
    );
    assert_eq!(tally(&runs(&outcome)[0]["made"]).sum(), 1);
}

#[test]
fn after_a_timeout_no_further_run_is_begun() {
    let outcome = race(&Swallows, "--runs 5");
    assert_eq!(runs(&outcome).len(), 1);
    assert_eq!(outcome.exit_status, 3);
}

#[test]
fn runs_are_indented_as_the_rest_of_the_document() {
    let format = FORMATS.iter().find(|format| format.name == "json").expect("there is JSON");
    let page = Page { width: 80, verbose: false, brief: false };
    let written = format.text(&race(&Forgets, "--runs 2"), page);
    let document: Value = serde_json::from_str(&written).expect("it is JSON");
    let printed = serde_json::to_string_pretty(&document).expect("it is JSON");
    // A parsed document has its keys in another order.
    let sorted = |text: &str| {
        let lines = text.lines().map(|line| line.trim_end_matches(',').to_owned());
        lines.collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(sorted(&written), sorted(&printed));
}

#[test]
fn updates_that_would_overflow_a_half_are_refused() {
    let limit = crate::machine::PackedTally::LIMIT;
    let plan = |words: String| Plan::race(&race_args(&words, table()));
    assert!(plan(format!("--iters {limit}")).is_ok());
    let too_many = plan(format!("--iters {limit} --threads 4"));
    assert!(matches!(too_many, Err(UsageError::Wrong(_))));
}

/// Each waits inside for the other.
struct Meets;

impl Strategy for Meets {
    fn about(&self) -> About {
        About::new("meets", Promise::AtMostPermits, "two permits on one counter")
    }
    fn needs(&self, program: &Program) -> Needs {
        Needs::default().semaphore("permits", program.permits).var("inside", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.wait(Semaphore(0))
    }
    fn update<M: Machine>(&self, m: &mut M, delta: Delta) -> Result<(), M::Stop> {
        use std::sync::atomic::Ordering::SeqCst;
        let inside = crate::machine::Var(0);
        let seen = m.read()?;
        m.fetch_add(inside, 1, SeqCst)?;
        m.until("the other has read as well", |m| Ok(m.load(inside, SeqCst)? >= 2))?;
        m.write(seen + delta)?;
        m.fetch_add(inside, 1, SeqCst)?;
        m.until("the other has written as well", |m| Ok(m.load(inside, SeqCst)? >= 4))
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.signal(Semaphore(0))
    }
}

#[test]
fn two_permits_on_one_counter_let_two_in_and_an_update_is_lost() {
    let outcome = race(&Meets, "--iters 1 --permits 2");
    let run = &runs(&outcome)[0];
    assert_eq!(outcome.exit_status, 0, "two are what it promises: {outcome:?}");
    assert_eq!(
        (&run["peak_inside"], tally(&run["lost"]).sum(), tally(&run["kept"]).sum()),
        (&json!(2), 1, 1)
    );
    let one = race(&Meets, "--iters 1");
    assert_eq!(one.exit_status, 3, "with one permit the other never comes in");
}

/// Forgets to write.
struct Forgets;

impl Strategy for Forgets {
    fn about(&self) -> About {
        About::new("forgets", Promise::MutualExclusion, "reads, and leaves it at that")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("lock")
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(Lock(0))
    }
    fn update<M: Machine>(&self, m: &mut M, _: Delta) -> Result<(), M::Stop> {
        m.read().map(|_| ())
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.release(Lock(0))
    }
}

#[test]
fn a_strategy_that_forgets_to_write_never_had_two_workers_inside() {
    let outcome = race(&Forgets, "");
    let run = &runs(&outcome)[0];
    assert_eq!((&run["peak_inside"], tally(&run["lost"]).sum()), (&json!(1), 200));
    assert_eq!(outcome.exit_status, 1, "it promises to lose nothing");
}

/// Acquires the lock, and keeps it.
struct Keeps;

impl Strategy for Keeps {
    fn about(&self) -> About {
        About::new("keeps", Promise::MutualExclusion, "acquires, and never releases")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("lock")
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(Lock(0))
    }
}

#[test]
fn a_lock_that_is_never_released_is_noticed_also_at_the_end() {
    let error = race(&Keeps, "--guard loop").error.expect("it is said");
    assert!(error.contains("still holds a mutex"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// The identity that all reports rest on, over random plans.
    #[test]
    fn what_was_made_is_kept_or_lost(
        which in 0..table().len(),
        workers in 1_u64..6,
        iters in 1_u64..400,
        runs in 1_u64..3,
        permits in 1_u64..4,
        one_in in 0_u32..8,
        whole_loop: bool,
        count_up: bool,
        seed: u64,
    ) {
        let about = table()[which].about();
        // Some of the exhibits never end.
        prop_assume!(!about.exhibit);
        // Files need Linux.
        prop_assume!(cfg!(linux) || about.name != "filelock");
        let yields = match one_in {
            0 => "never".to_owned(),
            _ => format!("1/{one_in} --seed {seed}"),
        };
        let threads = about.only.map_or(workers, |_| workers.min(2));
        let mut words = format!(
            "{} -t {threads} -i {iters} -r {runs} --yield {yields}",
            about.name
        );
        let own = match about.name {
            "filelock" => " --resource file".to_owned(),
            "semaphore" => format!(" --permits {permits}"),
            _ => String::new(),
        };
        words += &own;
        words += if whole_loop { " --guard loop" } else { "" };
        words += if count_up { " --count-up" } else { "" };
        let plan = Plan::race(&race_args(&words, table())).expect("the plan makes sense");
        let program = plan.asked.config.program.clone();
        let outcome = carried_out(&plan);
        prop_assert_eq!(&outcome.error, &None);
        prop_assert_eq!(super::runs(&outcome).len() as u64, runs);
        for run in super::runs(&outcome) {
            let [made, kept, lost] = ["made", "kept", "lost"].map(|key| tally(&run[key]));
            prop_assert_eq!(&run["made"], &run["planned"]);
            prop_assert_eq!(tally(&run["surplus"]).sum(), 0);
            prop_assert_eq!(made, kept + lost);
            prop_assert_eq!(run["reached"] == true, run["final"] == run["target"]);
            if about.promise.keeps_all(program.permits, program.copies) {
                prop_assert_eq!(lost.sum(), 0);
                prop_assert!(run["reached"] == true);
            }
            if let Some(most) = about.promise.most_inside(program.permits) {
                prop_assert!(run["peak_inside"].as_u64().is_some_and(|peak| peak <= most));
            }
        }
    }
}

/// What is said of a run of peterson-unfenced that ended at this value.
fn beside_a_run_that_ended_at(value: i64, interrupt: &Interrupt) -> StrategyResult {
    let plan = Plan::race(&race_args("peterson-unfenced -i 2 --explore", table())).expect("it can");
    let Task::Race(Race { explore: Some(task), .. }) = &plan.asked.task else { panic!("asked") };
    let strategies = plan.strategies.as_ref().expect("it can be described");
    let Found::Race { mut results } = carried_out(&plan).found else { panic!("it is a race") };
    results[0].summary.as_mut().expect("one run").value = [value].into_iter().collect();
    beside(&plan.asked, task, strategies, &mut results, &mut Console::new(true, interrupt.clone()));
    results.remove(0)
}

#[test]
fn store_buffers_are_part_of_the_model_only_where_they_explain_what_was_seen() {
    for (value, memory, possible) in
        [(0, Memory::Sc, true), (1, Memory::Tso, true), (3, Memory::Tso, false)]
    {
        let result = beside_a_run_that_ended_at(value, &Interrupt::default());
        let model = result.model.expect("it was explored");
        assert_eq!(model.memory, memory, "{value}");
        assert_eq!(model.impossible().is_none(), possible, "{value}");
    }
}

#[test]
fn nothing_is_called_impossible_where_the_search_was_interrupted() {
    assert!(beside_a_run_that_ended_at(1, &Interrupt::signalled(15)).model.is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Also of exhibits that come to no end: then of what was made until then.
    #[test]
    fn what_a_trace_calls_lost_was_made_and_is_not_kept(
        which in 0..table().len(),
        workers in 1_u64..6,
        iters in 1_u64..200,
        copies in 1_u64..3,
        one_in in 0_u32..8,
        whole_loop: bool,
        count_up: bool,
        seed: u64,
    ) {
        let about = table()[which].about();
        // It locks a file.
        prop_assume!(about.name != "filelock");
        let yields = match one_in {
            0 => "never".to_owned(),
            _ => format!("1/{one_in} --seed {seed}"),
        };
        let threads = about.only.map_or(workers, |_| workers.min(2));
        let mut words = format!(
            "{} --trace -t {threads} -i {iters} --yield {yields}",
            about.name
        );
        words += if whole_loop { " --guard loop" } else { "" };
        words += if count_up { " --count-up" } else { "" };
        words += if about.exhibit { " --timeout 300ms" } else { "" };
        let copies = if about.promise.has_section() { copies } else { 1 };
        words += &format!(" --copies {copies}");
        let plan = Plan::race(&race_args(&words, table())).expect("the plan makes sense");
        let outcome = carried_out(&plan);
        prop_assert!(about.exhibit || outcome.error.is_none(), "{:?}", outcome.error);
        for run in super::runs(&outcome) {
            // A thread that got no processor may still be in the midst of a write.
            let (trace, partial) = (&run["trace"], run["partial"] == true);
            if trace.is_null() {
                prop_assert!(partial);
                continue;
            }
            let [made, lost] = ["made", "lost"].map(|key| tally(&trace[key]));
            prop_assert_eq!(made, tally(&run["kept"]) + lost);
            prop_assert_eq!(trace["losses"] != 0, lost.sum() > 0);
            if !partial {
                prop_assert_eq!((&trace["made"], &trace["lost"]), (&run["planned"], &run["lost"]));
            }
        }
    }
}
