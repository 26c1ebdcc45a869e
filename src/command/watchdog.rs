//! Ends the program where a class's own strategy never comes back: it loops without taking a step,
//! and no machine can stop it.

use std::process;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::{Duration, Instant};

use clap::ColorChoice;

use super::step::restore;
use crate::report::to_stderr;

const LOOK: Duration = Duration::from_millis(250);

/// While this lives, the program ends with a sentence if nothing has moved for some time.
pub(super) struct Watchdog(Arc<State>);

#[derive(Default)]
struct State {
    /// Milliseconds of [`now`] at the last sign of life.
    moved: AtomicU64,
    over: AtomicBool,
}

fn now() -> u64 {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(BEGAN.elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl Watchdog {
    /// Watches the code of `strategy`, which is given so much time without a sign of life.
    pub(super) fn start(strategy: String, patience: Duration) -> Self {
        let state = Arc::new(State { moved: AtomicU64::new(now()), over: AtomicBool::new(false) });
        let watched = state.clone();
        // Without a thread there is no watch, and everything else works.
        let _ = thread::Builder::new().name("watchdog".into()).spawn(move || {
            while !watched.over.load(Relaxed) {
                thread::sleep(LOOK);
                let still = now().saturating_sub(watched.moved.load(Relaxed));
                if Duration::from_millis(still) > patience && !watched.over.load(Relaxed) {
                    let seconds = patience.as_secs();
                    let sentence = format!(
                        "error: {strategy} ran for {seconds} s without taking a step, and was ended; what \
                         was found until then is lost. Wait by m.until(..), acquire or wait, not in a loop \
                         without a step."
                    );
                    restore();
                    to_stderr(&sentence, ColorChoice::Auto);
                    process::exit(3);
                }
            }
        });
        Self(state)
    }

    /// The strategy has taken steps.
    pub(super) fn moved(&self) {
        self.0.moved.store(now(), Relaxed);
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.0.over.store(true, Relaxed);
    }
}
