//! The text of what an exploration finds in strategies that are wrong.

use std::sync::atomic::Ordering::SeqCst;

use super::{explore, explored, text};
use crate::explore::{Memory, trace};
use crate::machine::{About, Lock, Machine, Needs, Program, Promise, Semaphore, Strategy, Var};
use crate::outcome::{Found, WitnessOf};
use crate::report::unmet;

/// Takes the lock of its left neighbour, then its own.
struct Crossed;

impl Strategy for Crossed {
    fn about(&self) -> About {
        About::new("crossed", Promise::MutualExclusion, "two locks, crossed")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("left").lock("right")
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(Lock(m.me()))?;
        m.acquire(Lock(1 - m.me()))
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.release(Lock(0))?;
        m.release(Lock(1))
    }
}

#[test]
fn a_deadlock_is_none_of_the_interleavings_that_end() {
    let outcome = explore(&Crossed, "--iters 1");
    let text = text(&outcome);
    let found = &explored(&outcome).found;
    let (all, stuck) = (found.interleavings.as_ref(), found.deadlocks.as_ref());
    let (all, stuck) = (all.expect("counted"), stuck.expect("counted"));
    let head = format!("none of {all} interleavings loses an update; {stuck} others end in a");
    assert!(text.replace('\n', " ").contains(&head), "{text}");
    assert!(text.contains("How the deadlock comes about (schedule 1 2):\n"), "{text}");
    assert!(text.contains("Worker 1 holds left, and waits for right.\n"), "{text}");
    assert_eq!(unmet(&outcome), ["crossed: it can end in a deadlock, which no promise allows"]);
    let witness = explored(&outcome).witness.as_ref().expect("it is shown");
    assert_eq!(witness.of, WitnessOf::Deadlock);
    assert_eq!(witness.trace.waiting.len(), 2);
}

/// Each says that it wants to enter, and takes that back where the other wants to as well.
pub(super) struct Polite;

impl Strategy for Polite {
    fn about(&self) -> About {
        About::new("polite", Promise::MutualExclusion, "after you")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("wants[1]", 0).var("wants[2]", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.until("the other does not want to enter", |m| {
            m.store(Var(m.me()), 1, SeqCst)?;
            if m.load(Var(1 - m.me()), SeqCst)? == 0 {
                return Ok(true);
            }
            m.store(Var(m.me()), 0, SeqCst)?;
            Ok(false)
        })
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(Var(m.me()), 0, SeqCst)
    }
}

#[test]
fn a_livelock_shows_the_steps_that_can_be_repeated_for_ever() {
    let outcome = explore(&Polite, "--iters 1");
    let text = text(&outcome);
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("schedules have no end, so interleavings are not counted"), "{text}");
    let livelock = explored(&outcome).found.livelock.as_ref().expect("there is one");
    let rounds = format!("livelock schedule {}: workers take steps for ever", livelock.rounds);
    assert!(flat.contains(&rounds), "{text}");
    let round = trace(&Polite, &outcome.plan.config.program, Memory::Sc, &livelock.rounds, false);
    assert_eq!(
        round.expect("it can be followed").round.and_then(|round| round.repeats),
        Some(true)
    );
    let said = unmet(&outcome);
    assert!(said[0].starts_with("polite: it can be in a livelock"), "{said:?}");
    assert!(said[0].ends_with("which no promise allows"), "{said:?}");
    let stepped = crate::run(&[&Polite], "step polite --iters 1 --script 1").text;
    let flat = stepped.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(", the steps can go on for ever (livelock)."), "{stepped}");
}

#[test]
fn counts_for_which_the_memory_is_too_small_are_not_known() {
    let none = crate::catalog::find(crate::catalog::table(), "none").expect("it is there");
    let outcome = explore(none, "--iters 60 --max-memory 1M");
    assert!(explored(&outcome).found.interleavings.is_none(), "the bound is too large");
    let text = text(&outcome);
    let head = "none, 2 workers x 60 updates: how many interleavings lose updates is not known\n";
    assert!(text.starts_with(head), "{text}");
    assert!(!text.contains("no end"), "{text}");
}

#[test]
fn counts_that_a_signal_left_out_are_not_known_even_with_a_livelock() {
    let mut outcome = explore(&Polite, "--iters 1");
    if let Found::Explore { explorations, .. } = &mut outcome.found {
        let found = &mut explorations[0].found;
        (found.complete, found.limits.interrupted) = (false, true);
    }
    let text = text(&outcome);
    assert!(text.contains("how many interleavings lose updates is not known\n"), "{text}");
    assert!(text.contains("\nlivelock "), "{text}");
    assert!(!text.contains("no end"), "{text}");
}

/// Releases before it acquires.
struct Backwards;

impl Strategy for Backwards {
    fn about(&self) -> About {
        About::new("backwards", Promise::MutualExclusion, "exit before entry")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("lock")
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.release(Lock(0))
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(Lock(0))
    }
}

#[test]
fn a_fault_at_the_first_step_is_shown_without_a_schedule() {
    let outcome = explore(&Backwards, "--iters 1");
    let text = text(&outcome);
    assert!(text.contains("fault           worker 1 releases lock, which it does not"), "{text}");
    assert!(text.contains("How it goes wrong (before any step):\n"), "{text}");
    let fault = "The next step of worker 1 would release lock, which it does not hold.\n";
    assert!(text.contains(fault), "{text}");
    let said = "backwards: it releases what it does not hold, which no promise allows";
    assert_eq!(unmet(&outcome), [said]);
}

/// A semaphore that is signalled once too often.
struct Leaky;

impl Strategy for Leaky {
    fn about(&self) -> About {
        About::new("leaky", Promise::AtMostPermits, "signals twice")
    }
    fn needs(&self, program: &Program) -> Needs {
        Needs::default().semaphore("permits", program.permits)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.wait(Semaphore(0))
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.signal(Semaphore(0))?;
        m.signal(Semaphore(0))
    }
}

#[test]
fn mutual_exclusion_is_broken_only_where_it_was_promised() {
    let text = text(&explore(&Leaky, ""));
    assert!(text.contains("inside at once  up to 2: more than the 1 that it promises\n"), "{text}");
    assert!(!text.contains("mutual exclusion"), "{text}");
}

#[test]
fn a_schedule_is_judged_as_interleavings_are() {
    let own = crate::catalog::find(crate::catalog::table(), "own-lock").expect("it is there");
    let judged = |schedule: &str, expect: &str| {
        let argv = ["syncdemo", "explore", "own-lock", "--schedule", schedule, "--expect", expect];
        let argv = argv.map(Into::into);
        let Ok(crate::cli::Command::Explore(args)) = crate::cli::parse(&argv, &[own], &|_| None)
        else {
            panic!("it is typed")
        };
        super::carried_out(&crate::plan::Plan::explore(&args).expect("it makes sense")).exit_status
    };
    let lossy = "2x2 8x1 6x2";
    for (expect, status) in
        [("lossless", 1), ("loss", 0), ("promise", 1), ("reached", 1), ("missed", 0)]
    {
        assert_eq!(judged(lossy, expect), status, "{expect}");
        let opposite = if expect == "promise" { 0 } else { 1 - status };
        assert_eq!(judged("8x1 8x2", expect), opposite, "{expect}");
    }
}

#[test]
fn of_very_many_final_values_the_lowest_and_the_highest_are_shown() {
    let none = crate::catalog::find(crate::catalog::table(), "none").expect("it is there");
    let outcome = explore(none, "--iters 20");
    let text = text(&outcome);
    assert!(text.starts_with("none, 2 workers x 20 updates: 1.08e23 of 1.08e23 inter"), "{text}");
    let rows: Vec<_> = text.lines().skip(3).take_while(|line| !line.starts_with("Zero")).collect();
    assert_eq!(rows.len(), 21, "{text}");
    let [first, folded, last] = [rows[0], rows[10], rows[20]].map(str::trim_start);
    assert!(first.starts_with("-20 ") && last.starts_with("20 "), "{text}");
    assert!(folded.starts_with("... ") && folded.ends_with("21 values more (-v)"), "{text}");
    let found = serde_json::to_value(&outcome).expect("it can be written");
    assert_eq!(found["explorations"][0]["outcomes"].as_array().map(Vec::len), Some(41));
}

/// Waits in its entry section for what never comes.
struct Never;

impl Strategy for Never {
    fn about(&self) -> About {
        About::new("never", Promise::MutualExclusion, "waits for ever")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("never", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.until("never", |m| Ok(m.load(Var(0), std::sync::atomic::Ordering::SeqCst)? == 1))
    }
}

#[test]
fn what_workers_wait_for_for_ever_is_said_once_of_each() {
    let text = crate::run(&[&Never], "judge never").text;
    assert_eq!(text.matches("waits until never").count(), 2, "of each worker: {text}");
}

#[test]
fn the_judge_marks_two_workers_inside_also_where_nothing_is_promised() {
    let text = crate::run(&[], "judge none").text;
    assert!(text.contains("read 0                0   <- 2 inside\n"), "{text}");
}

#[test]
fn where_every_interleaving_ends_in_a_deadlock_there_are_no_others() {
    for (workers, stuck) in
        [("1", "the only one ends in a deadlock"), ("2", "all 2 end in a deadlock")]
    {
        let text = crate::run(&[&Stuck], &format!("explore stuck -i 1 -t {workers}")).text;
        let head = format!("no interleaving comes to its end; {stuck}");
        assert!(text.replace('\n', " ").contains(&head), "{text}");
    }
}

/// Takes its lock twice.
struct Stuck;

impl Strategy for Stuck {
    fn about(&self) -> About {
        About::new("stuck", Promise::MutualExclusion, "takes its lock twice")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("lock 1").lock("lock 2")
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(Lock(m.me()))?;
        m.acquire(Lock(m.me()))
    }
}

/// Its lock has a name in Korean, whose letters take two columns each.
struct Korean;

impl Strategy for Korean {
    fn about(&self) -> About {
        About::new("korean", Promise::MutualExclusion, "a mutex")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("자물쇠")
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(Lock(0))
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.release(Lock(0))
    }
}

#[test]
fn the_columns_of_a_timeline_hold_with_wide_letters() {
    let text = crate::run(&[&Korean], "explore korean -i 1 --witness 0").text;
    let rows = text.lines().skip_while(|line| !line.starts_with(" step")).skip(1);
    let rows: Vec<_> = rows.take_while(|line| !line.is_empty()).collect();
    let widths: Vec<_> = rows.iter().map(|row| textwrap::core::display_width(row)).collect();
    assert!(widths.len() == 8 || widths.len() == 9, "{text}");
    let steps = widths.iter().zip(&rows).filter(|(_, row)| !row.contains("preemption"));
    assert!(steps.clone().all(|(width, _)| *width == widths[0]), "{text}");
}
