//! Why a real worker stops.

use std::io;

/// Why a real worker stops.
#[derive(Debug)]
pub enum Stop {
    /// It was asked to.
    Asked,
    /// The resource failed.
    Failed(io::Error),
}
