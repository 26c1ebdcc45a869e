//! Whether this program was started without a stdout (`>&-`).
//!
//! Rust's runtime opens /dev/null in its place before `main`, and a report would be lost in silence. So
//! it is looked at earlier, where the C library starts a program.

#[cfg(linux)]
mod at_start {
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

    pub(super) static CLOSED: AtomicBool = AtomicBool::new(false);

    extern "C" fn look() {
        // SAFETY: it asks the system for the flags of a number that need not be a descriptor.
        let flags = unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_GETFD) };
        CLOSED.store(flags == -1, Relaxed);
    }

    // SAFETY: the section holds addresses of functions that are called before `main`; this one needs
    // nothing that is set up later.
    #[used]
    #[unsafe(link_section = ".init_array")]
    static AT_START: extern "C" fn() = look;
}

#[cfg(linux)]
pub(super) fn stdout_was_closed() -> bool {
    at_start::CLOSED.load(std::sync::atomic::Ordering::Relaxed)
}

#[cfg(not(linux))]
pub(super) fn stdout_was_closed() -> bool {
    false
}
