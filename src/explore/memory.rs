//! When a store is seen by other workers: at once, or as on x86 (Owens, Sarkar, Sewell 2009).

use clap::ValueEnum;
use serde::Serialize;

/// The memory model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Memory {
    /// Sequential consistency
    #[default]
    Sc,
    /// Total store order, as on x86: a store waits in a buffer before it reaches memory
    Tso,
}
