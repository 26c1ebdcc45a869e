//! Hyman's algorithm: flags and a turn, for two workers.

use std::sync::atomic::Ordering::SeqCst;

use crate::machine::{About, Machine, Needs, Program, Promise, Strategy, Var};

/// What one believes: a worker enters only when the turn is its own, and takes the turn only while
/// the other does not want to enter. (Hyman, *Comments on a problem in concurrent programming
/// control*, 1966.)
///
/// Why it fails: between the look at the other's flag and taking the turn, the other, whose turn it
/// still is, can raise its flag and enter. (Knuth, 1966.)
pub(in crate::strategy) struct Hyman;

/// The flag of worker 1; that of worker 2 follows.
const FLAG: [Var; 2] = [Var(0), Var(1)];
const TURN: Var = Var(2);

impl Strategy for Hyman {
    fn about(&self) -> About {
        About::new("hyman", Promise::MutualExclusion, "two flags and a turn (1966)")
            .at_most(2, "ticket")
            .exhibit()
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("flag[1]", 0).var("flag[2]", 0).var("turn", 1)
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let (me, other) = (m.me(), 1 - m.me());
        // Numbered from 1, as people read it.
        let mine = me as u64 + 1;
        m.store(FLAG[me], 1, SeqCst)?;
        m.until("the turn is this worker's", |m| {
            if m.load(TURN, SeqCst)? == mine {
                return Ok(true);
            }
            m.until("the other's flag is down", |m| Ok(m.load(FLAG[other], SeqCst)? == 0))?;
            m.store(TURN, mine, SeqCst)?;
            Ok(false)
        })
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(FLAG[m.me()], 0, SeqCst)
    }
}
