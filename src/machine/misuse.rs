//! The sentence about a strategy that panics or takes a step that it must not take.
//!
//! A strategy may be a student's, and do anything. Its code runs within [`catch_misuse`], which
//! turns a panic into a sentence.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, panic_any, set_hook, take_hook};
use std::sync::atomic::Ordering;
use std::thread;

use crossbeam_utils::CachePadded;

use super::Section;

/// Threads whose names begin so run strategies, and nothing else.
pub(crate) const WORKER_THREAD: &str = "worker ";

thread_local! {
    /// Whether this thread is within [`catch_misuse`].
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    /// The first panic of this worker. A second one, in the exit section, often follows from it.
    static FIRST: RefCell<Option<String>> = const { RefCell::new(None) };
    /// The section that it was in.
    static SECTION: Cell<Option<Section>> = const { Cell::new(None) };
    /// A sentence on whether it then left by the exit section.
    static LEAVING: Cell<&'static str> = const { Cell::new("") };
}

/// The payload of a machine's panic about a wrong step.
struct Misuse {
    /// What the strategy did.
    what: String,
    /// What is wrong with that, and what to do instead.
    remedy: String,
}

/// Panics, so that the sentence says both.
#[cold]
fn misused(what: impl Into<String>, remedy: impl Into<String>) -> ! {
    panic_any(Misuse { what: what.into(), remedy: remedy.into() })
}

/// The variable, lock, semaphore or condition of this index. Panics if the strategy has not declared it.
#[inline(always)]
pub(crate) fn declared<'a, T>(kind: &str, all: &'a [CachePadded<T>], index: usize) -> &'a T {
    all.get(index).unwrap_or_else(|| undeclared(kind, index, all.len()))
}

/// The strategy uses something that it did not declare; `index` counts from 0.
#[cold]
pub(super) fn undeclared(kind: &str, index: usize, declared: usize) -> ! {
    let what = format!("uses {kind} {index} (counted from 0)");
    misused(what, format!("but `needs` declares {declared}: declare it there"))
}

/// The strategy uses an order that this access cannot have.
#[cold]
pub(super) fn wrong_order(access: &str, order: Ordering) -> ! {
    let orders = match access {
        "load" => "Acquire, SeqCst or Relaxed",
        "store" => "Release, SeqCst or Relaxed",
        _ => "Acquire, Release, AcqRel or SeqCst",
    };
    let what = format!("uses {order:?} for a {access}");
    misused(what, format!("but a {access} has no such order: use {orders}"))
}

/// The strategy releases what it does not hold, or sleeps with it: the verb says which.
#[cold]
pub(crate) fn not_held(verb: &str, lock: usize) -> ! {
    let remedy = "without holding it: acquire it first";
    misused(format!("{verb} lock {lock} (counted from 0)"), remedy)
}

/// Workers of the strategy sleep on one condition variable with different mutexes.
#[cold]
pub(crate) fn two_mutexes(condition: usize) -> ! {
    let what = format!("sleeps on condition {condition} (counted from 0) with two mutexes");
    misused(what, "and the result of that is not defined: use one mutex for it")
}

/// The strategy sets a private variable where it may have to do so again.
#[cold]
pub(super) fn set_in_attempt() -> ! {
    let remedy = "but an attempt that fails leaves nothing behind: set it before or after `until`";
    misused("sets a private variable within an attempt of `until`", remedy)
}

/// The strategy takes so many steps and comes to no end.
#[cold]
pub(crate) fn endless(steps: usize) -> ! {
    let remedy = "more than a section may have: let it wait by `until`, and not in a loop";
    misused(format!("has taken {steps} steps"), remedy)
}

/// From now on notes the panics of strategies instead of printing them: a thousand workers would
/// print a thousand. Threads for which the system has too little memory panic as well, and are not
/// printed either.
pub(crate) fn note_panics() {
    let others = take_hook();
    set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
        let thread = thread::current();
        let worker = thread.name().is_some_and(|name| name.starts_with(WORKER_THREAD));
        if worker || CATCHING.get() { note(info) } else { others(info) }
    }));
}

fn note(info: &PanicHookInfo<'_>) {
    let at = info.location().map_or(String::new(), |at| format!(" at {at},"));
    let said = format!("{at} saying \"{}\"", message(info.payload()));
    FIRST.with_borrow_mut(|first| _ = first.get_or_insert(said));
}

/// Notes the section in which the worker's loop ended, if a panic ended it: the sentence about the
/// panic names it.
pub(super) fn note_section(section: Section) {
    if thread::panicking() {
        SECTION.set(SECTION.get().or(Some(section)));
    }
}

/// Lets a worker that was stopped inside leave by the exit section. It may be stopped there or
/// panic as well; then nothing more can be done.
pub(super) fn try_to_leave(leave: &mut dyn FnMut() -> bool) {
    let panicked = thread::panicking();
    let left = catch_unwind(AssertUnwindSafe(leave)).unwrap_or(false);
    if panicked {
        LEAVING.set(match left {
            true => " It left by the exit section.",
            false => " It could not leave by the exit section either.",
        });
    }
}

/// Runs a strategy's code. If it panics: what the strategy did, as the rest of a sentence that
/// begins with its name.
pub(crate) fn catch_misuse<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    let before = CATCHING.replace(true);
    // After a panic nothing that the code has changed is used again.
    let caught = catch_unwind(AssertUnwindSafe(run));
    CATCHING.set(before);
    caught.map_err(|payload| sentence(&*payload))
}

fn sentence(payload: &(dyn Any + Send)) -> String {
    let first = FIRST.take();
    let section = match SECTION.take() {
        Some(Section::Entry) => " in its entry section",
        Some(Section::Claim | Section::Critical | Section::Whole) => " in its update",
        Some(Section::GiveBack | Section::Exit) => " in its exit section",
        None => "",
    };
    let leaving = LEAVING.take();
    match payload.downcast_ref::<Misuse>() {
        Some(Misuse { what, remedy }) => format!("{what}{section}, {remedy}.{leaving}"),
        None => {
            let said = first.unwrap_or_else(|| format!(" saying \"{}\"", message(payload)));
            format!("panicked{section}{said}.{leaving} Fix the strategy.")
        }
    }
}

fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message")
}
