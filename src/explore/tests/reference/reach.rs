//! What can still be reached after a schedule, by looking at all of it.

use std::collections::{BTreeSet, HashMap};

use num_bigint::BigUint;

use super::Reference;
use crate::machine::Schedule;

/// What can be reached from a raw state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::explore::tests) struct Reachable {
    /// The final values, each with whether all updates are in it.
    pub(in crate::explore::tests) ends: BTreeSet<(i64, bool)>,
    pub(in crate::explore::tests) both_inside: bool,
    pub(in crate::explore::tests) deadlock: bool,
    pub(in crate::explore::tests) fault: bool,
}

impl Reference {
    /// What can be reached after a schedule.
    pub(in crate::explore::tests) fn reachable(&self, schedule: &Schedule) -> Reachable {
        let first = self.follow(0, schedule.turns()).expect("it can be followed");
        let (mut found, mut seen, mut open) =
            (Reachable::default(), BTreeSet::from([first]), vec![first]);
        while let Some(at) = open.pop() {
            let node = &self.graph.nodes[at];
            found.ends.extend(node.end);
            found.both_inside |= node.inside > 1;
            found.fault |= node.fault.is_some();
            found.deadlock |= self.components.all[self.components.of[at]].is_deadlock();
            open.extend(node.edges.iter().map(|edge| edge.to).filter(|&to| seen.insert(to)));
        }
        found
    }

    /// How many raw schedules go on from here to an end. For strategies without attempts only.
    pub(in crate::explore::tests) fn paths(&self, schedule: &Schedule) -> BigUint {
        let first = self.follow(0, schedule.turns()).expect("it can be followed");
        self.paths_from(first, &mut HashMap::new())
    }

    fn paths_from(&self, at: usize, known: &mut HashMap<usize, BigUint>) -> BigUint {
        if let Some(known) = known.get(&at) {
            return known.clone();
        }
        let node = &self.graph.nodes[at];
        let ended = BigUint::from(u8::from(node.end.is_some()));
        let after = node.edges.iter().map(|edge| self.paths_from(edge.to, known));
        let paths = after.fold(ended, |sum, paths| sum + paths);
        known.insert(at, paths.clone());
        paths
    }
}
