//! How the workers started, and what was done for the race to show.

use super::heading::workers;
use crate::outcome::{StrategyResult, number, several};
use crate::plan::Asked;
use crate::report::sheet::Sheet;
use crate::worker::YieldRate;

/// "all at once; each worker yields after about 1 step in 32 (--yield)"
pub(super) fn start(asked: &Asked) -> String {
    let config = &asked.config;
    let gate = match config.program.workers {
        1 => "one worker: nothing to race with".into(),
        workers if workers > config.processors => {
            format!("all at once, on {}", several(config.processors, "processor"))
        }
        _ => "all at once".to_owned(),
    };
    let yields = match config.yields {
        _ if config.schedule.is_some() => "each worker waits for its turn (--schedule)".into(),
        YieldRate::Never => "no worker yields".into(),
        YieldRate::OneIn(1) => "each worker yields after each step (--yield)".into(),
        YieldRate::OneIn(n) => {
            format!("each worker yields after about 1 step in {} (--yield)", number(n))
        }
    };
    let traced =
        if config.trace { "; each write is an exchange, and logged (--trace)" } else { "" };
    format!("{gate}; {yields}{traced}")
}

/// Whether nothing was done to the workers, so that times say something.
pub(in crate::report) fn undisturbed(asked: &Asked) -> bool {
    let config = &asked.config;
    config.yields == YieldRate::Never && config.schedule.is_none() && !config.trace
}

/// The median time of an update, in ns.
pub(in crate::report) fn time(result: &StrategyResult) -> Option<f64> {
    let summary = result.summary.as_ref().filter(|summary| !summary.partial)?;
    summary.ns_per_update.spread().map(|time| time.median)
}

/// What `-v` adds.
pub(super) fn verbose(asked: &Asked, results: &[StrategyResult], sheet: &mut dyn Sheet) {
    let config = &asked.config;
    sheet.blank();
    if config.yields != YieldRate::Never {
        sheet.note(&format!("seed {} (fixes where workers yield)", config.seed));
    }
    let gate = match config.program.workers > config.processors {
        true => "a worker that waits for the start yields, then sleeps",
        false => "a worker that waits for the start spins",
    };
    let processors = several(config.processors, "processor");
    sheet.note(&format!("{processors} for {}; {gate}", workers(asked)));
    for result in results.iter().filter(|result| !result.timing_disturbed) {
        if let Some(time) =
            result.summary.as_ref().and_then(|summary| summary.ns_per_update.spread())
        {
            let (name, median) = (result.strategy, time.median);
            sheet.note(&format!("{name}: {median:.1} ns per update (median)"));
        }
    }
}
