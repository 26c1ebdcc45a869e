//! The filter: Peterson's algorithm for any number of workers (*Myths about the mutual exclusion
//! problem*, 1981).

use std::sync::atomic::Ordering::SeqCst;

use crate::machine::{About, Machine, Needs, Program, Promise, Strategy, Var};

/// Of the workers that have reached a level, the last one waits there while any other is as far or
/// farther. So each level stops one, and only one passes the last.
///
/// Waiting is not bounded for three workers or more: others may overtake one that waits at a level
/// and does not look.
pub(super) struct Filter;

impl Strategy for Filter {
    fn about(&self) -> About {
        About::new("filter", Promise::MutualExclusion, "Peterson, level by level")
    }

    fn needs(&self, program: &Program) -> Needs {
        let levels = (1..=program.workers).map(|worker| format!("level[{worker}]"));
        let last = (1..program.workers).map(|level| format!("last[{level}]"));
        levels.chain(last).fold(Needs::default(), |needs, name| needs.var(name, 0))
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let (me, workers) = (m.me(), m.workers());
        let others = (0..workers).filter(|&other| other != me);
        for level in 1..workers {
            let last = Var(workers + level - 1);
            // Sequentially consistent, as in `peterson`.
            m.store(Var(me), level as u64, SeqCst)?;
            m.store(last, me as u64 + 1, SeqCst)?;
            m.until("all others are below, or another came last", |m| {
                for other in others.clone() {
                    if m.load(Var(other), SeqCst)? >= level as u64 {
                        return Ok(m.load(last, SeqCst)? != me as u64 + 1);
                    }
                }
                Ok(true)
            })?;
        }
        Ok(())
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(Var(m.me()), 0, SeqCst)
    }
}
