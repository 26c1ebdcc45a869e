//! Counts for which there is a formula.

use num_bigint::BigUint;

use super::{all, named, program};
use crate::explore::{FinalValue, Memory};
use crate::machine::Program;

fn factorial(n: u64) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

#[test]
fn the_table_of_two_unguarded_workers_with_two_updates_each() {
    let found = all(named("none"), &program(2, 2), Memory::Sc);
    let rows: Vec<String> = found
        .outcomes
        .iter()
        .map(|o| {
            let count = |n: &Option<BigUint>| n.as_ref().map_or("?".into(), BigUint::to_string);
            let (all, lossless) = (count(&o.interleavings), count(&o.lossless));
            format!("{} {all} {lossless} {} {}", o.value, o.min_preemptions, o.schedule)
        })
        .collect();
    assert_eq!(
        rows,
        [
            "-2 12 0 1 2 4x1 3x2",
            "-1 16 0 2 3x1 2 1 3x2",
            "0 14 6 0 4x1 4x2",
            "1 16 0 2 3x1 2x2 1 2x2",
            "2 12 0 1 3x1 4x2 1",
        ]
    );
    assert_eq!(found.peak_inside, Some(2));
    assert!(found.complete);
}

#[test]
fn the_chances_of_two_unguarded_workers_with_two_updates_each() {
    let found = all(named("none"), &program(2, 2), Memory::Sc);
    let chance = |o: &FinalValue| {
        let chance = o.chance.as_ref().expect("there is no bound");
        (o.value, chance.to_string(), chance.number())
    };
    let chances: Vec<_> = found.outcomes.iter().map(chance).collect();
    let expected = [(-2, "9/64"), (-1, "15/64"), (0, "1/4"), (1, "15/64"), (2, "9/64")];
    let number = |(value, text): (i64, &str)| {
        let sixty_fourths = [9.0, 15.0, 16.0, 15.0, 9.0][(value + 2) as usize];
        (value, text.to_owned(), sixty_fourths / 64.0)
    };
    assert_eq!(chances, expected.map(number));
}

#[test]
fn small_programs_without_a_guard() {
    let counts = |program: &Program| -> Vec<(i64, String)> {
        let found = all(named("none"), program, Memory::Sc);
        let count = |n: Option<BigUint>| n.expect("it has no cycle").to_string();
        found.outcomes.into_iter().map(|o| (o.value, count(o.interleavings))).collect()
    };
    let two = |pairs: &[(i64, u32)]| -> Vec<(i64, String)> {
        pairs.iter().map(|(value, n)| (*value, n.to_string())).collect()
    };
    assert_eq!(counts(&program(2, 1)), two(&[(-1, 2), (0, 2), (1, 2)]));
    let up = Program { count_up: true, ..program(2, 2) };
    assert_eq!(counts(&up), two(&[(2, 32), (3, 32), (4, 6)]));
}

#[test]
fn without_a_guard_all_orders_of_steps_are_interleavings() {
    for (workers, iters) in [(2, 1), (2, 3), (2, 10), (2, 40), (4, 1), (4, 2), (6, 1)] {
        let found = all(named("none"), &program(workers, iters), Memory::Sc);
        let own = factorial(2 * iters).pow(workers as u32);
        let steps = 2 * iters * workers as u64;
        assert_eq!(found.interleavings, Some(factorial(steps) / own), "{workers} x {iters}");
    }
}

#[test]
fn of_two_unguarded_workers_those_that_lose_nothing_are_orders_of_whole_updates() {
    for iters in [1, 2, 3, 10, 40] {
        let found = all(named("none"), &program(2, iters), Memory::Sc);
        let orders = factorial(2 * iters) / factorial(iters).pow(2);
        assert_eq!(found.lossless, Some(orders), "2 x {iters}");
    }
}

#[test]
fn guarded_by_a_mutex_whole_updates_follow_one_another() {
    for name in ["mutex", "semaphore", "atomic"] {
        for (workers, iters) in [(2, 2), (2, 10), (4, 3)] {
            let found = all(named(name), &program(workers, iters), Memory::Sc);
            let orders = factorial(iters * workers as u64) / factorial(iters).pow(workers as u32);
            assert_eq!(found.interleavings, Some(orders.clone()), "{name} {workers} x {iters}");
            assert_eq!(found.lossless, Some(orders), "{name} {workers} x {iters}");
            assert!(found.lossless() && found.deadlock.is_none());
        }
    }
}

#[test]
fn ten_updates_each_as_counted_before() {
    let found = all(named("none"), &program(2, 10), Memory::Sc);
    let zero = found.final_value(0).expect("zero can be reached");
    assert_eq!(found.interleavings, Some(137_846_528_820_u64.into()));
    assert_eq!(zero.interleavings, Some(14_487_822_436_u64.into()));
    assert_eq!(zero.lossless, Some(184_756_u32.into()));
}
