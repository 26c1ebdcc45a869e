//! Where the copies of a resource lie, and by which paths workers open them.

use std::path::{Path, PathBuf};

/// The name of a copy: the first has the name that was given, the others a number more.
pub(crate) fn path_of_copy(path: &Path, number: u64) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    if number > 1 {
        name.push(format!(".{number}"));
    }
    name.into()
}

/// The path by which any worker, in whatever process, opens the descriptor that has this number in
/// this process.
#[cfg(linux)]
pub(super) fn worker_path(number: std::os::fd::RawFd) -> PathBuf {
    format!("/proc/{}/fd/{number}", std::process::id()).into()
}

/// Whether workers can open what has no name.
#[cfg(linux)]
pub(super) fn need_proc(what: &str) -> std::io::Result<()> {
    let missing = format!("{what} needs /proc, which is not mounted: mount it");
    std::fs::metadata("/proc/self/fd").map(drop).map_err(|_| std::io::Error::other(missing))
}
