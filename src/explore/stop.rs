//! Why a search cannot go on as it began.

/// Why a search cannot go on as it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// States have to say more about the values.
    NeedsMoreDetail,
    /// An update is lost, so states have to say more as well.
    LosesUpdate,
    /// An answer that was forgotten matters.
    AnswersMatter,
    /// Workers that were taken for equal are not.
    NotSymmetric,
    /// The strategy needs more than the model has.
    LimitExceeded(Limit),
    /// The strategy keeps state outside of the machine.
    OwnState,
}

/// What a strategy needs more of than the model has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Steps in one section.
    Steps,
    /// Reads in one section.
    Reads,
    /// Attempts inside of each other.
    Attempts,
    /// Updates of one kind in one write.
    Updates,
    /// Iterations of the loop.
    Iterations,
}
