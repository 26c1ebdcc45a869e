//! What the hardware showed, beside what the model allows.

use crate::explore::{Chance, Memory};
use crate::outcome::{Compared, Comparison, StrategyResult, number, several};
use crate::plan::Asked;
use crate::report::explore::account;
use crate::report::explore::count::percent;
use crate::report::explore::cut;
use crate::report::page::{LABEL, NO, Page};
use crate::report::sheet::{Fact, Sheet};
use crate::report::table::{Cell, Table};
use crate::worker::YieldRate;

/// So many values are named one by one.
const NAMED: usize = 12;

/// The table, and what is to be said of it.
pub(super) fn write(
    asked: &Asked,
    result: &StrategyResult,
    model: &Comparison,
    sheet: &mut dyn Sheet,
) {
    let page = sheet.page();
    sheet.table("Each final value that is possible, or was seen", &table(model, page));
    said(asked, result, model, page).iter().for_each(|said| sheet.sentence(said));
    sheet.facts(LABEL, &facts(asked, model, page));
}

/// A row for each final value, or for a range of them.
fn table(model: &Comparison, page: Page) -> Table {
    let rows = model.rows(page.verbose);
    let folded = rows.len() < model.values.len();
    let mut table = Table::new(2).right("final value", 0).right("runs", 0);
    table = table.right("share", 7).right("chance", 7);
    if !page.brief && !folded {
        table = table.left("schedule", 0);
    }
    let room = page.width.saturating_sub(48).max(15);
    for (bin, values) in rows {
        let runs = values.iter().map(|compared| compared.runs).sum();
        let schedule = values.iter().find_map(|compared| compared.schedule.as_ref());
        let schedule = schedule.map_or(String::new(), |schedule| cut(&schedule.to_string(), room));
        let mut row = vec![
            bin.range().into(),
            number(runs).into(),
            if runs == 0 { "never".into() } else { share(runs, model).into() },
            chance_cell(chance(&values).as_ref(), &values),
            schedule.into(),
        ];
        row.truncate(table.columns.len());
        table.row(row);
    }
    table
}

/// How likely any of them is in the model.
pub(in crate::report) fn chance(values: &[&Compared]) -> Option<Chance> {
    Chance::sum(values.iter().map(|compared| compared.chance.as_ref()))
}

/// "8.0 %"
pub(in crate::report) fn chance_cell(chance: Option<&Chance>, values: &[&Compared]) -> Cell {
    match chance {
        _ if values.iter().any(|compared| compared.possible == Some(false)) => {
            Cell::styled(NO, "IMPOSSIBLE")
        }
        Some(chance) => percent(chance).into(),
        None if values.iter().all(|compared| compared.possible.is_some()) => "-".into(),
        None => "?".into(),
    }
}

/// "0.4 %", of the runs that came to their end.
pub(in crate::report) fn share(runs: usize, model: &Comparison) -> String {
    percent(&Chance::new(runs, model.runs.max(1)))
}

/// What was not seen, and what the columns are.
fn said(asked: &Asked, result: &StrategyResult, model: &Comparison, page: Page) -> Vec<String> {
    let never = model.never_seen();
    let named: Vec<_> = never.iter().take(NAMED).map(|value| number(*value)).collect();
    let more = match never.len() - named.len() {
        0 => String::new(),
        more => format!(" and {} more", several(more, "value")),
    };
    let mut said = vec![match (never.is_empty(), model.complete) {
        (false, _) => format!("Possible, and never seen: {}{more}.", named.join(", ")),
        (true, true) => "Each value that is possible was seen.".into(),
        (true, false) => "Not every interleaving was explored.".into(),
    }];
    if !page.verbose && model.rows(false).len() < model.values.len() {
        said.push("Each value, with a schedule that leads to it: -v.".into());
    }
    if model.runs < result.count() {
        let others = several(result.count() - model.runs, "run");
        said.push(format!("Not compared: {others} that did not come to the end."));
    }
    if model.memory == Memory::Tso {
        said.push(
            "The model is total store order: stores wait in a buffer, as on x86. Sequential \
             consistency does not allow what was seen."
                .into(),
        );
    }
    let chance = account::chance(&model.explored);
    let known = chance.is_some();
    said.extend(chance);
    if known && !page.brief {
        let yields = match asked.config.yields {
            YieldRate::Never => "",
            YieldRate::OneIn(_) => ", and yields on purpose",
        };
        said.push(format!(
            "The hardware does not choose like that: a worker often takes many steps in a \
             row{yields}."
        ));
    }
    said
}

/// How the program ends without a final value.
fn facts(asked: &Asked, model: &Comparison, page: Page) -> Vec<Fact<'static>> {
    let found = &model.explored.found;
    let facts = account::facts(asked, found, page).into_iter();
    facts.filter(|(label, _)| found.stuck() && *label != "inside at once").collect()
}
