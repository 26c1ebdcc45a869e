//! Raw schedules at random, with all attempts that fail, and the situation that each leads to.

use fastrand::Rng;

use super::Reference;
use super::graph::Status;
use crate::machine::{Schedule, Turn};

/// Where a schedule leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::explore::tests) enum Situation {
    /// The value of the resource is this, and nothing can change any more.
    Ended(i64),
    /// The value of the resource is this, and nothing can change any more, but not all workers have
    /// finished: each is blocked, or repeats an attempt.
    Deadlock(i64),
    /// A worker releases a lock that it does not hold.
    Fault(i64),
    /// These steps can be taken.
    Open(Vec<Turn>),
}

impl Reference {
    /// Follows steps at random, up to so many.
    pub(in crate::explore::tests) fn walk(
        &self,
        rng: &mut Rng,
        most: usize,
    ) -> (Schedule, Situation) {
        let (mut at, mut turns) = (0, Vec::new());
        while turns.len() < most {
            let edges = &self.graph.nodes[at].edges;
            if edges.is_empty() {
                break;
            }
            let edge = &edges[rng.usize(0..edges.len())];
            turns.push(edge.turn);
            at = edge.to;
        }
        (turns.into_iter().collect(), self.situation(at))
    }

    /// Whether each worker has to wait after a schedule.
    pub(in crate::explore::tests) fn waiting(&self, schedule: &Schedule) -> Option<Vec<bool>> {
        let node = self.follow(0, schedule.turns())?;
        Some((0..self.graph.workers).map(|worker| self.waits(node, worker)).collect())
    }

    /// Whether a worker is blocked, or its own steps lead back and change nothing.
    fn waits(&self, first: usize, worker: usize) -> bool {
        let node = &self.graph.nodes[first];
        match node.status[worker] {
            Status::Finished | Status::Fault => return false,
            Status::Spins => return true,
            Status::Blocked => return node.drained[worker],
            Status::Ready => {}
        }
        let (mut at, mut seen) = (first, Vec::new());
        loop {
            let mut edges = self.graph.nodes[at].edges.iter();
            match edges.find(|edge| edge.turn == Turn::of(worker) && !edge.changed) {
                Some(edge) if edge.to == first => return true,
                Some(edge) if !seen.contains(&edge.to) => at = edge.to,
                _ => return false,
            }
            seen.push(at);
        }
    }

    fn situation(&self, at: usize) -> Situation {
        let node = &self.graph.nodes[at];
        if node.end.is_some() {
            Situation::Ended(node.value)
        } else if node.fault.is_some() {
            Situation::Fault(node.value)
        } else if self.components.all[self.components.of[at]].is_deadlock() {
            Situation::Deadlock(node.value)
        } else {
            Situation::Open(node.edges.iter().map(|edge| edge.turn).collect())
        }
    }
}
