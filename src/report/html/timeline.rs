//! A schedule as a table: a row for each step, a column for each worker.

use maud::{Markup, html};

use crate::report::timeline::{Cells, Row, Timeline};

/// The table, and what is to be said of it.
pub(super) fn timeline(caption: &str, timeline: &Timeline) -> Markup {
    let Timeline { numbered, columns, rows, said } = timeline;
    html! {
        div class="scroll" tabindex="0" role="region" aria-label=(caption) {
            table class="timeline" {
                caption { (caption) }
                thead { (head(numbered, columns)) }
                tbody {
                    @for row in rows { (self::row(row, columns)) }
                }
            }
        }
        @for said in said.concat() { p { (said) } }
    }
}

/// The headings of its columns.
pub(super) fn head(numbered: &str, columns: &[(usize, String)]) -> Markup {
    html! {
        tr {
            th scope="col" class="number" { (numbered) }
            @for (_, heading) in columns { th scope="col" { (heading) } }
            th scope="col" class="number" { "counter" }
            th scope="col" { span class="unseen" { "remark" } }
        }
    }
}

fn row(row: &Row, columns: &[(usize, String)]) -> Markup {
    match row {
        Row::Across(said) => html! {
            tr class="across" { td {} td colspan=(columns.len()) { (said) } td colspan="2" {} }
        },
        Row::Folded { worker, said } => html! {
            tr {
                td {}
                @for (me, _) in columns { td { @if me == worker { (said) } } }
                td colspan="2" {}
            }
        },
        Row::Event(cells) => event(cells, columns),
    }
}

fn event(cells: &Cells, columns: &[(usize, String)]) -> Markup {
    let Cells { number, worker, words, waiting, counter, remark } = cells;
    let wrong = remark.as_ref().is_some_and(|remark| remark.wrong);
    let class = match (number, wrong) {
        (_, true) => "took lost",
        (None, _) => "waits",
        _ => "took",
    };
    html! {
        tr {
            th scope="row" class="number" { @if let Some(number) = number { (number) } }
            @for (me, _) in columns {
                @if me == worker {
                    td class=(class) { (words) }
                } @else if waiting.contains(me) {
                    td class="meanwhile" { "." }
                } @else {
                    td {}
                }
            }
            td class="number" { (counter) }
            td {
                @match remark {
                    Some(remark) if remark.wrong => strong class="no" { "← " (remark.said) },
                    Some(remark) => (remark.said),
                    None => {}
                }
            }
        }
    }
}
