//! No guard at all: the program of a programmer who has not thought of other workers.

use super::{About, Promise, Strategy};

/// Reads, computes, writes. Between any two of them another worker may do the same, and the later
/// write overwrites what the earlier one did.
pub(super) struct Unguarded;

impl Strategy for Unguarded {
    fn about(&self) -> About {
        About::new("none", Promise::Nothing, "does not guard the critical section")
            .bounded_waiting()
    }
}
