//! How many workers were inside at once, and why no more.

use super::heading::shared;
use crate::machine::Promise;
use crate::outcome::{StrategyResult, number};
use crate::plan::Asked;

/// "1: mutual exclusion (acquire before, release after)"
pub(super) fn inside(asked: &Asked, result: &StrategyResult) -> String {
    let program = &asked.config.program;
    let Some(peak) = result.summary.as_ref().and_then(|summary| summary.peak_inside) else {
        if result.promise.has_section() {
            return "0: no worker entered".into();
        }
        return "-  each update is one step: there is no critical section".into();
    };
    let most = result.promise.most_inside(program.permits);
    if let Some(most) = most.filter(|&most| peak > most) {
        return format!("{}: more than the {} that it promises", number(peak), number(most));
    }
    let around = around(result);
    let why = match result.promise {
        Promise::Nothing => "nothing guards the critical section".into(),
        Promise::NoLostUpdate => String::new(),
        Promise::MutualExclusion => format!("mutual exclusion{around}"),
        Promise::AtMostPermits if program.permits == 1 => format!("it has 1 permit{around}"),
        Promise::AtMostPermits if program.permits == program.copies => {
            format!("one worker per copy{around}")
        }
        Promise::AtMostPermits => {
            let (permits, shared) = (number(program.permits), shared(asked, false));
            format!("it has {permits} permits for {shared}{around}")
        }
    };
    // What was seen is the least there was, and the most there can be says whether it was all.
    let all = most.unwrap_or(u64::MAX).min(program.workers as u64);
    let at_least = if peak < all { "at least " } else { "" };
    format!("{at_least}{}: {why}", number(peak))
}

/// " (acquire before, release after)", of a strategy that uses a mutex or a semaphore.
fn around(result: &StrategyResult) -> &'static str {
    let needs = &result.description.needs;
    match (needs.locks.is_empty(), needs.semaphores.is_empty()) {
        _ if !needs.conditions.is_empty() => " (waits before, notifies after)",
        (false, _) => " (acquire before, release after)",
        (_, false) => " (wait before, signal after)",
        _ => "",
    }
}
