//! What takes the place of the parts of this folder that exist only on Linux.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use super::{Find, RunConfig};

/// No file is shared.
pub(crate) fn check_free(_: &Path) -> io::Result<()> {
    Ok(())
}

/// No file is shared that could be claimed.
pub(crate) struct FileClaim;

impl FileClaim {
    pub(crate) fn new(_: &RunConfig) -> io::Result<Self> {
        Ok(Self)
    }
}

/// No process is a worker.
pub(crate) fn run_if_worker(
    _: impl Iterator<Item = OsString>,
    _: Find<'_>,
) -> Option<Result<(), String>> {
    None
}

/// The system says how a program has crashed.
pub(crate) fn explain_crashes() {}

/// No limits are looked at.
pub(crate) fn memory_left() -> u64 {
    u64::MAX
}

pub(crate) fn stack() -> Option<usize> {
    None
}

pub(crate) fn time_is_up() -> bool {
    false
}
