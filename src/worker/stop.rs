//! Why a real worker stops.

use std::io;

/// Why a real worker stops.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It was asked to.
    Asked,
    /// The resource failed.
    Failed(io::Error),
}
