//! One strategy, many runs: how the final values are spread.

use super::words;
use crate::outcome::stats::{Bin, histogram};
use crate::outcome::{StrategyResult, Summary};
use crate::plan::Plan;
use crate::report::page::{BEWARE, NAME, NO, Page, YES, number, several, styled};

/// Where the text behind a label begins.
const AT: usize = 16;
/// The longest bar.
const BAR: usize = 36;

pub(super) fn report(plan: &Plan, result: &StrategyResult, page: Page) -> String {
    let Some(summary) = &result.summary else { return String::new() };
    let target = result.runs[0].target;
    let headline = format!(
        "{}: {} of {}, {} iterations each, {}{}{}",
        styled(NAME, result.strategy),
        several(summary.runs as u64, "run"),
        words::workers(plan),
        number(plan.config.program.iters),
        words::shared(plan, result.promise == crate::strategy::Promise::AtMostPermits),
        words::whole(plan),
        words::killed(plan)
    );
    let peak = result.runs.iter().filter_map(|run| run.peak_inside).max();
    let value = summary.value;
    let range = format!(
        "smallest {}, median {}, largest {}; half of the runs from {} to {}",
        number(value.min),
        number(value.median),
        number(value.max),
        number(value.lower_quartile),
        number(value.upper_quartile)
    );
    let mut lines = vec![
        page.wrap(&headline, 0),
        String::new(),
        page.labelled(AT, &words::reached_label(target), &reached(summary)),
        page.labelled(AT, "lost updates", &losses(summary, result.runs[0].made.sum())),
        page.labelled(AT, "inside at once", &words::inside(plan, result, peak)),
        String::new(),
        bars(result, summary, target, page),
        page.wrap(&range, 4),
        page.wrap(&format!("start: {}", words::start(plan)), 4),
    ];
    if let Some(time) = summary.ns_per_update.filter(|_| plan.undisturbed()) {
        let (min, median, max) = (time.min, time.median, time.max);
        lines.push(
            page.wrap(&format!("ns per update: median {median:.1}, from {min:.1} to {max:.1}"), 4),
        );
    }
    lines.join("\n") + "\n"
}

fn reached(summary: &Summary) -> String {
    let of = several(summary.runs as u64, "run");
    let text = format!("{} of {of}", number(summary.reached as u64));
    let by = match summary.cancelled {
        0 => return styled(if summary.reached == summary.runs { YES } else { NO }, text),
        1 if summary.reached == 1 => "and that one by cancellation".into(),
        some if some == summary.reached => "all of them by cancellation".into(),
        some => format!("{} of them by cancellation", number(some as u64)),
    };
    format!("{}, {by}", styled(BEWARE, text))
}

fn losses(summary: &Summary, made: u64) -> String {
    if summary.lossless == summary.runs {
        return "none in any run".into();
    }
    format!(
        "in {} of {}: {} to {} of {}, median {}",
        number((summary.runs - summary.lossless) as u64),
        several(summary.runs as u64, "run"),
        number(summary.lost.min),
        number(summary.lost.max),
        number(made),
        number(summary.lost.median)
    )
}

/// The histogram. Rows without a run are left out at the ends, never in between.
fn bars(result: &StrategyResult, summary: &Summary, target: i64, page: Page) -> String {
    let values: Vec<i64> = result.runs.iter().map(|run| run.value).collect();
    let bins = histogram(&values, target);
    let width =
        |side: fn(&Bin) -> i64| bins.iter().map(|bin| number(side(bin)).len()).max().unwrap_or(1);
    let (low, high) = (width(|bin| bin.low), width(|bin| bin.high));
    let label = |bin: &Bin| match bin.low == bin.high {
        true => format!("{:>width$}", number(bin.low), width = low + high + 4),
        false => format!("{:>low$} to {:>high$}", number(bin.low), number(bin.high)),
    };
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(1).max(1);
    let room = page.width.saturating_sub(low + high + 4 + 12).clamp(4, BAR);
    let left = low + high + 4;
    let mut text = format!("{:>left$}  {:>6}\n", "final value", "runs");
    for bin in &bins {
        let length = (bin.count * room).div_ceil(most);
        let bar = "█".repeat(length);
        let note = match (bin.low == target && bin.high == target, summary.cancelled) {
            (true, some) if some > 0 && some == summary.reached => "  by cancellation".into(),
            (true, some) if some > 0 => format!("  {} by cancellation", number(some as u64)),
            _ => String::new(),
        };
        let line = format!("{}  {:>6}  {bar}{note}", label(bin), number(bin.count as u64));
        text += line.trim_end();
        text.push('\n');
    }
    text
}
