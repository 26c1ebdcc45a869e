//! One strategy, many runs: how the final values are spread.

use super::start::{start, undisturbed};
use super::{beside, inside, reached};
use crate::outcome::stats::{Bin, Floats, Spread, histogram};
use crate::outcome::{StrategyResult, Summary, number, several};
use crate::plan::Asked;
use crate::report::page::{BEWARE, LABEL, NO, Page, YES, styled};
use crate::report::picture::raced;
use crate::report::sheet::Sheet;

/// The longest bar.
const BAR: usize = 36;

pub(super) fn write(asked: &Asked, result: &StrategyResult, sheet: &mut dyn Sheet) {
    let Some(summary) = &result.summary else { return };
    let page = sheet.page();
    let label = reached::label(summary.first.target);
    sheet.answers(&[(&label, reached(summary)), ("lost updates", losses(summary))]);
    sheet.subheading("The final values");
    if !page.brief {
        sheet.facts(LABEL, &[("inside at once", inside::inside(asked, result))]);
    }
    sheet.not_in_text(&|sheet| raced(asked, std::slice::from_ref(result), sheet));
    match &result.model {
        Some(model) => beside::write(asked, result, model, sheet),
        None if page.brief => {}
        None => {
            sheet.blank();
            sheet.lines(&bars(summary, summary.first.target, page));
        }
    }
    sheet.blank();
    if let (None, Some(value)) = (&result.model, summary.value.spread()) {
        sheet.note(&range(value));
    }
    if page.brief {
        return;
    }
    sheet.note(&format!("start: {}", start(asked)));
    if let Some(time) = summary.ns_per_update.spread().filter(|_| undisturbed(asked)) {
        sheet.note(&times(time));
    }
}

fn reached(summary: &Summary) -> String {
    let text = format!("{} of {}", number(summary.reached), several(summary.runs, "run"));
    let by = match summary.cancelled {
        0 => return styled(if summary.reached == summary.runs { YES } else { NO }, text),
        1 if summary.reached == 1 => "and that one by cancellation".into(),
        some if some == summary.reached => "all of them by cancellation".into(),
        some => format!("{} of them by cancellation", number(some)),
    };
    format!("{}, {by}", styled(BEWARE, text))
}

fn losses(summary: &Summary) -> String {
    let Some(lost) = summary.lost.spread() else { return "unknown".into() };
    if summary.lossless == summary.runs {
        return "none in any run".into();
    }
    let (lossy, runs) = (number(summary.runs - summary.lossless), several(summary.runs, "run"));
    let (min, max, median) = (number(lost.min), number(lost.max), number(lost.median));
    let made = number(summary.first.made.sum());
    if lost.min == lost.max {
        return format!("in {lossy} of {runs}: {min} of {made}");
    }
    format!("in {lossy} of {runs}: {min} to {max} of {made}, median {median}")
}

fn range(value: Spread) -> String {
    if value.min == value.max {
        return format!("{} in every run", number(value.min));
    }
    let [min, median, max] = [value.min, value.median, value.max].map(number);
    let [lower, upper] = [value.lower_quartile, value.upper_quartile].map(number);
    format!(
        "smallest {min}, median {median}, largest {max}; half of the runs from {lower} to {upper}"
    )
}

fn times(Floats { min, median, max }: Floats) -> String {
    format!("ns per update: median {median:.1}, from {min:.1} to {max:.1}")
}

/// The histogram. Rows without a run are left out at the ends, never in between.
fn bars(summary: &Summary, target: i64, page: Page) -> String {
    let bins = histogram(&summary.value, target);
    let width =
        |side: fn(&Bin) -> i64| bins.iter().map(|bin| number(side(bin)).len()).max().unwrap_or(1);
    let (low, high) = (width(|bin| bin.low), width(|bin| bin.high));
    let left = low + high + 4;
    let label = |bin: &Bin| match bin.low == bin.high {
        true => format!("{:>left$}", number(bin.low)),
        false => format!("{:>low$} to {:>high$}", number(bin.low), number(bin.high)),
    };
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(1).max(1);
    let room = page.width.saturating_sub(left + 12).clamp(4, BAR);
    let mut text = format!("{:>left$}  {:>6}\n", "final value", "runs");
    for bin in &bins {
        let bar = "█".repeat((bin.count * room).div_ceil(most));
        let note = match (bin.low == target && bin.high == target, summary.cancelled) {
            (true, some) if some > 0 && some == summary.reached => "  by cancellation".into(),
            (true, some) if some > 0 => format!("  {} by cancellation", number(some)),
            _ => String::new(),
        };
        let line = format!("{}  {:>6}  {bar}{note}", label(bin), number(bin.count));
        text += line.trim_end();
        text.push('\n');
    }
    text
}
