//! What was found in the copies, in the file, on the paper.

use crate::machine::printable;
use crate::outcome::{Copy, Run, number, several};
use crate::plan::Asked;
use crate::report::page::Page;
use crate::report::page::{LABEL, tied};
use crate::report::table::Table;
use crate::worker::resource;

/// "   (the sum of the copies: 312 - 187 - 125)"
pub(in crate::report) fn parts(run: &Run) -> String {
    let Some(copies) = &run.copies else { return String::new() };
    let mut sum = String::new();
    for (at, copy) in copies.iter().enumerate() {
        sum += match (at, copy.value < 0) {
            (0, _) => "",
            (_, true) => " - ",
            (_, false) => " + ",
        };
        sum += &if at == 0 { number(copy.value) } else { number(copy.value.unsigned_abs()) };
    }
    format!("   (the sum of the copies: {sum})")
}

/// All that was found, with a line before it; nothing where a single variable was shared.
pub(super) fn found(asked: &Asked, run: &Run, page: Page) -> String {
    let lines = files(asked, run).iter().map(|said| page.labelled("file", said)).collect();
    let lines: String = lines;
    let lines = lines + &paper(run, page);
    let lines = if lines.is_empty() { lines } else { format!("\n{lines}") };
    table(run).map_or(String::new(), |table| format!("\n{}", table.draw(page))) + &lines
}

/// What each of several copies holds.
pub(in crate::report) fn table(run: &Run) -> Option<Table> {
    let copies = run.copies.as_deref()?;
    let mut table = Table::new(2).left("copy", 13);
    for number in 1..=copies.len() {
        table = table.right(number.to_string(), 7);
    }
    let kept = copies.iter().map(|copy| number(copy.kept.sum()).into());
    let values = copies.iter().map(|copy| number(copy.value).into());
    table.row(std::iter::once("updates".into()).chain(kept).collect());
    table.row(std::iter::once("value".into()).chain(values).collect());
    Some(table)
}

/// "counter.txt holds -2988 = +988 -3976", of each copy that is kept.
pub(in crate::report) fn files(asked: &Asked, run: &Run) -> Vec<String> {
    let (Some(path), Some(kept)) = (&asked.config.file, run.kept) else { return Vec::new() };
    let one = [Copy { kept, value: kept.value() }];
    let copies = run.copies.as_deref().unwrap_or(&one);
    let line = |(copy, number): (&Copy, u64)| {
        let text = format!("{} = +{} -{}", copy.value, copy.kept.increments, copy.kept.decrements);
        let path = printable(&resource::path_of_copy(path, number).to_string_lossy());
        format!("{path} holds {}", tied(&text))
    };
    copies.iter().zip(1..).map(line).collect()
}

/// How much of the paper can be read, and with `-v` some of what cannot.
fn paper(run: &Run, page: Page) -> String {
    let (Some(lines), Some(examples)) = (readable(run), &run.torn_examples) else {
        return String::new();
    };
    let such = if page.verbose && !examples.is_empty() { ", such as" } else { "" };
    let lines = lines + such;
    let mut text = page.labelled("paper", &lines);
    if page.verbose {
        let indent = " ".repeat(LABEL + 2);
        text.extend(examples.iter().map(|line| format!("{indent}{line}\n")));
    }
    text
}

/// "8,871 records can be read, 1,129 lines cannot"
pub(in crate::report) fn readable(run: &Run) -> Option<String> {
    let read = several(run.kept.unwrap_or_default().sum(), "record");
    Some(format!("{read} can be read, {} cannot", several(run.torn_lines?, "line")))
}
