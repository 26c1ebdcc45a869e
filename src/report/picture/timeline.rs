//! A schedule as a timeline: a column for each worker, time goes down.

use maud::{Markup, html};

use super::text::{CODE, TYPE, label, lines, width};
use super::{Drawing, WIDTH};
use crate::explore::Trace;
use crate::machine::Program;
use crate::report::text::explore::timeline::said;
use crate::report::timeline::{Row, heading, rows};

const ROW: i64 = 36;
/// The space on both sides of what stands in a column.
const PAD: i64 = 12;
/// The right side of the numbers of the steps.
const NUMBER: i64 = 56;
/// From the top of a row to the foot of its text.
const FOOT: i64 = 26;

/// Where everything stands.
struct Layout {
    /// Left side and width of the column of each worker.
    columns: Vec<(i64, i64)>,
    /// The right side of the counter.
    right: i64,
}

impl Layout {
    fn new(headings: &[String], rows: &[Row]) -> Self {
        let mut left = width("step", TYPE) + PAD;
        let mut columns = Vec::new();
        for (me, heading) in headings.iter().enumerate() {
            let own = rows.iter().filter_map(|row| match row {
                Row::Step { worker, words, .. } if *worker == me => Some(width(words, CODE)),
                Row::Folded { worker, steps } if *worker == me => {
                    Some(width(&folded(*steps), CODE))
                }
                _ => None,
            });
            let wide = own.max().unwrap_or(0).max(width(heading, TYPE)) + 2 * PAD;
            columns.push((left, wide));
            left += wide + PAD;
        }
        Self { columns, right: left + width("counter", TYPE) }
    }
}

/// The drawing.
pub(super) fn timeline(program: &Program, trace: &Trace, title: String) -> Drawing {
    let headings: Vec<String> = (0..program.workers).map(|me| heading(program, me)).collect();
    let rows = rows(trace);
    let layout = Layout::new(&headings, &rows);
    let mut y = ROW;
    let mut drawn = Vec::new();
    for row in &rows {
        drawn.push(self::row(row, &layout, y));
        let note = matches!(row, Row::Step { lost: Some(_), .. });
        y += if note { 2 * ROW } else { ROW };
    }
    let end = y;
    let sentences = said(trace);
    y += PAD;
    for line in sentences.iter().flat_map(|said| lines(said, layout.right.max(WIDTH), TYPE)) {
        y += TYPE * 5 / 4;
        drawn.push(label(0, y, "ink", "start", &line));
    }
    let shapes = html! {
        (label(0, FOOT, "ink", "start", "step"))
        (label(layout.right, FOOT, "ink", "end", "counter"))
        @for (heading, (left, wide)) in headings.iter().zip(&layout.columns) {
            rect class="band" x=(left) y="0" width=(wide) height=(end) {}
            (label(left + wide / 2, FOOT, "ink", "middle", heading))
        }
        @for row in drawn { "\n" (row) }
    };
    let description = described(&rows) + &sentences.join(" ");
    Drawing { title, description, width: layout.right.max(WIDTH), height: y + PAD, shapes }
}

fn row(row: &Row, layout: &Layout, y: i64) -> Markup {
    let Layout { columns, right } = layout;
    match row {
        Row::Preemption(worker) => {
            let left = columns[0].0;
            let end = columns[columns.len() - 1];
            let said = format!("preemption: worker {worker}");
            let (middle, half) = ((left + end.0 + end.1) / 2, width(&said, TYPE) / 2);
            let rule = |from: i64, to: i64| format!("M{from} {} H{to}", y + FOOT - 8);
            html! {
                path class="rule" stroke-dasharray="8 6" d=(rule(left, middle - half)) {}
                (label(middle, y + FOOT, "faint", "middle", &said))
                path class="rule" stroke-dasharray="8 6" d=(rule(middle + half, end.0 + end.1)) {}
            }
        }
        Row::Folded { worker, steps } => {
            let (left, wide) = columns[*worker];
            label(left + wide / 2, y + FOOT, "faint", "middle", &folded(*steps))
        }
        Row::Step { number, worker, words, counter, lost } => {
            let (left, wide) = columns[*worker];
            let class = if lost.is_some() { "cell-lost" } else { "cell" };
            html! {
                (label(NUMBER, y + FOOT, "faint", "end", &number.to_string()))
                rect class=(class) x=(left) y=(y + 2) width=(wide) height=(ROW - 4) rx="6" {}
                (label(left + PAD, y + FOOT, "code", "start", words))
                (label(*right, y + FOOT, "ink", "end", &counter.to_string()))
                @if let Some(lost) = lost {
                    (label(*right, y + ROW + FOOT, "bad", "end", &format!("step {number}: {lost}")))
                }
            }
        }
    }
}

/// What stands in the place of steps that are not shown.
fn folded(steps: usize) -> String {
    format!("{steps} steps more")
}

/// The rows in words, for a reader who cannot see them.
fn described(rows: &[Row]) -> String {
    let said = rows.iter().map(|row| match row {
        Row::Preemption(worker) => format!("Worker {worker} is preempted. "),
        Row::Folded { worker, steps } => {
            format!("Worker {} takes {}. ", worker + 1, folded(*steps))
        }
        Row::Step { number, worker, words, counter, lost } => {
            let lost = lost.as_ref().map_or(String::new(), |lost| format!(", {lost}"));
            format!(
                "Step {number}, worker {}: {words}; the counter holds {counter}{lost}. ",
                worker + 1
            )
        }
    });
    said.collect()
}
