//! What is wrong with each exhibit is found, and nothing is wrong with the others.

use super::{all, named, program};
use crate::catalog::table;
use crate::explore::{Exploration, Memory, WaitsFor};
use crate::machine::Promise;
use crate::machine::{Guard, Program};

fn explored(name: &str, memory: Memory) -> Exploration {
    all(named(name), &program(2, 2), memory)
}

#[test]
fn those_that_lose_updates_have_a_witness() {
    for name in ["flag", "half-lock", "monitor-if", "own-lock"] {
        let found = explored(name, Memory::Sc);
        assert!(!found.lossless() && found.breaks_promise(&program(2, 2)), "{name}");
        assert_eq!(found.peak_inside, Some(2), "{name}");
        let worst = found.worst().expect("it can miss zero");
        assert_eq!(worst.value.abs(), 2, "{name}");
        assert!(found.deadlock.is_none(), "{name}");
    }
}

#[test]
fn peterson_needs_its_fences_on_a_machine_with_store_buffers() {
    for memory in [Memory::Sc, Memory::Tso] {
        let fenced = explored("peterson", memory);
        assert!(fenced.lossless() && fenced.peak_inside == Some(1), "{memory:?}");
    }
    let unfenced = explored("peterson-unfenced", Memory::Sc);
    assert!(unfenced.lossless() && unfenced.peak_inside == Some(1));
    let unfenced = explored("peterson-unfenced", Memory::Tso);
    assert!(!unfenced.lossless() && unfenced.peak_inside == Some(2));
    assert!(unfenced.worst().is_some_and(|worst| worst.schedule.drains()));
}

#[test]
fn two_locks_in_opposite_orders_are_a_deadlock_and_it_is_said_what_each_worker_waits_for() {
    let found = explored("two-locks", Memory::Sc);
    assert!(found.lossless() && found.peak_inside == Some(1));
    assert!(found.breaks_promise(&program(2, 2)));
    let deadlock = found.deadlock.expect("there is one");
    assert_eq!((deadlock.schedule.to_string().as_str(), deadlock.min_preemptions), ("1 2", 1));
    let [one, two] = &deadlock.waiting[..] else { panic!("{:?}", deadlock.waiting) };
    assert_eq!(
        (&one.holds[..], &one.waits_for),
        (&["left".into()][..], &WaitsFor::Lock("right".into()))
    );
    assert_eq!(
        (&two.holds[..], &two.waits_for),
        (&["right".into()][..], &WaitsFor::Lock("left".into()))
    );
}

#[test]
fn a_permit_that_is_not_given_back_is_waited_for_for_ever() {
    let found = explored("no-signal", Memory::Sc);
    let deadlock = found.deadlock.expect("there is one");
    assert_eq!(deadlock.min_preemptions, 0);
    assert!(
        deadlock.waiting.iter().all(|held| held.waits_for == WaitsFor::Semaphore("permits".into()))
    );
}

#[test]
fn a_turn_that_its_worker_does_not_take_is_waited_for_for_ever() {
    let equal = explored("turns", Memory::Sc);
    assert!(!equal.breaks_promise(&program(2, 2)), "each makes as many updates as the other");
    // The third worker makes an update more than the others.
    let deadlock = all(named("turns"), &program(3, 1), Memory::Sc).deadlock.expect("there is one");
    let [held] = &deadlock.waiting[..] else { panic!("{:?}", deadlock.waiting) };
    let waits_for = WaitsFor::Until("the turn is this worker's".into());
    assert_eq!((held.worker, &held.waits_for), (3, &waits_for));
}

#[test]
fn what_is_no_exhibit_keeps_its_promise() {
    let programs = [
        program(2, 2),
        program(3, 1),
        Program { guard: Guard::Loop, ..program(2, 3) },
        Program { copies: 2, permits: 2, ..program(3, 1) },
    ];
    for program in &programs {
        for strategy in table().iter().filter(|strategy| !strategy.about().exhibit) {
            let about = strategy.about();
            if about.only.is_some_and(|only| program.workers > only.workers) {
                continue;
            }
            for memory in [Memory::Sc, Memory::Tso] {
                let found = all(*strategy, program, memory);
                assert!(!found.breaks_promise(program), "{} {memory:?}", about.name);
                assert!(found.complete, "{}", about.name);
                let guarded = about.promise != Promise::Nothing;
                assert!(!guarded || found.outcomes.len() == 1, "{}", about.name);
            }
        }
    }
}
