//! There are no worker processes where the system is not Linux.

use std::ffi::OsString;

use super::Find;

/// No process is a worker.
pub(crate) fn run_if_worker(
    _: impl Iterator<Item = OsString>,
    _: Find<'_>,
) -> Option<Result<(), String>> {
    None
}
