//! Symmetry: states that differ only by an exchange of workers with the same program are the same
//! (Clarke, Enders, Filkorn, Jha 1996).
//!
//! The blocks of such workers are sorted. The paths from the sorted state are the paths from the
//! other state, with workers exchanged. So both states have the same number of paths, and every
//! interleaving is counted.

use super::Space;

/// For each worker, where it is after the exchange.
pub(in crate::explore) type Exchange = [u8; 8];

/// No worker is exchanged.
pub(in crate::explore) const IDENTITY: Exchange = [0, 1, 2, 3, 4, 5, 6, 7];

impl Space<'_, '_> {
    /// Sorts the workers of each kind in [`after`](Space::after).
    pub(in crate::explore) fn sort_workers(&mut self) -> Exchange {
        let Self { local, layout, after, .. } = self;
        let block = layout.block;
        let mut order = IDENTITY;
        let mut sorted = true;
        for equal in &local.equal_workers {
            // By insertion: mostly one block only is at the wrong place.
            for one in 1..equal.len() {
                for at in (1..=one).rev() {
                    let (low, high) = (equal[at - 1], equal[at]);
                    let (before, rest) = after.split_at_mut(high * block);
                    let (low_block, high_block) = (&mut before[low * block..], &mut rest[..block]);
                    if low_block[..block] <= *high_block {
                        break;
                    }
                    low_block[..block].swap_with_slice(high_block);
                    order.swap(low, high);
                    sorted = false;
                }
            }
        }
        if sorted {
            return IDENTITY;
        }
        let mut exchange = IDENTITY;
        order.iter().enumerate().for_each(|(to, &from)| exchange[usize::from(from)] = to as u8);
        for holder in &mut after[layout.locks..layout.semaphores] {
            if let Some(worker) = holder.checked_sub(1) {
                *holder = u32::from(exchange[worker as usize]) + 1;
            }
        }
        exchange
    }
}
