//! A strategy that uses up the stack, or is aborted: Rust ends the program, and what was found until
//! then cannot be reported any more. At least a sentence says so, and the status is 3.

use std::ffi::c_int;
use std::ptr;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use super::running::now_running;

/// What a worker process says of its own strategy, as the rest of a sentence.
pub(super) const STACK_USED_UP: &str = "used up its stack: a function calls itself too \
    often, or keeps too much in local variables. Fix the strategy.";
/// What this process says.
const STACK: &str = " used up its stack: a function calls itself too often, or keeps too much in \
    local variables. What was found until then is lost. Fix the strategy, or allow more \
    (ulimit -s; for worker threads RUST_MIN_STACK=bytes).\n";
/// Before any strategy.
const STACK_AT_START: &str =
    "error: the stack is too small to begin: allow more (ulimit -s 8192).\n";
const ABORTED: &str = " was aborted, and what was found until then is lost: there was no memory \
    left (ulimit -v), or its code cannot go on. Use less, or fix the strategy.\n";
/// The exit status of a worker process whose stack is used up.
pub(super) const STACK_STATUS: c_int = 103;

/// Whether this process is a worker, which says nothing itself.
static IS_WORKER: AtomicBool = AtomicBool::new(false);
/// Whether a crash has been reported.
static REPORTED: AtomicBool = AtomicBool::new(false);

/// This process is a worker.
pub(super) fn leave_it_to_the_supervisor() {
    IS_WORKER.store(true, Relaxed);
}

/// Says what has happened where the program would crash.
pub(crate) fn explain_crashes() {
    // SAFETY: the handlers read atomics, write, and end the process or give the signal back: all
    // of that may be done in a handler. They run on the stack that Rust has set up for the
    // purpose in each of its threads.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_flags = libc::SA_ONSTACK | libc::SA_SIGINFO;
        action.sa_sigaction = overflow as *const () as libc::sighandler_t;
        libc::sigaction(libc::SIGSEGV, &action, ptr::null_mut());
        action.sa_sigaction = abort as *const () as libc::sighandler_t;
        libc::sigaction(libc::SIGABRT, &action, ptr::null_mut());
    }
}

extern "C" fn overflow(
    signal: c_int,
    info: *const libc::siginfo_t,
    context: *const libc::ucontext_t,
) {
    // SAFETY: the system calls this with both, of this signal.
    let (address, stack) = unsafe { ((*info).si_addr() as usize, stack_pointer(&*context)) };
    // Code asks for its stack page by page, so that it never steps over the end.
    if address.abs_diff(stack) > 1 << 16 {
        // Something else, such as `unsafe` in a strategy: the step is taken again, and crashes.
        give_back(signal);
    } else if IS_WORKER.load(Relaxed) {
        // SAFETY: it may be called in a handler.
        unsafe { libc::_exit(STACK_STATUS) };
    } else {
        end(STACK);
    }
}

extern "C" fn abort(signal: c_int) {
    // The supervisor finds by which signal a worker died.
    if IS_WORKER.load(Relaxed) { give_back(signal) } else { end(ABORTED) }
}

/// Lets the system end the process when the handler is left.
fn give_back(signal: c_int) {
    // SAFETY: it may be called in a handler, and installs none.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
}

fn end(sentence: &str) -> ! {
    // Two workers may crash at once: the second waits until the first has ended the process.
    while REPORTED.swap(true, Relaxed) {
        // SAFETY: it may be called in a handler.
        unsafe { libc::pause() };
    }
    match now_running() {
        Some(name) => ["error: ", name, sentence].into_iter().for_each(say),
        None if sentence == STACK => say(STACK_AT_START),
        None => ["error: syncdemo", sentence].into_iter().for_each(say),
    }
    // SAFETY: it may be called in a handler.
    unsafe { libc::_exit(3) }
}

fn say(part: &str) {
    // SAFETY: it may be called in a handler, and reads the part.
    unsafe { libc::write(libc::STDERR_FILENO, part.as_ptr().cast(), part.len()) };
}

#[cfg(target_arch = "x86_64")]
fn stack_pointer(context: &libc::ucontext_t) -> usize {
    context.uc_mcontext.gregs[libc::REG_RSP as usize] as usize
}

#[cfg(target_arch = "aarch64")]
fn stack_pointer(context: &libc::ucontext_t) -> usize {
    context.uc_mcontext.sp as usize
}

/// Not known: every crash counts as something else.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn stack_pointer(_: &libc::ucontext_t) -> usize {
    usize::MAX
}
