//! Ends the program where a class's own strategy does not return: it loops without taking a step,
//! and no machine can stop it. A selftest leaves the thread behind, and goes on.

use std::cell::RefCell;
use std::process;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use clap::ColorChoice;

use super::step::restore;
use crate::report::to_stderr;
use crate::worker::{now_running, stack};

/// The pause between two looks for a sign of life.
const LOOK: Duration = Duration::from_millis(250);
/// Bytes of stack, where the system has no limit (`ulimit -s`), or it is not known.
const STACK: usize = 8 << 20;

/// While this lives, the program ends with a sentence if nothing has moved for some time.
pub(super) struct Watchdog(SyncSender<()>);

impl Watchdog {
    /// Watches the code of `strategy`, or of the one that runs then, which is given so much time
    /// without a sign of life.
    pub(super) fn start(strategy: Option<&'static str>, patience: Duration) -> Self {
        let (alive, signs) = sync_channel(1);
        let left_behind = LEFT_BEHIND.with_borrow(Clone::clone);
        // Without a thread there is no watch, and everything else works.
        let _ = thread::Builder::new().name("watchdog".into()).spawn(move || {
            let mut silent = Duration::ZERO;
            while silent <= patience {
                match signs.recv_timeout(LOOK) {
                    Ok(()) => {
                        silent = Duration::ZERO;
                        thread::sleep(LOOK);
                    }
                    Err(RecvTimeoutError::Disconnected) => return,
                    // Counted, since a program that was stopped (Ctrl-Z) was not silent meanwhile.
                    Err(RecvTimeoutError::Timeout) => silent += LOOK,
                }
            }
            let strategy = strategy.or_else(now_running).unwrap_or("a strategy");
            does_not_return(strategy, patience.as_secs(), left_behind);
        });
        Self(alive)
    }

    /// The strategy has taken steps.
    pub(super) fn moved(&self) {
        // Where one sign waits already, no other is needed.
        let _ = self.0.try_send(());
    }
}

type LeftBehind = Arc<dyn Fn(String) + Send + Sync>;

thread_local! {
    /// Called with the reason when this thread is left behind.
    static LEFT_BEHIND: RefCell<Option<LeftBehind>> = const { RefCell::new(None) };
}

fn does_not_return(strategy: &str, seconds: u64, left_behind: Option<LeftBehind>) {
    let ran = format!("{strategy} ran for {seconds} s without taking a step");
    let remedy = "Wait by m.until(..), acquire or wait, not in a loop without a step.";
    if let Some(tell) = left_behind {
        return tell(format!("{ran}. {remedy}"));
    }
    restore();
    let lost = "and was ended; what was found until then is lost.";
    to_stderr(&format!("error: {ran}, {lost} {remedy}"), ColorChoice::Auto);
    process::exit(3);
}

/// What `run` returns; or a sentence, where a watchdog that it starts would end the program: then its
/// thread is left behind.
pub(super) fn or_left_behind<T: Send + 'static>(
    strategy: &str,
    run: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    let (sender, answers) = channel();
    let stuck = sender.clone();
    let thread = thread::Builder::new().name(strategy.into());
    let started = thread.stack_size(stack().unwrap_or(STACK)).spawn(move || {
        LEFT_BEHIND.set(Some(Arc::new(move |why| drop(stuck.send(Err(why))))));
        drop(sender.send(Ok(run())));
    });
    started.map_err(|error| format!("no thread could be started: {error}"))?;
    answers.recv().unwrap_or_else(|_| Err(format!("{strategy} panicked. Fix the strategy.")))
}
