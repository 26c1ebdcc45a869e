//! Whose code runs: the sentence about a strategy that crashes or does not return names it.

use std::ptr;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::{Acquire, Release};

static NAME: AtomicPtr<&'static str> = AtomicPtr::new(ptr::null_mut());

/// From now on the code of this strategy runs.
pub(crate) fn running(name: &'static str) {
    // Never freed: a signal handler may read it at any moment.
    NAME.store(Box::leak(Box::new(name)), Release);
}

/// The strategy whose code runs, if one does.
pub(crate) fn now_running() -> Option<&'static str> {
    // SAFETY: what is there lives for ever. Acquire pairs with the Release of `running`.
    unsafe { NAME.load(Acquire).as_ref() }.copied()
}
