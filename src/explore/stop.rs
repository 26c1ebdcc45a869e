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
    /// The strategy takes more steps in one section than is supported.
    LimitExceeded,
    /// The strategy keeps state outside of the machine.
    OwnState,
}
