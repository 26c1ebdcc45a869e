//! Compare and swap: write only if no other worker has written since the read, else begin again.

use crate::machine::{About, Delta, Machine, Promise, Strategy};

/// Optimistic: some worker always succeeds, but a single one may fail again and again, so waiting
/// is not bounded.
pub(super) struct CompareAndSwap;

impl Strategy for CompareAndSwap {
    fn about(&self) -> About {
        About::new("cas", Promise::NoLostUpdate, "writes if unchanged, else tries again")
    }

    fn update<M: Machine>(&self, m: &mut M, delta: Delta) -> Result<(), M::Stop> {
        m.until("no other worker wrote between the read and the write", |m| {
            let seen = m.read()?;
            m.replace(seen, seen + delta)
        })
    }
}
