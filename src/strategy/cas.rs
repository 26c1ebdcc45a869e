//! Compare and swap: write only if nobody has written since the read, else begin again.

use crate::machine::{About, Delta, Machine, Promise, Strategy};

/// The update of an optimist. Some worker always gets its write through, but not every one is sure
/// to: waiting is not bounded.
pub(super) struct CompareAndSwap;

impl Strategy for CompareAndSwap {
    fn about(&self) -> About {
        About::new("cas", Promise::NoLostUpdate, "writes if unchanged, else tries again")
    }

    fn update<M: Machine>(&self, m: &mut M, delta: Delta) -> Result<(), M::Stop> {
        m.until("nobody wrote between the read and the write", |m| {
            let seen = m.read()?;
            m.replace(seen, seen + delta)
        })
    }
}
