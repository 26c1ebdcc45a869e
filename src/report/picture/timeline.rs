//! A timeline: a column for each worker, time goes down.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::text::{CODE, TYPE, label, lines, width};
use super::{Drawing, WIDTH};
use crate::report::timeline::{Cells, Row, Timeline};

const ROW: i64 = 36;
/// The space on both sides of what stands in a column.
const PAD: i64 = 12;
/// The right side of numbers that are not larger than usual.
const NUMBER: i64 = 56;
/// From the top of a row to the foot of its text.
const FOOT: i64 = 26;

/// Where everything stands.
struct Layout {
    /// Left side and width of the column of each worker that has one.
    columns: BTreeMap<usize, (i64, i64)>,
    /// The right side of the numbers of the rows.
    number: i64,
    /// The right side of the counter.
    right: i64,
}

impl Layout {
    fn new(timeline: &Timeline) -> Self {
        let number = NUMBER.max(width(&timeline.last_number(), TYPE));
        let mut left = width(timeline.numbered, TYPE).max(number) + PAD;
        let mut columns = BTreeMap::new();
        for (me, heading) in &timeline.columns {
            let own = timeline.rows.iter().filter_map(|row| match row {
                Row::Event(cells) if cells.worker == *me => Some(width(&cells.words, CODE)),
                Row::Folded { worker, said } if worker == me => Some(width(said, TYPE)),
                _ => None,
            });
            let wide = own.max().unwrap_or(0).max(width(heading, TYPE)) + 2 * PAD;
            columns.insert(*me, (left, wide));
            left += wide + PAD;
        }
        Self { columns, number, right: left + width("counter", TYPE) }
    }
}

/// The drawing.
pub(in crate::report) fn drawn(timeline: &Timeline, title: String) -> Drawing {
    let rows = &timeline.rows;
    let layout = Layout::new(timeline);
    let width = layout.right.max(WIDTH);
    let mut y = ROW;
    let mut shapes = Vec::new();
    for row in rows {
        shapes.push(self::row(row, &layout, y));
        let remark = matches!(row, Row::Event(Cells { remark: Some(_), .. }));
        y += if remark { 2 * ROW } else { ROW };
    }
    let end = y;
    let sentences = timeline.said.concat();
    y += PAD;
    for line in sentences.iter().flat_map(|said| lines(said, width, TYPE)) {
        y += TYPE * 5 / 4;
        shapes.push(label(0, y, "ink", "start", &line));
    }
    let shapes = html! {
        (label(0, FOOT, "ink", "start", timeline.numbered))
        (label(layout.right, FOOT, "ink", "end", "counter"))
        @for ((_, heading), (left, wide)) in timeline.columns.iter().zip(layout.columns.values()) {
            rect class="band" x=(left) y="0" width=(wide) height=(end) {}
            (label(left + wide / 2, FOOT, "ink", "middle", heading))
        }
        @for row in shapes { "\n" (row) }
    };
    let description = described(timeline) + &sentences.join(" ");
    Drawing { title, description, width, height: y + PAD, shapes }
}

fn row(row: &Row, layout: &Layout, y: i64) -> Markup {
    match row {
        Row::Across(said) => across(said, layout, y),
        Row::Folded { worker, said } => {
            let (left, wide) = layout.columns[worker];
            label(left + wide / 2, y + FOOT, "faint", "middle", said)
        }
        Row::Event(cells) => event(cells, layout, y),
    }
}

fn across(said: &str, layout: &Layout, y: i64) -> Markup {
    let left = layout.columns.values().next().map_or(0, |(left, _)| *left);
    let right = layout.columns.values().last().map_or(left, |(left, wide)| left + wide);
    let (middle, half) = ((left + right) / 2, width(said, TYPE) / 2);
    let rule = |from: i64, to: i64| format!("M{from} {} H{to}", y + FOOT - 8);
    html! {
        path class="rule" stroke-dasharray="8 6" d=(rule(left, middle - half)) {}
        (label(middle, y + FOOT, "faint", "middle", said))
        path class="rule" stroke-dasharray="8 6" d=(rule(middle + half, right)) {}
    }
}

fn event(cells: &Cells, layout: &Layout, y: i64) -> Markup {
    let (left, wide) = layout.columns[&cells.worker];
    let wrong = cells.remark.as_ref().is_some_and(|remark| remark.wrong);
    let class = match (cells.number, wrong) {
        (_, true) => "cell-lost",
        (None, _) => "waits",
        _ => "cell",
    };
    let number = cells.number.map_or_else(String::new, |number| number.to_string());
    html! {
        (label(layout.number, y + FOOT, "faint", "end", &number))
        @for &(left, wide) in cells.waiting.iter().filter_map(|me| layout.columns.get(me)) {
            path class="rule" stroke-dasharray="4 4" d={ "M" (left + wide / 2) " " (y) " v" (ROW) } {}
        }
        rect class=(class) x=(left) y=(y + 2) width=(wide) height=(ROW - 4) rx="6" {}
        (label(left + PAD, y + FOOT, "code", "start", &cells.words))
        (label(layout.right, y + FOOT, "ink", "end", &cells.counter.to_string()))
        @if let Some(remark) = &cells.remark {
            @let class = if remark.wrong { "bad" } else { "faint" };
            (label(layout.right, y + ROW + FOOT, class, "end", &remark.said))
        }
    }
}

/// The rows in words, for a reader who cannot see them.
fn described(Timeline { numbered, rows, .. }: &Timeline) -> String {
    let numbered = numbered[..1].to_uppercase() + &numbered[1..];
    let said = rows.iter().map(|row| match row {
        Row::Across(said) => format!("{said}. "),
        Row::Folded { worker, said } => format!("Worker {}: {said}. ", worker + 1),
        Row::Event(Cells { number, worker, words, counter, remark, .. }) => {
            let step = number.map_or(String::new(), |number| format!("{numbered} {number}, "));
            let remark = remark.as_ref().map_or(String::new(), |it| format!(", {}", it.said));
            format!("{step}worker {}: {words}; the counter holds {counter}{remark}. ", worker + 1)
        }
    });
    said.collect()
}
