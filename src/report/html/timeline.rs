//! A schedule as a table: a row for each step, a column for each worker.

use maud::{Markup, html};

use crate::explore::Trace;
use crate::machine::Program;
use crate::report::text::explore::timeline::said;
use crate::report::timeline::{Row, heading, rows};

/// The table, and what is to be said of it.
pub(super) fn timeline(program: &Program, trace: &Trace, caption: &str) -> Markup {
    let workers = 0..program.workers;
    html! {
        div class="scroll" tabindex="0" role="region" aria-label=(caption) {
            table class="timeline" {
                caption { (caption) }
                thead { tr {
                    th scope="col" class="number" { "step" }
                    @for me in workers.clone() { th scope="col" { (heading(program, me)) } }
                    th scope="col" class="number" { "counter" }
                    th scope="col" { span class="unseen" { "remark" } }
                } }
                tbody { @for row in rows(trace) { (self::row(&row, program.workers)) } }
            }
        }
        @for said in said(trace) { p { (said) } }
    }
}

fn row(row: &Row, workers: usize) -> Markup {
    match row {
        Row::Preemption(worker) => html! {
            tr class="across" {
                td {} td colspan=(workers) { "preemption: worker " (worker) } td colspan="2" {}
            }
        },
        Row::Folded { worker, steps } => html! {
            tr {
                td {}
                @for me in 0..workers { td { @if me == *worker { (steps) " steps more" } } }
                td colspan="2" {}
            }
        },
        Row::Step { number, worker, words, counter, lost } => html! {
            tr {
                th scope="row" class="number" { (number) }
                @for me in 0..workers {
                    @if me == *worker {
                        td class=(if lost.is_some() { "took lost" } else { "took" }) { (words) }
                    } @else {
                        td {}
                    }
                }
                td class="number" { (counter) }
                td { @if let Some(lost) = lost { strong class="no" { "← " (lost) } } }
            }
        },
    }
}
