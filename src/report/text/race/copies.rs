//! What was found in the copies, in the file, on the paper.

use crate::machine::printable;
use crate::outcome::{Copy, Run, number, several};
use crate::plan::Asked;
use crate::report::page::Page;
use crate::report::page::{LABEL, tied};
use crate::report::table::Table;
use crate::worker::resource;

/// "   (the sum of the copies: 312 - 187 - 125)"
pub(super) fn parts(run: &Run) -> String {
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
    let lines = files(asked, run, page) + &paper(run, page);
    let lines = if lines.is_empty() { lines } else { format!("\n{lines}") };
    run.copies.as_deref().map_or(String::new(), |copies| table(copies, page)) + &lines
}

fn table(copies: &[Copy], page: Page) -> String {
    let mut table = Table::new(2).left("copy", 13);
    for number in 1..=copies.len() {
        table = table.right(number.to_string(), 7);
    }
    let kept = copies.iter().map(|copy| number(copy.kept.sum()).into());
    let values = copies.iter().map(|copy| number(copy.value).into());
    table.row(std::iter::once("updates".into()).chain(kept).collect());
    table.row(std::iter::once("value".into()).chain(values).collect());
    format!("\n{}", table.draw(page))
}

/// "counter.txt holds -2988 = +988 -3976", of each copy that is kept.
fn files(asked: &Asked, run: &Run, page: Page) -> String {
    let (Some(path), Some(kept)) = (&asked.config.file, run.kept) else { return String::new() };
    let one = [Copy { kept, value: kept.value() }];
    let copies = run.copies.as_deref().unwrap_or(&one);
    let line = |(copy, number): (&Copy, u64)| {
        let text = format!("{} = +{} -{}", copy.value, copy.kept.increments, copy.kept.decrements);
        let path = printable(&resource::path_of_copy(path, number).to_string_lossy());
        page.labelled("file", &format!("{path} holds {}", tied(&text)))
    };
    copies.iter().zip(1..).map(line).collect()
}

/// How much of the paper can be read, and with `-v` some of what cannot.
fn paper(run: &Run, page: Page) -> String {
    let (Some(torn), Some(examples)) = (run.torn_lines, &run.torn_examples) else {
        return String::new();
    };
    let read = several(run.kept.unwrap_or_default().sum(), "record");
    let such = if page.verbose && torn > 0 { ", such as" } else { "" };
    let lines = format!("{read} can be read, {} cannot{such}", several(torn, "line"));
    let mut text = page.labelled("paper", &lines);
    if page.verbose {
        let indent = " ".repeat(LABEL + 2);
        text.extend(examples.iter().map(|line| format!("{indent}{line}\n")));
    }
    text
}
