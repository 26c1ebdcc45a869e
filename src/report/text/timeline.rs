//! One schedule as a timeline: a column for each worker, the value at the side, preemptions drawn
//! across.

use textwrap::core::display_width;

use crate::report::page::{NO, Page, pad, styled};
use crate::report::timeline::{Cells, Remark, Row, Timeline};

/// The timeline, and what is to be said of it.
pub(super) fn drawn(timeline: &Timeline, page: Page) -> String {
    let Timeline { numbered, columns, rows, said } = timeline;
    let widest = |(me, heading): &(usize, String)| {
        let own = rows.iter().filter_map(|row| match row {
            Row::Event(cells) if cells.worker == *me => Some(display_width(&cells.words)),
            Row::Folded { worker, said } if worker == me => Some(said.len()),
            _ => None,
        });
        (*me, own.max().unwrap_or(0).max(heading.len()))
    };
    let digits = timeline.last_number().len().max(5);
    let mut widths: Vec<(usize, usize)> = columns.iter().map(widest).collect();
    let needed = digits + 3 + widths.iter().map(|(_, width)| width + 3).sum::<usize>() + 7;
    let gap = if needed <= page.width { 3 } else { 1 };
    widths.iter_mut().for_each(|(_, width)| *width += gap);
    let headings = columns.iter().zip(&widths);
    let headings = headings.map(|((_, text), (_, width))| format!("{text:<width$}"));
    let mut text = format!("{numbered:>digits$}   {}counter\n", headings.collect::<String>());
    for row in rows {
        text += &match row {
            Row::Across(label) => {
                let width = widths.iter().map(|(_, width)| width).sum();
                format!("{:digits$}   {}", "", centred(&format!(" {label} "), width))
            }
            Row::Event(cells) => event(cells, digits, &widths, page),
            Row::Folded { worker, said } => {
                let before = widths.iter().take_while(|(me, _)| me < worker);
                let before: usize = before.map(|(_, width)| width).sum();
                format!("{:digits$}   {:before$}{said}", "", "")
            }
        };
        text.push('\n');
    }
    for said in said.iter().filter(|said| !said.is_empty()) {
        let lines = said.iter().map(|said| page.line(said));
        text += &format!("\n{}", lines.collect::<String>());
    }
    text
}

/// "    6                   write -1             -1   <- both increments lost"
fn event(cells: &Cells, digits: usize, widths: &[(usize, usize)], page: Page) -> String {
    let own = |(me, width): &(usize, usize)| {
        let own = match cells.worker == *me {
            true => &cells.words,
            false if cells.waiting.contains(me) => ".",
            false => "",
        };
        format!("{own}{}", pad(own, *width))
    };
    let columns: String = widths.iter().map(own).collect();
    let number = cells.number.map_or_else(String::new, |number| number.to_string());
    let row = format!("{number:>digits$}   {columns}{:>7}", cells.counter);
    match &cells.remark {
        Some(remark) => remarked(&row, remark, page),
        None => row,
    }
}

/// A row with a remark, on a line of its own where it does not fit on the page.
fn remarked(row: &str, remark: &Remark, page: Page) -> String {
    let said = if remark.wrong { format!("<- {}", remark.said) } else { remark.said.clone() };
    let styled = if remark.wrong { styled(NO, &said) } else { said.clone() };
    let width = display_width(&said);
    match display_width(row) + 3 + width <= page.width {
        true => format!("{row}   {styled}"),
        false => {
            let indent = page.width.saturating_sub(width);
            format!("{row}\n{:indent$}{styled}", "")
        }
    }
}

fn centred(text: &str, width: usize) -> String {
    let dashes = width.saturating_sub(text.len() + 3);
    let before = dashes / 2;
    format!("{}{text}{}", "-".repeat(before), "-".repeat(dashes - before))
}
