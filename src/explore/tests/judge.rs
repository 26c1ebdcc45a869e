//! The judge against the reference, and against what strategies claim.

use std::ops::{ControlFlow, Range};

use super::program;
use super::random::Drawn;
use super::reference::{Answers, answers};
use crate::catalog::{DynStrategy, table};
use crate::explore::{Bounds, Explorable, Judgement, Memory, StuckKind, judge};
use crate::machine::{Guard, Program, Promise};

/// Both say the same; nothing if one of them does not know.
fn agree(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    states: u64,
) -> Option<Judgement> {
    let bounds = Bounds { states, ..Bounds::default() };
    let found =
        judge(strategy, program, memory, bounds, &mut |_| ControlFlow::Continue(())).ok()?;
    let program = Program { iters: found.updates.unwrap_or(1), ..program.clone() };
    let endless = found.updates.is_none();
    let expected = answers(strategy, &program, memory, endless, 20 * states as usize)?;
    if !found.complete {
        return None;
    }
    let same = Answers {
        most_inside: found.mutual_exclusion.most_inside,
        progress: found.progress.holds.expect("all states were met"),
        passed: found.bounded_waiting.passed,
    };
    assert_eq!(same, expected, "{program:?} {memory:?} endless: {endless}");
    Some(found)
}

#[test]
fn the_judge_and_the_reference_agree_on_the_table() {
    let mut compared = 0;
    for strategy in table().iter().filter(|strategy| strategy.about().promise.has_section()) {
        for memory in [Memory::Sc, Memory::Tso] {
            let found = agree(*strategy, &program(2, 1), memory, 1_000);
            compared += usize::from(found.is_some());
        }
    }
    // Of those that are not here a store buffer is full, or there are too many states.
    assert!(compared >= 26, "{compared}");
}

/// Of many comparisons, how many were of each kind.
#[derive(Debug, Default)]
struct Figures {
    programs: usize,
    compared: usize,
    endless: usize,
    crowded: usize,
    deadlocks: usize,
    livelocks: usize,
    need_others: usize,
    /// Passed at least once, and at most so often.
    bounded: usize,
    unbounded: usize,
}

impl Figures {
    fn add(&mut self, found: &Judgement) {
        self.compared += 1;
        self.endless += usize::from(found.updates.is_none());
        self.crowded += usize::from(found.mutual_exclusion.most_inside > 1);
        match found.progress.kind {
            Some(StuckKind::Deadlock) => self.deadlocks += 1,
            Some(StuckKind::Livelock) => self.livelocks += 1,
            Some(StuckKind::NeedsOther) => self.need_others += 1,
            Some(StuckKind::Fault) | None => {}
        }
        let passed = found.bounded_waiting.passed;
        self.unbounded += usize::from(passed.is_none());
        self.bounded +=
            usize::from(found.updates.is_none() && passed.is_some_and(|times| times > 0));
    }
}

/// Compares the programs of these seeds.
fn agree_on(seeds: Range<u64>, states: u64) -> Figures {
    let mut figures = Figures::default();
    for seed in seeds {
        let Drawn { strategy, program, memory } = Drawn::new(seed);
        if program.workers > 2 || !strategy.promise.has_section() {
            continue;
        }
        figures.programs += 1;
        let program = Program { iters: 1, guard: Guard::Update, copies: 1, ..program };
        if let Some(found) = agree(&strategy, &program, memory, states) {
            figures.add(&found);
        }
    }
    figures
}

#[test]
fn the_judge_and_the_reference_agree_on_random_strategies() {
    let figures = agree_on(0..400, 150);
    // What could not be compared was not checked.
    assert!(2 * figures.compared > figures.programs, "{figures:?}");
    assert!(figures.crowded >= 20 && figures.deadlocks >= 20, "{figures:?}");
    assert!(
        figures.bounded >= 5 && figures.unbounded >= 20 && figures.livelocks >= 3,
        "{figures:?}"
    );
}

#[test]
#[ignore = "it takes minutes: CAMPAIGN_PROGRAMS says how many seeds, CAMPAIGN_SEED which is the first"]
fn the_judge_and_the_reference_agree_on_many_more() {
    let number = |name, otherwise| {
        std::env::var(name).map_or(otherwise, |text| text.parse().expect("it is a number"))
    };
    let (programs, first) = (number("CAMPAIGN_PROGRAMS", 5_000), number("CAMPAIGN_SEED", 0));
    let figures = agree_on(first..first + programs, 600);
    assert!(2 * figures.compared > figures.programs, "{figures:#?}");
}

/// Asserts that what a strategy claims is what the judge finds; says what it finds of bounded
/// waiting.
fn assert_claims(strategy: &dyn DynStrategy, workers: usize, memory: Memory) -> Option<bool> {
    let about = strategy.about();
    let bounds = Bounds { states: 20_000, ..Bounds::default() };
    let program = program(workers, 1);
    let found = judge(strategy, &program, memory, bounds, &mut |_| ControlFlow::Continue(()));
    let found = found.expect(about.name);
    let (exclusion, progress) = (found.mutual_exclusion.holds, found.progress.holds);
    let bounded = found.bounded_waiting.holds;
    // Exhibits only seem to keep what they promise.
    if about.exhibit && [exclusion, progress].contains(&Some(false)) {
        return None;
    }
    let what = format!("{} {workers} {memory:?}: {found:?}", about.name);
    // Where numbers grow, three workers have too many states for an answer.
    let unknown = workers == 3 && about.bounded_waiting && found.limits.states.is_some();
    let known = |holds: Option<bool>| unknown || holds.is_some();
    assert!(known(exclusion) && known(progress) && known(bounded), "{what}");
    let claims = [(exclusion, about.promise != Promise::Nothing), (progress, about.progress)];
    assert!(claims.iter().all(|&(holds, claim)| holds != Some(!claim)), "{what}");
    assert!(bounded != Some(false) || !about.bounded_waiting, "{what}");
    bounded
}

#[test]
fn what_strategies_claim_is_what_the_judge_finds() {
    for strategy in table() {
        let about = strategy.about();
        if !about.promise.has_section() {
            continue;
        }
        let mut bounded = vec![assert_claims(*strategy, 2, Memory::Sc)];
        // The stores of a strategy that guards nothing have no bound.
        if about.promise != Promise::Nothing {
            bounded.push(assert_claims(*strategy, 2, Memory::Tso));
        }
        if about.only.is_none_or(|only| only.workers >= 3) {
            bounded.push(assert_claims(*strategy, 3, Memory::Sc));
        }
        // A strategy may have a bound for two workers, and claim none for more.
        let none = bounded.contains(&Some(false)) || bounded.contains(&None);
        assert!(none || about.bounded_waiting, "{}: {bounded:?}", about.name);
    }
}
