//! One schedule as a timeline: a column for each worker, the value at the side, preemptions drawn
//! across.

use crate::explore::Trace;
use crate::machine::{Program, Promise};
use crate::report::page::{NO, Page, styled};
use crate::report::timeline::{Cells, Remark, Row, heading, rows, said};

/// The timeline, what the workers wait for at its end, and a sentence for the step that decides.
pub(in crate::report::text) fn draw(
    program: &Program,
    promise: Promise,
    trace: &Trace,
    page: Page,
) -> String {
    let headings: Vec<String> = (0..program.workers).map(|me| heading(program, me)).collect();
    let rows = rows(program, promise, trace);
    let widest = |(me, heading): (usize, &String)| {
        let own = rows.iter().filter_map(|row| match row {
            Row::Event(cells) if cells.worker == me => Some(cells.words.len()),
            _ => None,
        });
        own.max().unwrap_or(0).max(heading.len()) + 3
    };
    let widths: Vec<usize> = headings.iter().enumerate().map(widest).collect();
    let columns = headings.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}"));
    let mut text = format!(" step   {}counter\n", columns.collect::<String>());
    for row in &rows {
        text += &match row {
            Row::Across(label) => {
                format!("        {}", centred(&format!(" {label} "), widths.iter().sum()))
            }
            Row::Event(cells) => event(cells, &widths, page),
            Row::Folded { .. } => continue,
        };
        text.push('\n');
    }
    for said in said(trace).iter().filter(|said| !said.is_empty()) {
        let lines = said.iter().map(|said| page.line(said));
        text += &format!("\n{}", lines.collect::<String>());
    }
    text
}

/// "    6                   write -1             -1   <- both increments lost"
fn event(cells: &Cells, widths: &[usize], page: Page) -> String {
    let own = |(me, width): (usize, &usize)| {
        let own = match cells.worker == me {
            true => &cells.words,
            false if cells.waiting.contains(&me) => ".",
            false => "",
        };
        format!("{own:<width$}")
    };
    let columns: String = widths.iter().enumerate().map(own).collect();
    let number = cells.number.map_or_else(String::new, |number| number.to_string());
    let row = format!("{number:>5}   {columns}{:>7}", cells.counter);
    match &cells.remark {
        Some(remark) => remarked(&row, remark, page),
        None => row,
    }
}

/// A row with a remark, on a line of its own where it does not fit on the page.
fn remarked(row: &str, remark: &Remark, page: Page) -> String {
    let said = if remark.wrong { format!("<- {}", remark.said) } else { remark.said.clone() };
    let styled = if remark.wrong { styled(NO, &said) } else { said.clone() };
    match row.len() + 3 + said.len() <= page.width {
        true => format!("{row}   {styled}"),
        false => {
            let indent = page.width.saturating_sub(said.len());
            format!("{row}\n{:indent$}{styled}", "")
        }
    }
}

fn centred(text: &str, width: usize) -> String {
    let dashes = width.saturating_sub(text.len() + 3);
    let before = dashes / 2;
    format!("{}{text}{}", "-".repeat(before), "-".repeat(dashes - before))
}
