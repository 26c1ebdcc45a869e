//! Where each worker is on its way through an update.

use super::super::local_state::Location;
use crate::machine::Section;

/// Where a worker is on its way through an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// In its remainder section: it has taken no step of this update.
    Remainder,
    /// In the doorway: before the first step of its entry section at which it may have to wait.
    Doorway,
    /// In its entry section, after the doorway: it has made its request.
    Waiting,
    /// In the critical section.
    Inside,
    /// In its exit section.
    Exit,
}

impl Phase {
    /// After a step that leads from one location to another; `ended` says whether by it an update has
    /// ended.
    pub(super) fn after(self, from: &Location, to: &Location, ended: bool) -> Self {
        let waits = self == Self::Waiting || from.may_wait() || to.may_wait();
        match to.kind {
            _ if ended => Self::Remainder,
            Some(Section::Entry) if waits => Self::Waiting,
            Some(Section::Entry) => Self::Doorway,
            Some(Section::Claim | Section::Critical | Section::Whole) => Self::Inside,
            Some(Section::GiveBack | Section::Exit) => Self::Exit,
            None => Self::Remainder,
        }
    }

    /// Whether its entry section is not over.
    pub(super) fn is_before(self) -> bool {
        matches!(self, Self::Remainder | Self::Doorway | Self::Waiting)
    }
}

/// The phases of all workers, four bits each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Phases(pub(super) u32);

const ALL: [Phase; 5] =
    [Phase::Remainder, Phase::Doorway, Phase::Waiting, Phase::Inside, Phase::Exit];

impl Phases {
    pub(super) fn of(self, worker: usize) -> Phase {
        ALL[(self.0 >> (4 * worker) & 0xf) as usize]
    }

    pub(super) fn with(self, worker: usize, phase: Phase) -> Self {
        let shift = 4 * worker;
        Self(self.0 & !(0xf << shift) | (phase as u32) << shift)
    }
}
