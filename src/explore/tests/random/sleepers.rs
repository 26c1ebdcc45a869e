//! Programs of four workers, of which several sleep on one condition variable at a time: more than
//! in the other random programs, so that it matters which of them a notification is for.

use fastrand::Rng;

use super::draw::Drawn;
use super::text::{Op, Random, Text};
use crate::explore::Memory;
use crate::explore::tests::compare::Compared;
use crate::explore::tests::program;
use crate::explore::tests::reference::Limits;
use crate::machine::{Program, Promise};

/// Half of the workers sleep, and may notify then; the others only notify.
fn drawn(rng: &mut Rng) -> Drawn {
    let notify = |rng: &mut Rng| match rng.u32(0..4) {
        0 => Op::NotifyAll(0),
        _ => Op::NotifyOne(0),
    };
    let text = |rng: &mut Rng, sleeps: bool| {
        let mut enter = Vec::new();
        if sleeps {
            enter.extend([Op::Acquire(0), Op::WaitOn(0), Op::Release(0)]);
        }
        let most = if sleeps { 1 } else { 3 };
        enter.extend((0..rng.usize(0..=most)).map(|_| notify(rng)));
        Text { enter, update: vec![Op::Add], exit: Vec::new() }
    };
    let sleepers = rng.usize(2..=3);
    let texts = (0..4).map(|worker| text(rng, worker < sleepers)).collect();
    let strategy = Random { texts, permits: vec![1], promise: Promise::NoLostUpdate };
    let program = Program { count_up: true, ..program(4, 1) };
    Drawn { strategy, program, memory: Memory::Sc }
}

#[test]
fn which_of_several_sleeping_workers_wakes_is_explored_in_full() {
    let mut rng = Rng::with_seed(1);
    let (mut deadlocks, mut counted) = (0, 0);
    for _ in 0..60 {
        let drawn = drawn(&mut rng);
        match drawn.compare(Limits { states: 20_000, ways: 1_000 }) {
            Compared::Same(extent) => {
                deadlocks += usize::from(extent.deadlock);
                counted += usize::from(extent.counted);
            }
            other => panic!("{}\n{other:#?}", drawn.strategy),
        }
    }
    assert!(deadlocks >= 30 && counted == 60, "{deadlocks} deadlocks, {counted} counted");
}
