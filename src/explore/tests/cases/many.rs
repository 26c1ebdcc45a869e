//! Attempts with many answers, which are forgotten.

use std::ops::{ControlFlow, Range};
use std::sync::atomic::Ordering::SeqCst;

use super::{agree, mine, program};
use crate::explore::{Bounds, Memory, explore};
use crate::machine::{About, Machine, Needs, Program, Strategy, Var};

/// Szymanski, 1988.
struct Szymanski;

impl Strategy for Szymanski {
    fn about(&self) -> About {
        mine("szymanski")
    }
    fn needs(&self, program: &Program) -> Needs {
        let name = |worker| format!("flag[{worker}]");
        (1..=program.workers).fold(Needs::default(), |needs, worker| needs.var(name(worker), 0))
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let (me, workers) = (m.me(), m.workers());
        m.store(Var(me), 1, SeqCst)?;
        m.until("the way in is open", |m| all_flags(m, 0..workers, |flag| flag <= 2))?;
        m.store(Var(me), 3, SeqCst)?;
        let mut others = false;
        for other in (0..workers).filter(|&other| other != me) {
            if m.load(Var(other), SeqCst)? == 1 {
                others = true;
                break;
            }
        }
        if others {
            m.store(Var(me), 2, SeqCst)?;
            m.until("some worker has closed the way in", |m| {
                Ok(!all_flags(m, 0..workers, |flag| flag != 4)?)
            })?;
        }
        m.store(Var(me), 4, SeqCst)?;
        m.until("all with lower numbers have left", |m| all_flags(m, 0..me, |flag| flag <= 1))
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let (me, workers) = (m.me(), m.workers());
        m.until("all with higher numbers have left the way in", |m| {
            all_flags(m, me + 1..workers, |flag| flag <= 1 || flag == 4)
        })?;
        m.store(Var(me), 0, SeqCst)
    }
}

/// Whether all of these flags are so; looks at no more than it needs to, and not at its own.
fn all_flags<M: Machine>(
    m: &mut M,
    workers: Range<usize>,
    so: impl Fn(u64) -> bool,
) -> Result<bool, M::Stop> {
    let me = m.me();
    for worker in workers.filter(|&worker| worker != me) {
        if !so(m.load(Var(worker), SeqCst)?) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[test]
fn answers_that_no_later_step_depends_on_are_forgotten() {
    agree(&Szymanski, &program(2, 2), Memory::Sc);
    let go_on = &mut |_| ControlFlow::Continue(());
    let bounds = Bounds { states: 20_000, ..Bounds::default() };
    let each_two = Program { count_up: true, ..program(3, 2) };
    let found = explore(&Szymanski, &each_two, Memory::Sc, bounds, go_on);
    let found = found.expect("it can be explored");
    assert!(found.complete, "{:?} {}", found.limits, found.states);
    assert!(found.lossless() && !found.stuck() && found.peak_inside == Some(1));
}
