//! The kinds of resources.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// What is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ResourceKind {
    /// A variable in memory
    Variable,
    /// A file that holds the counter as text
    File,
    /// A printer that takes a few bytes at a time
    Printer,
}

impl ResourceKind {
    /// As it is typed.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Variable => "variable",
            Self::File => "file",
            Self::Printer => "printer",
        }
    }
}
