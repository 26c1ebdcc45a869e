//! When a store is seen by other workers: at once, or as on x86 (Owens, Sarkar, Sewell 2009).

use serde::Serialize;

/// The memory model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Memory {
    /// Sequential consistency: every worker sees a store at once
    #[default]
    Sc,
    /// Total store order, as on x86: a store first goes to a buffer of its worker
    Tso,
}
