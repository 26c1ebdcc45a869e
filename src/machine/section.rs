//! The parts of an update, to which each of its steps belongs.

/// The parts of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// What a strategy does before the critical section.
    Entry,
    /// Takes one of several copies of the resource.
    Claim,
    /// Read, compute, write.
    Critical,
    /// The whole update, of a strategy that makes it in one step and has no section.
    Whole,
    /// Gives the copy back.
    GiveBack,
    /// What a strategy does after the critical section.
    Exit,
}
