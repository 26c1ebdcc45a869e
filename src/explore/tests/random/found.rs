//! Programs that a campaign has found, as small as they could be made. Where the explorer was
//! wrong, and where the reference was.

use std::sync::atomic::Ordering::{Release, SeqCst};

use super::draw::Drawn;
use super::text::{Cond::*, Op, Op::*, Random, Text};
use crate::explore::Memory;
use crate::explore::tests::compare::{Compared, Extent};
use crate::explore::tests::program;
use crate::explore::tests::reference::Limits;
use crate::machine::{Program, Promise};

fn drawn(texts: Vec<Text>, memory: Memory) -> Drawn {
    let program = Program { count_up: texts.len() == 3, ..program(texts.len(), 1) };
    let strategy = Random { texts, permits: vec![1], promise: Promise::MutualExclusion };
    Drawn { strategy, program, memory }
}

fn text(enter: Vec<Op>, update: Vec<Op>, exit: Vec<Op>) -> Text {
    Text { enter, update, exit }
}

fn usual() -> Vec<Op> {
    vec![Read(0), Write(0, 1)]
}

fn agreed(texts: Vec<Text>, memory: Memory) -> Extent {
    let drawn = drawn(texts, memory);
    match drawn.compare(Limits { states: 20_000, ways: 20_000 }) {
        Compared::Same(extent) => extent,
        other => panic!("{drawn:?}\n{other:#?}"),
    }
}

#[test]
fn values_may_be_outside_of_what_was_planned() {
    // Worker 2 makes attempts that leave traces; its update counts twice.
    let attempt = vec![Acquire(0), Load(0, 0, SeqCst), Op::Release(0)];
    let texts = vec![
        text(vec![], vec![], vec![Store(0, 1, SeqCst)]),
        text(vec![Until(attempt, Is(0, 0))], vec![Read(0), Write(0, 2)], vec![]),
    ];
    agreed(texts, Memory::Sc);
}

#[test]
fn an_update_that_is_never_made_is_lost() {
    agreed(vec![text(vec![], vec![], vec![])], Memory::Sc);
    agreed(vec![text(vec![], vec![Read(0)], vec![]); 2], Memory::Sc);
}

#[test]
fn an_attempt_without_steps_is_no_step_of_a_livelock() {
    let attempt = vec![Acquire(0), Op::Release(0)];
    let texts = vec![
        text(vec![Until(vec![], Never)], usual(), vec![]),
        text(vec![Until(attempt, Never)], usual(), vec![]),
    ];
    assert!(agreed(texts, Memory::Sc).livelock);
}

#[test]
fn a_deadlock_begins_with_the_first_attempt_that_leaves_no_trace() {
    // The inner attempt succeeds at the second time, and then the outer one fails, with a trace.
    let inner = vec![Load(0, 0, SeqCst), Answer(Is(0, 1), true), Store(0, 1, SeqCst)];
    let outer = vec![Until(inner, Never), Load(0, 1, SeqCst)];
    let extent = agreed(vec![text(vec![Until(outer, Is(0, 1))], usual(), vec![])], Memory::Sc);
    assert!(extent.deadlock && extent.listed);
}

#[test]
fn an_attempt_that_fails_may_succeed_the_next_time() {
    // Worker 2 may be before a `replace` that fails: it is not in a deadlock there.
    let attempt = vec![Read(0), Replace(0, 0)];
    let texts = vec![
        text(vec![], vec![Read(0), Replace(0, 0)], vec![]),
        text(vec![], vec![Until(attempt, Is(0, 1))], vec![]),
    ];
    assert!(agreed(texts, Memory::Sc).listed);
}

#[test]
fn to_leave_a_worker_is_a_preemption_though_a_drain_makes_its_attempt_fail() {
    let attempt = vec![Read(0), Replace(0, 0)];
    let await_a = Until(vec![Load(0, 0, SeqCst)], Is(0, 1));
    let texts = vec![
        text(vec![await_a], usual(), vec![Store(0, 0, SeqCst)]),
        text(vec![], usual(), vec![]),
        text(
            vec![Swap(0, 0, 1, SeqCst)],
            vec![Until(attempt, Is(0, 1))],
            vec![Store(0, 0, Release)],
        ),
    ];
    agreed(texts, Memory::Tso);
}

#[test]
fn a_worker_that_will_come_to_an_attempt_without_steps_is_waiting() {
    let attempt = vec![Load(2, 0, SeqCst), Until(vec![], Is(1, 1))];
    let texts = vec![
        text(vec![Wait(0), Wait(0)], usual(), vec![]),
        text(vec![Signal(0), Until(attempt, Is(2, 2))], usual(), vec![]),
    ];
    assert!(agreed(texts, Memory::Sc).deadlock);
}

#[test]
fn an_answer_that_matters_much_later_is_kept_apart_all_the_way() {
    let late = If(Is(0, 1), vec![Store(1, 2, SeqCst)]);
    let enter = vec![Load(0, 0, SeqCst), Store(1, 1, SeqCst), Store(2, 1, SeqCst), late];
    let texts =
        vec![text(enter, usual(), vec![]), text(vec![Store(0, 1, SeqCst)], usual(), vec![])];
    assert!(agreed(texts, Memory::Sc).counted);
}

#[test]
fn a_private_variable_may_be_all_that_an_answer_decides() {
    let enter = vec![Load(0, 0, SeqCst), Store(1, 1, SeqCst), Store(2, 1, SeqCst), Keep(0, 0)];
    let exit = vec![Get(1, 0), If(Is(1, 1), vec![Store(1, 2, SeqCst)])];
    let texts = vec![text(enter, usual(), exit), text(vec![Store(0, 1, SeqCst)], usual(), vec![])];
    assert!(agreed(texts, Memory::Sc).counted);
}
