//! Several strategies side by side.

use super::{details, words};
use crate::machine::Promise;
use crate::outcome::{Run, StrategyResult, Summary};
use crate::plan::Plan;
use crate::report::Page;
use crate::report::page::{NAME, number, styled};
use crate::report::table::{Cell, Table};

/// Where the note behind the name of a strategy begins.
const AT: usize = 12;

pub(super) fn report(plan: &Plan, results: &[StrategyResult], page: Page) -> String {
    let heading = format!(
        "{}, {}: {}, {} times{}{}{}{}",
        words::workers(plan),
        words::shared(plan, false),
        words::who_does_what(&plan.config.program),
        number(plan.config.program.iters),
        if plan.config.program.workers > 1 { " each" } else { "" },
        words::whole(plan),
        words::killed(plan),
        if plan.runs > 1 {
            format!("; {} runs of each strategy", number(plan.runs))
        } else {
            String::new()
        },
    );
    let mut text = format!("{}\n\n{}\n", page.wrap(&heading, 0), table(plan, results).draw(page));
    let mut said = Vec::new();
    for result in results {
        let note = note(plan, result, &mut said);
        let at = AT.max(result.strategy.len() + 2);
        text += &format!("{}\n", page.labelled(at, &styled_name(result, at), &note));
    }
    text + "\n" + &page.wrap(&format!("start: {}", words::start(plan)), 4) + "\n"
}

fn styled_name(result: &StrategyResult, at: usize) -> String {
    let blanks = " ".repeat(at - result.strategy.len() - 1);
    format!("{}{blanks}", styled(NAME, result.strategy))
}

fn table(plan: &Plan, results: &[StrategyResult]) -> Table {
    let timed = plan.undisturbed();
    let reached = words::reached_label(plan.config.program.planned().value());
    let mut table = Table::default().left("strategy", 11);
    table = if plan.runs == 1 {
        table.right("final value").left(reached, 0).right("lost updates")
    } else {
        table.right("final values").left(reached, 0).right("lost (median)")
    };
    table = table.right("inside at once");
    if timed {
        table = table.right("ns/update").right("factor");
    }
    let cheapest = results.iter().filter(lossless).filter_map(time).reduce(f64::min);
    for result in results {
        let mut row = vec![Cell::styled(NAME, result.strategy)];
        row.extend(match (&result.runs[..], &result.summary) {
            ([run], _) if plan.runs == 1 => of_one(run),
            (runs, Some(summary)) => of_many(runs, summary),
            _ => ["-", "not run", "-", "-"].map(Cell::from).to_vec(),
        });
        if timed {
            let time = time(result);
            row.push(time.map_or("-".into(), |ns| format!("{ns:.1}")).into());
            let factor = time.zip(cheapest).map(|(ns, cheapest)| ns / cheapest);
            row.push(factor.map_or("-".into(), |factor| format!("{factor:.2}")).into());
        }
        table.row(row);
    }
    table
}

fn lossless(result: &&StrategyResult) -> bool {
    result.summary.as_ref().is_some_and(|summary| summary.lossless == summary.runs)
}

fn time(result: &StrategyResult) -> Option<f64> {
    let whole = result.runs.iter().all(|run| !run.partial);
    result.summary.as_ref().filter(|_| whole)?.ns_per_update.map(|time| time.median)
}

fn peak(peak: Option<u64>) -> Cell {
    peak.map_or("-".into(), number).into()
}

fn of_one(run: &Run) -> Vec<Cell> {
    vec![
        number(run.value).into(),
        words::reached_cell(run),
        number(run.lost.sum()).into(),
        peak(run.peak_inside),
    ]
}

fn of_many(runs: &[Run], summary: &Summary) -> Vec<Cell> {
    let values = if summary.value.min == summary.value.max {
        number(summary.value.min)
    } else {
        format!("{} to {}", number(summary.value.min), number(summary.value.max))
    };
    let style = match (summary.reached, summary.cancelled) {
        (reached, 0) if reached == summary.runs => crate::report::YES,
        (0, _) => crate::report::NO,
        _ => crate::report::page::BEWARE,
    };
    vec![
        values.into(),
        Cell::styled(
            style,
            format!("{} of {}", number(summary.reached as u64), number(summary.runs as u64)),
        ),
        number(summary.lost.median).into(),
        peak(runs.iter().filter_map(|run| run.peak_inside).max()),
    ]
}

/// What a strategy did, in a line; "likewise" where the one before did the same.
fn note(plan: &Plan, result: &StrategyResult, said: &mut Vec<&'static str>) -> String {
    let Some(summary) = &result.summary else { return "not run".into() };
    if let [run] = &result.runs[..]
        && run.partial
    {
        if let Some(end) = details::end(plan, run) {
            return end;
        }
        let (made, planned) = (number(run.made.sum()), number(run.planned.sum()));
        return format!("made {made} of {planned} updates, {}", words::lost(run));
    }
    if summary.lossless < summary.runs {
        return match &result.runs[..] {
            [run] => format!("{}: {}", words::lost(run), words::sum(run)),
            _ => losses(summary),
        };
    }
    let one_in = "let one worker at a time into the critical section";
    let (does, more) = match result.promise {
        Promise::Nothing => return "lost nothing this time, and promises nothing".into(),
        Promise::NoLostUpdate => ("makes each update in one step: nothing comes between", ""),
        Promise::MutualExclusion => (one_in, ""),
        Promise::AtMostPermits if plan.config.program.permits == 1 => {
            (one_in, "it has 1 permit (several copies: semaphore --copies 3)")
        }
        Promise::AtMostPermits => ("lost nothing this time, but lets several in at once", ""),
    };
    let does = if said.contains(&does) {
        "likewise"
    } else {
        said.push(does);
        does
    };
    if more.is_empty() { does.into() } else { format!("{does}: {more}") }
}

fn losses(summary: &Summary) -> String {
    format!(
        "lost updates in {} of {} runs{}",
        number((summary.runs - summary.lossless) as u64),
        number(summary.runs as u64),
        match summary.cancelled {
            0 => String::new(),
            some => format!(", in {} of them zero by cancellation", number(some as u64)),
        }
    )
}
