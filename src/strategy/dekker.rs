//! Dekker's algorithm, the first for two workers by loads and stores alone (Dijkstra, *Cooperating
//! sequential processes*, EWD 123, 1965).

use std::sync::atomic::Ordering::SeqCst;

use crate::machine::{About, Machine, Needs, Program, Promise, Strategy, Var};

/// Each raises its flag. While both are up, the worker whose turn it is not waits with its own down.
///
/// Waiting is not bounded: while a worker has its flag down, the other may come and go any number of
/// times, until the worker looks at the turn.
pub(super) struct Dekker;

/// The flag of worker 1; that of worker 2 follows.
const FLAG: [Var; 2] = [Var(0), Var(1)];
const TURN: Var = Var(2);

impl Strategy for Dekker {
    fn about(&self) -> About {
        About::new("dekker", Promise::MutualExclusion, "two flags and a turn (1965); spins")
            .at_most(2, "ticket")
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("flag[1]", 0).var("flag[2]", 0).var("turn", 1)
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let (me, other) = (m.me(), 1 - m.me());
        let is_turn = |m: &mut M| Ok(m.load(TURN, SeqCst)? == me as u64 + 1);
        // Each stores its own flag and then loads the other's: see `peterson`.
        m.store(FLAG[me], 1, SeqCst)?;
        m.until("the other's flag is down", |m| {
            if m.load(FLAG[other], SeqCst)? == 0 {
                return Ok(true);
            }
            if !is_turn(m)? {
                m.store(FLAG[me], 0, SeqCst)?;
                m.until("the turn is this worker's", is_turn)?;
                m.store(FLAG[me], 1, SeqCst)?;
            }
            Ok(false)
        })
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(TURN, 2 - m.me() as u64, SeqCst)?;
        m.store(FLAG[m.me()], 0, SeqCst)
    }
}
