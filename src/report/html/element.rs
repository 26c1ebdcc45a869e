//! The parts that pages are made of.

use maud::{Markup, html};

use crate::report::page::{BEWARE, NAME, NO, YES};
use crate::report::picture::Drawing;
use crate::report::sheet::Fact;
use crate::report::table::Table;

/// Text whose styles become elements.
pub(super) fn marked(text: &str) -> Markup {
    // A style that begins like another one stands before it.
    let styles = [(NO, "no"), (BEWARE, "beware"), (YES, "yes"), (NAME, "name")];
    let piece = |piece: &str| {
        let found = styles.iter().find_map(|(style, class)| {
            let (before, styled) = piece.split_once(&style.to_string())?;
            Some(html! { (whole(before)) strong class=(class) { (styled) } })
        });
        found.unwrap_or_else(|| whole(piece))
    };
    let reset = format!("{NAME:#}");
    html! { @for part in text.split(&reset) { (piece(part)) } }
}

/// Text in which no option is broken after a hyphen at the end of a line.
pub(super) fn whole(text: &str) -> Markup {
    html! {
        @for (at, word) in text.split(' ').enumerate() {
            @if at > 0 { " " }
            @if word.contains("--") { span class="whole" { (word) } } @else { (word) }
        }
    }
}

/// A list of labels and what is to be said of each; what has no label stands by itself.
pub(super) fn facts(class: &str, facts: &[Fact]) -> Markup {
    let (labelled, rest): (Vec<_>, Vec<_>) = facts.iter().partition(|(label, _)| !label.is_empty());
    html! {
        @for (_, said) in rest { p class="note" { (marked(said)) } }
        @if !labelled.is_empty() {
            dl class=(class) {
                @for (label, said) in labelled { div { dt { (marked(label)) } dd { (marked(said)) } } }
            }
        }
    }
}

/// A picture with its title. Where it is wider than the page it can be scrolled, by the keyboard too.
pub(super) fn figure(drawing: &Drawing, id: &str) -> Markup {
    html! {
        figure {
            figcaption { (drawing.title) }
            div class="scroll" tabindex="0" role="region" aria-label=(drawing.title) {
                (drawing.inline(id))
            }
        }
    }
}

/// A table; the first column names its row.
pub(super) fn table(caption: &str, table: &Table) -> Markup {
    let class = |right: bool| if right { Some("number") } else { None };
    html! {
        div class="scroll" tabindex="0" role="region" aria-label=(caption) {
            table {
                caption { (caption) }
                thead { tr {
                    @for (heading, right, _) in &table.columns {
                        th scope="col" class=[class(*right)] { (heading) }
                    }
                } }
                tbody {
                    @for row in &table.rows { tr {
                        @for (at, (cell, (_, right, _))) in row.iter().zip(&table.columns).enumerate() {
                            @if at == 0 {
                                th scope="row" class=[class(*right)] { (marked(&cell.drawn())) }
                            } @else {
                                td class=[class(*right)] { (marked(&cell.drawn())) }
                            }
                        }
                    } }
                }
            }
        }
    }
}
