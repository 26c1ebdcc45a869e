//! The judge against the reference, and against what strategies claim.

use std::ops::ControlFlow;

use super::program;
use super::random::Drawn;
use super::reference::{Answers, answers};
use crate::catalog::table;
use crate::explore::{Bounds, Explorable, Judgement, Memory, Refused, judge};
use crate::machine::{Guard, Program, Promise};

fn judged(strategy: &dyn Explorable, workers: usize, memory: Memory) -> Result<Judgement, Refused> {
    let bounds = Bounds { states: 20_000, ..Bounds::default() };
    judge(strategy, &program(workers, 1), memory, bounds, &mut |_| ControlFlow::Continue(()))
}

/// Both say the same; nothing if one of them does not know.
fn agree(strategy: &dyn Explorable, program: &Program, memory: Memory, states: u64) -> Option<()> {
    let bounds = Bounds { states, ..Bounds::default() };
    let found =
        judge(strategy, program, memory, bounds, &mut |_| ControlFlow::Continue(())).ok()?;
    let program = Program { iters: found.updates.unwrap_or(1), ..program.clone() };
    let endless = found.updates.is_none();
    let expected = answers(strategy, &program, memory, endless, 20 * states as usize)?;
    if !found.complete {
        return None;
    }
    let found = Answers {
        most_inside: found.mutual_exclusion.most_inside,
        progress: found.progress.holds.expect("all states were met"),
        passed: found.bounded_waiting.passed,
    };
    assert_eq!(found, expected, "{program:?} {memory:?} endless: {endless}");
    Some(())
}

#[test]
fn the_judge_and_the_reference_agree_on_the_table() {
    let mut compared = 0;
    for strategy in table().iter().filter(|strategy| strategy.about().promise.has_section()) {
        for memory in [Memory::Sc, Memory::Tso] {
            println!("{} {memory:?}", strategy.about().name);
            compared += agree(*strategy, &program(2, 1), memory, 1_000).map_or(0, |()| 1);
        }
    }
    // Of those that are not here a store buffer is full, or there are too many states.
    assert!(compared >= 26, "{compared}");
}

#[test]
fn the_judge_and_the_reference_agree_on_random_strategies() {
    let (mut compared, mut programs) = (0, 0);
    for seed in 0..400 {
        let Drawn { strategy, program, memory } = Drawn::new(seed);
        if program.workers > 2 || !strategy.promise.has_section() {
            continue;
        }
        programs += 1;
        let t = std::time::Instant::now();
        println!("seed {seed}");
        let program = Program { iters: 1, guard: Guard::Update, copies: 1, ..program };
        println!("{:?}", t.elapsed());
        compared += agree(&strategy, &program, memory, 150).map_or(0, |()| 1);
    }
    // What could not be compared was not checked.
    assert!(2 * compared > programs, "{compared} of {programs}");
}

#[test]
fn what_strategies_claim_is_what_the_judge_finds() {
    for strategy in table().iter().filter(|strategy| strategy.about().promise.has_section()) {
        let about = strategy.about();
        let found = judged(*strategy, 2, Memory::Sc).expect(about.name);
        let promises = about.promise != Promise::Nothing;
        let [exclusion, progress, bounded] =
            [found.mutual_exclusion.holds, found.progress.holds, found.bounded_waiting.holds];
        // Exhibits are believed to keep what they promise.
        let wrong = about.exhibit && [exclusion, progress].contains(&Some(false));
        if !wrong {
            assert_eq!(exclusion, Some(promises), "{}", about.name);
            assert_eq!(progress, Some(about.progress), "{}", about.name);
            assert_eq!(bounded, Some(about.bounded_waiting), "{}", about.name);
        }
    }
}
