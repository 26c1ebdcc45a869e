//! What a worker's panic said, and where, for the one sentence that reports it.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::thread;

thread_local! {
    /// The first panic of this worker; one in the exit section that follows says less.
    static FIRST: RefCell<Option<String>> = const { RefCell::new(None) };
    /// How it then left the section, if it had entered.
    static LEAVING: Cell<&'static str> = const { Cell::new("") };
    /// This thread runs a strategy's own code and reports its panic in a sentence.
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Notes the panics of workers from now on, instead of printing each: a thousand workers would
/// print a thousand. That also keeps silent the threads that the system lets begin and then has no
/// memory for, which panic before they get here.
pub fn note_panics() {
    let others = take_hook();
    set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
        let thread = thread::current();
        let worker = thread.name().is_some_and(|name| name.starts_with(super::threads::NAME));
        if worker || CATCHING.get() {
            note(info);
        } else {
            others(info);
        }
    }));
}

/// Notes all panics from now on: this process is a worker.
#[cfg(target_os = "linux")]
pub(super) fn note_own_panics() {
    set_hook(Box::new(note));
}

fn note(info: &PanicHookInfo<'_>) {
    let said = message(info.payload());
    let at = info.location().map_or(String::new(), |at| format!("at {at}, "));
    FIRST.with_borrow_mut(|first| first.get_or_insert(format!("{at}saying {said}")).len());
}

/// Runs a strategy's own code. If it panics: where, and saying what.
pub fn panic_sentence<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let outer = CATCHING.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work)).map_err(|payload| panic_message(&*payload));
    CATCHING.set(outer);
    done
}

/// Notes whether a worker that was stopped inside could leave by the exit section.
pub(super) fn note_leaving(left: bool) {
    LEAVING.set(if left {
        ". It left by the exit section"
    } else {
        ". It could not leave by the exit section either"
    });
}

/// What the panic of this worker said, with its place if that was noted, and what came of it.
pub(super) fn panic_message(payload: &(dyn Any + Send)) -> String {
    let first = FIRST.with_borrow_mut(Option::take);
    first.unwrap_or_else(|| format!("saying {}", message(payload))) + LEAVING.take()
}

fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message")
}
