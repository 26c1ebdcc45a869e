//! A final value on a line of all that were possible.

use maud::{Markup, html};

use super::WIDTH;
use super::text::{TYPE, label, width};
use crate::outcome::number;

/// The space at the ends of the line.
const END: i64 = 16;
/// Where the line is, below the label of the value and above those of the ends.
const LINE: i64 = 64;

/// The shapes, and their width and height. The line reaches from `low` to `high`.
pub(super) fn line(value: i64, target: i64, low: i64, high: i64) -> (Markup, i64, i64) {
    let (low, high) = (low.min(value), high.max(value));
    let range = (high.abs_diff(low) as f64).max(1.0);
    let at = |of: i64| END + (of.abs_diff(low) as f64 / range * (WIDTH - 2 * END) as f64) as i64;
    let said = format!("final value {}", number(value));
    // Within the canvas, wherever the value is.
    let half = width(&said, TYPE) / 2;
    let middle = at(value).clamp(half, WIDTH - half);
    let ends = ends(low, high, target);
    let tick = |x: i64| format!("M{x} {} V{}", LINE - 12, LINE + 12);
    let x = at(value);
    let mark = format!("M{x} {} l-12 -22 h24 z", LINE - 2);
    let shapes = html! {
        path class="rule" d={ "M" (END) " " (LINE) " H" (WIDTH - END) } {}
        @for end in ends {
            path class="rule" d=(tick(at(end))) {}
            @let half = width(&number(end), TYPE) / 2;
            @let x = at(end).clamp(half.min(WIDTH / 2), WIDTH - half.min(WIDTH / 2));
            (label(x, LINE + 40, "faint", "middle", &number(end)))
        }
        path class=(if value == target { "kept" } else { "bad" }) d=(mark) {}
        (label(middle, LINE - 36, if value == target { "ink" } else { "bad" }, "middle", &said))
    };
    (shapes, WIDTH, LINE + 52)
}

/// The ends, and the value to reach.
fn ends(low: i64, high: i64, target: i64) -> Vec<i64> {
    let mut ends = vec![low, target, high];
    ends.sort_unstable();
    ends.dedup();
    ends
}
