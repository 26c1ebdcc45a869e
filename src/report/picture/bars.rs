//! Bars, one below the other: a label, the bar in one or two parts, and what is to be said of it.

use maud::{Markup, html};

use super::text::{TYPE, label, width};
use super::{Drawing, Group, WIDTH, document};
use crate::outcome::number;

/// The height of a row, and of the bar in it.
const ROW: i64 = 40;
const BAR: i64 = 30;
/// From the top of a row to the foot of its text.
const FOOT: i64 = 24;
const GAP: i64 = 12;
/// The least room for the longest bar.
const ROOM: f64 = 240.0;

/// One bar.
#[derive(Default)]
pub(super) struct Bar {
    pub(super) label: String,
    /// How much is solid: it was kept, or nothing was lost in it.
    pub(super) kept: f64,
    /// How much is hatched: it was lost, or something was lost in it.
    pub(super) lost: f64,
    /// How much is only outlined: it is neither.
    pub(super) outlined: f64,
    pub(super) note: String,
    /// Where a click leads to.
    pub(super) link: Option<String>,
}

/// What solid and hatched mean.
pub(super) struct Legend {
    pub(super) kept: &'static str,
    pub(super) lost: &'static str,
}

/// The drawing. `legend` is left out where all bars are of one kind.
pub(super) fn chart(title: String, rows: &[Bar], legend: Option<&Legend>) -> Drawing {
    let said = rows.iter().map(|row| format!("{}: {}{}", row.label, row.note, kind(row, legend)));
    let description = said.collect::<Vec<_>>().join("; ") + ".";
    let (shapes, width, height) = bars(rows, legend);
    Drawing { title, description, width, height, shapes }
}

/// A file with bars for what a bench has measured: charts, each with its title, labels and numbers.
pub fn bar_charts(title: &str, charts: &[(String, Vec<(u64, f64)>)]) -> String {
    let bar = |&(label, kept): &(u64, f64)| {
        let (label, note) = (number(label), format!("{kept:.1}"));
        Bar { label, kept, note, ..Bar::default() }
    };
    let drawing = |(title, rows): &(String, Vec<_>)| {
        chart(title.clone(), &rows.iter().map(bar).collect::<Vec<_>>(), None)
    };
    let drawings = charts.iter().map(drawing).collect();
    document(title, &[], &[Group { heading: String::new(), drawings }])
}

/// What those read who do not see whether a bar is hatched.
fn kind(bar: &Bar, legend: Option<&Legend>) -> String {
    let Some(legend) = legend else { return String::new() };
    match (bar.kept > 0.0, bar.lost > 0.0) {
        (false, false) => String::new(),
        (true, false) => format!(", {}", legend.kept),
        (false, true) => format!(", {}", legend.lost),
        (true, true) => format!(", {} and {}", legend.kept, legend.lost),
    }
}

/// The shapes, and their width and height.
fn bars(rows: &[Bar], legend: Option<&Legend>) -> (Markup, i64, i64) {
    let left = rows.iter().map(|bar| width(&bar.label, TYPE)).max().unwrap_or(0) + GAP;
    let scale = scale(rows, left);
    let length = |amount: f64| match amount > 0.0 {
        // What is there can be seen.
        true => ((amount * scale).round() as i64).max(4),
        false => 0,
    };
    let drawn = |bar: &Bar| length(bar.kept) + length(bar.lost) + length(bar.outlined);
    let ends = rows.iter().map(|bar| left + drawn(bar) + GAP + width(&bar.note, TYPE));
    let width = ends.max().unwrap_or(0);
    let shapes = html! {
        @for (row, bar) in (0..).zip(rows) {
            @let top = row * ROW;
            @let (kept, lost) = (length(bar.kept), length(bar.lost));
            @let shape = html! {
                (label(left - GAP, top + FOOT, "ink", "end", &bar.label))
                @if kept > 0 { rect class="kept" x=(left) y=(top) width=(kept) height=(BAR) {} }
                @if lost > 0 { (hatched(left + kept, top, lost)) }
                @if bar.outlined > 0.0 {
                    rect class="rule" x=(left + 1) y=(top + 1) width=(length(bar.outlined) - 2)
                        height=(BAR - 2) {}
                }
                (label(left + drawn(bar) + GAP, top + FOOT, "ink", "start", &bar.note))
            };
            "\n"
            @match &bar.link {
                Some(to) => a href=(to) { (shape) },
                None => (shape),
            }
        }
        @if let Some(legend) = legend { (explained(legend, rows.len() as i64 * ROW + GAP)) }
    };
    let height = rows.len() as i64 * ROW + if legend.is_some() { 2 * ROW + GAP } else { 0 };
    (shapes, width.max(WIDTH), height)
}

/// The length of 1. Each bar has room for its note after it.
fn scale(rows: &[Bar], left: i64) -> f64 {
    let amount = |bar: &Bar| bar.kept + bar.lost + bar.outlined;
    let most = rows.iter().map(amount).fold(0.0, f64::max);
    let fits = rows.iter().filter(|bar| amount(bar) > 0.0).map(|bar| {
        let room = WIDTH - left - GAP - width(&bar.note, TYPE);
        room as f64 / amount(bar)
    });
    fits.fold(f64::INFINITY, f64::min).max(ROOM / most)
}

fn hatched(x: i64, y: i64, width: i64) -> Markup {
    html! {
        rect class="edge" fill="url(#lost)" x=(x + 1) y=(y + 1) width=(width - 2) height=(BAR - 2) {}
    }
}

fn explained(legend: &Legend, top: i64) -> Markup {
    html! {
        rect class="kept" x="0" y=(top) width=(BAR) height=(BAR) {}
        (label(BAR + GAP, top + FOOT, "ink", "start", legend.kept))
        (hatched(0, top + ROW, BAR))
        (label(BAR + GAP, top + ROW + FOOT, "ink", "start", legend.lost))
    }
}
