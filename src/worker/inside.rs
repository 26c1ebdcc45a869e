//! Counts the workers that are inside at the same moment.

use std::sync::atomic::Ordering::{Acquire, Relaxed};

use crossbeam_utils::CachePadded;

use super::WorkerStatus;

/// Counts the workers inside, worker `me` included, and notes the number if it is its largest.
///
/// Every mark is read twice. A worker whose mark has not changed was inside between the two reads,
/// since a mark never returns to an earlier value; so all that are counted were inside together
/// when the last mark was read the first time. (The double collect of Afek et al., 1993.)
#[cold]
pub(super) fn count_inside(me: usize, statuses: &[CachePadded<WorkerStatus>]) {
    let mut inside = Vec::new();
    for (who, status) in statuses.iter().enumerate() {
        let mark = status.progress.load(Acquire);
        if who != me && mark % 2 == 1 && !status.is_halted() {
            inside.push((status, mark));
        }
    }
    let stayed = inside.iter().filter(|(status, mark)| status.progress.load(Acquire) == *mark);
    statuses[me].peak.fetch_max(1 + stayed.count() as u64, Relaxed);
}
