//! What makes an exploration smaller or faster does not change its result.

use std::ops::ControlFlow;

use super::Explorer;
use crate::catalog::{find, table};
use crate::explore::local_state::LocalStates;
use crate::explore::{Bounds, Exploration, Memory, Watch};
use crate::machine::{Guard, Program};

fn program(workers: usize, iters: u64) -> Program {
    Program { workers, iters, guard: Guard::Update, count_up: false, permits: 1, copies: 1 }
}

fn go_on<'w>() -> Watch<'w> {
    // A closure that captures nothing takes no memory.
    Box::leak(Box::new(|_| ControlFlow::Continue(())))
}

/// All that was found without the number of states, and that number.
fn found(explorer: &mut Explorer<'_>) -> (String, usize) {
    let found = explorer.explore().expect("it is explored");
    assert!(found.complete, "{:?}", found.limits);
    let states = found.states;
    (format!("{:?}", Exploration { states: 0, ..found }), states)
}

#[test]
fn nothing_but_the_number_of_states_changes_when_equal_workers_are_exchanged() {
    let programs = [
        program(4, 1),
        program(3, 2),
        Program { count_up: true, ..program(3, 1) },
        Program { guard: Guard::Loop, count_up: true, permits: 2, ..program(3, 1) },
        Program { copies: 2, permits: 2, ..program(4, 1) },
        Program { copies: 2, permits: 3, count_up: true, ..program(3, 1) },
    ];
    let names = [
        "none",
        "mutex",
        "semaphore",
        "atomic",
        "cas",
        "spinlock",
        "ticket",
        "two-locks",
        "no-signal",
        "monitor",
        "monitor-if",
    ];
    let mut fewer = 0;
    for (program, name) in programs.iter().flat_map(|program| names.map(|name| (program, name))) {
        let strategy = find(table(), name).expect(name);
        for memory in [Memory::Sc, Memory::Tso] {
            if memory == Memory::Tso && program.workers > 3 {
                continue;
            }
            let new = || Explorer::new(strategy, program, memory, Bounds::default(), go_on());
            let mut symmetric = new().expect("its sections are short");
            let mut other = new().expect("its sections are short");
            other.local = LocalStates::new(strategy, program, false).expect("they are short");
            let (one, few) = found(&mut symmetric);
            let (two, many) = found(&mut other);
            assert_eq!(one, two, "{name} {program:?} {memory:?}");
            fewer += usize::from(few < many);
        }
    }
    assert!(fewer > 50, "{fewer}");
}

#[test]
fn witnesses_are_the_same_where_costs_are_computed_in_blocks() {
    let none = find(table(), "none").expect("it is in the table");
    let with = |memory| {
        let bounds = Bounds { memory, ..Bounds::default() };
        let program = program(2, 30);
        let explorer = Explorer::new(none, &program, Memory::Sc, bounds, go_on());
        found(&mut explorer.expect("its sections are short"))
    };
    assert_eq!(with(3 << 20), with(1 << 30));
}

#[test]
fn a_bound_on_memory_is_kept_to_and_the_extremes_are_found_nevertheless() {
    let none = find(table(), "none").expect("it is in the table");
    let program = program(2, 300);
    let bounds = Bounds { memory: 4 << 20, ..Bounds::default() };
    let explorer = Explorer::new(none, &program, Memory::Sc, bounds, go_on());
    let mut explorer = explorer.expect("its sections are short");
    let found = explorer.explore().expect("it is explored");
    assert!(!found.complete && found.limits.memory == Some(4 << 20), "{:?}", found.limits);
    let values = found.outcomes.iter().map(|outcome| outcome.value);
    assert_eq!((values.clone().min(), values.max()), (Some(-300), Some(300)));
}
