//! Several strategies side by side.

use super::start::{start, time, undisturbed};
use super::{account, deaths, heading, reached, traced};
use crate::machine::Promise;
use crate::outcome::{Run, StrategyResult, Summary, number};
use crate::plan::Asked;
use crate::report::page::{BEWARE, NAME, NO, Page, YES, styled};
use crate::report::picture::raced;
use crate::report::sheet::Sheet;
use crate::report::table::{Cell, Table};
use crate::report::timeline::Timeline;

/// Where the note after the name of a strategy begins.
const AT: usize = 12;

pub(super) fn write(asked: &Asked, results: &[StrategyResult], sheet: &mut dyn Sheet) {
    let page = sheet.page();
    sheet.table("The strategies", &table(asked, results, page));
    if page.brief {
        return;
    }
    sheet.not_in_text(&|sheet| raced(asked, results, sheet));
    let names: Vec<_> = results.iter().map(|result| styled(NAME, result.strategy)).collect();
    let named = || names.iter().map(String::as_str).zip(results);
    let mut said = Vec::new();
    let notes: Vec<_> = named().map(|(name, of)| (name, note(asked, of, &mut said))).collect();
    sheet.blank();
    sheet.facts(AT, &notes);
    let traced: Vec<_> = named()
        .filter_map(|(name, of)| Some((name, of.summary.as_ref()?.first.trace.as_ref()?)))
        .collect();
    let worst: Vec<_> = traced.iter().map(|(name, trace)| (*name, traced::worst(trace))).collect();
    sheet.blank();
    sheet.facts(AT, &worst);
    sheet.not_in_text(&|sheet| {
        for (name, loss) in traced.iter().filter_map(|(name, of)| Some((name, of.largest.first()?)))
        {
            let title = format!("{name}: the write that overwrote the most updates");
            sheet.timeline(&title, Timeline::of_loss(&asked.config.program, loss));
        }
    });
    sheet.blank();
    sheet.note(&format!("start: {}", start(asked)));
}

pub(super) fn heading(asked: &Asked, results: &[StrategyResult]) -> String {
    let program = &asked.config.program;
    format!(
        "{}, {}: {}, {} times{}{}{}{}",
        heading::workers(asked),
        heading::shared(asked, false),
        heading::who_does_what(program),
        number(program.iters),
        if program.workers > 1 { " each" } else { "" },
        heading::whole(asked),
        deaths::heading(results),
        match asked.runs() {
            1 => String::new(),
            runs => format!("; {} runs of each strategy", number(runs)),
        }
    )
}

fn table(asked: &Asked, results: &[StrategyResult], page: Page) -> Table {
    let timed = undisturbed(asked) && !page.brief;
    let reached = reached::label(asked.config.program.planned().value());
    let mut table = Table::new(3).left("strategy", 11);
    table = if asked.runs() == 1 {
        table.right("final value", 0).left(reached, 0).right("lost updates", 0)
    } else {
        table.right("final values", 0).left(reached, 0).right("lost (median)", 0)
    };
    if !page.brief {
        table = table.right("inside at once", 0);
    }
    if timed {
        table = table.right("ns/update", 0).right("factor", 0);
    }
    let cheapest = results.iter().filter(lossless).filter_map(time).reduce(f64::min);
    for result in results {
        let mut row = vec![Cell::styled(NAME, result.strategy)];
        row.extend(match (result.only(), &result.summary) {
            (Some(run), _) if asked.runs() == 1 => of_one(run),
            (_, Some(summary)) => of_many(summary),
            _ => ["-", "not run", "-", "-"].map(Cell::from).to_vec(),
        });
        // The last one says how many were inside.
        row.truncate(if page.brief { 4 } else { 5 });
        if timed {
            let time = time(result);
            let factor = time.zip(cheapest).map(|(ns, cheapest)| ns / cheapest);
            row.push(time.map_or("-".into(), |ns| format!("{ns:.1}")).into());
            row.push(factor.map_or("-".into(), |factor| format!("{factor:.2}")).into());
        }
        table.row(row);
    }
    table
}

fn lossless(result: &&StrategyResult) -> bool {
    result.summary.as_ref().is_some_and(|summary| summary.lossless == summary.runs)
}

fn peak(peak: Option<u64>) -> Cell {
    peak.map_or("-".into(), number).into()
}

fn of_one(run: &Run) -> Vec<Cell> {
    let lost = run.lost.map_or("unknown".into(), |lost| number(lost.sum()));
    vec![reached::value(run).text.into(), reached::cell(run), lost.into(), peak(run.peak_inside)]
}

fn of_many(summary: &Summary) -> Vec<Cell> {
    let values = match summary.value.spread() {
        None => "unknown".into(),
        Some(value) if value.min == value.max => number(value.min),
        Some(value) => format!("{} to {}", number(value.min), number(value.max)),
    };
    let style = match (summary.reached, summary.cancelled) {
        (reached, 0) if reached == summary.runs => YES,
        (0, _) => NO,
        _ => BEWARE,
    };
    let reached = format!("{} of {}", number(summary.reached), number(summary.runs));
    vec![
        values.into(),
        Cell::styled(style, reached),
        summary.lost.spread().map_or("unknown".into(), |lost| number(lost.median)).into(),
        peak(summary.peak_inside),
    ]
}

/// What a strategy did, in a line; "likewise" where the one before did the same.
fn note(asked: &Asked, result: &StrategyResult, said: &mut Vec<String>) -> String {
    let program = &asked.config.program;
    let Some(summary) = &result.summary else { return "not run".into() };
    match result.only() {
        Some(run) if !run.deaths.is_empty() => return deaths::end(asked, run),
        Some(run) if run.partial => {
            let (made, planned) = (number(run.made.sum()), number(run.planned.sum()));
            return format!("made {made} of {planned} updates, {}", account::lost(run));
        }
        Some(run) if run.surplus.sum() > 0 => return reached::sentence(run),
        Some(run) if summary.lossless == 0 => return losses_of_one(run),
        _ if summary.lossless < summary.runs => return losses(summary),
        _ => {}
    }
    let one_in = "let one worker at a time into the critical section";
    let (does, more) = match result.promise {
        Promise::Nothing => return "lost nothing this time, and promises nothing".into(),
        Promise::NoLostUpdate => {
            ("makes each update in one step: nothing comes between".to_owned(), "")
        }
        Promise::MutualExclusion => (one_in.into(), ""),
        Promise::AtMostPermits if program.permits == 1 => {
            (one_in.into(), ": it has 1 permit (several copies: semaphore --copies 3)")
        }
        Promise::AtMostPermits if program.permits <= program.copies => {
            (format!("let {} workers in at once, each on a copy", number(program.permits)), "")
        }
        Promise::AtMostPermits => {
            ("lost nothing this time, but lets several workers in at once".into(), "")
        }
    };
    if said.contains(&does) {
        return format!("likewise{more}");
    }
    said.push(does.clone());
    does + more
}

fn losses_of_one(run: &Run) -> String {
    let sum = account::sum(run).map_or(String::new(), |sum| format!(": {sum}"));
    format!("{}{sum}", account::lost(run))
}

fn losses(summary: &Summary) -> String {
    let lossy = number(summary.runs - summary.lossless);
    let cancelled = match summary.cancelled {
        0 => String::new(),
        some => format!(", in {} of them zero by cancellation", number(some)),
    };
    format!("lost updates in {lossy} of {} runs{cancelled}", number(summary.runs))
}
