//! How much of the resource's values a state holds.

/// What is kept of the values of the resource in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Values {
    /// Nothing: what workers do does not depend on them.
    Ignored,
    /// Which of the values that were read are still those of the resource. As long as no update is
    /// lost, a search needs no more.
    Fresh,
    /// All of them.
    Exact,
}
