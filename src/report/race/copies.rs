//! What was found in the copies, in the file, on the paper.

use crate::machine::printable;
use crate::outcome::{Copy, Run, number, several};
use crate::plan::Asked;
use crate::report::page::{LABEL, tied};
use crate::report::sheet::{Fact, Sheet};
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

/// All that was found, where more than a single variable was shared.
pub(super) fn write(asked: &Asked, run: &Run, sheet: &mut dyn Sheet) {
    if let Some(table) = table(run) {
        sheet.table("What the copies hold", &table);
    }
    sheet.blank();
    sheet.facts(LABEL, &files(asked, run));
    paper(run, sheet);
}

/// What each of several copies holds.
fn table(run: &Run) -> Option<Table> {
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
fn files(asked: &Asked, run: &Run) -> Vec<Fact<'static>> {
    let (Some(path), Some(kept)) = (&asked.config.file, run.kept) else { return Vec::new() };
    let one = [Copy { kept, value: kept.value() }];
    let copies = run.copies.as_deref().unwrap_or(&one);
    let line = |(copy, number): (&Copy, u64)| {
        let text = format!("{} = +{} -{}", copy.value, copy.kept.increments, copy.kept.decrements);
        let path = printable(&resource::path_of_copy(path, number).to_string_lossy());
        ("file", format!("{path} holds {}", tied(&text)))
    };
    copies.iter().zip(1..).map(line).collect()
}

/// "8,871 records can be read, 1,129 lines cannot", and with `-v` some of those.
fn paper(run: &Run, sheet: &mut dyn Sheet) {
    let (Some(torn), Some(examples)) = (run.torn_lines, &run.torn_examples) else { return };
    let shown = if sheet.page().verbose { &examples[..] } else { &[] };
    let such = if shown.is_empty() { "" } else { ", such as" };
    let read = several(run.kept.unwrap_or_default().sum(), "record");
    let lines = format!("{read} can be read, {} cannot{such}", several(torn, "line"));
    sheet.facts(LABEL, &[("paper", lines)]);
    sheet.quoted(LABEL + 2, shown);
}
