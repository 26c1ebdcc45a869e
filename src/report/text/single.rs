//! One strategy, one run: the whole account.

use super::{details, words};
use crate::machine::Promise;
use crate::outcome::{Run, StrategyResult};
use crate::plan::Plan;
use crate::report::Page;
use crate::report::page::{NAME, NO, YES, number, styled};
use crate::report::table::Table;

/// Where the text behind a label begins.
pub(super) const AT: usize = 16;

pub(super) fn report(plan: &Plan, result: &StrategyResult, run: &Run, page: Page) -> String {
    let style = if run.reached && run.lost.sum() == 0 { YES } else { NO };
    let lines = [
        page.wrap(&headline(plan, result, run), 0),
        String::new(),
        page.labelled(
            AT,
            "final value",
            &(styled(style, number(run.value)) + &details::parts(run)),
        ),
        page.labelled(AT, &words::reached_label(run.target), &words::reached_sentence(run)),
        String::new(),
        account(run, page)
            + &details::found(plan, run, page)
            + &details::deaths(plan, result, run, page),
        page.labelled(AT, "inside at once", &words::inside(plan, result, run.peak_inside)),
        page.labelled(AT, "start", &words::start(plan)),
    ];
    let time = run.ns_per_update().filter(|_| plan.undisturbed() && !run.partial);
    let time = time.map(|ns| page.labelled(AT, "time", &format!("{ns:.1} ns per update")) + "\n");
    lines.join("\n") + "\n" + &time.unwrap_or_default()
}

fn headline(plan: &Plan, result: &StrategyResult, run: &Run) -> String {
    let killed = run.deaths.iter().map(|death| {
        let how = if death.asked { "killed" } else { "died" };
        format!("; worker {} {how}", death.worker)
    });
    let killed: String = killed.collect();
    format!(
        "{}: {}, {} iterations each, {}{}{killed}",
        styled(NAME, result.strategy),
        words::workers(plan),
        number(plan.config.program.iters),
        words::shared(plan, result.promise == Promise::AtMostPermits),
        words::whole(plan)
    )
}

/// Planned (where it differs), made, kept and lost, and how they make up the final value.
fn account(run: &Run, page: Page) -> String {
    let unfinished = run.planned != run.made;
    let mut table = Table::default().narrow().left("", 13);
    if unfinished {
        table = table.right_wide("planned", 7);
    }
    table = table.right_wide("made", 7).right_wide("kept", 7).right_wide("lost", 7);
    let rows = [
        (
            "increments",
            run.planned.increments,
            run.made.increments,
            run.kept.increments,
            run.lost.increments,
        ),
        (
            "decrements",
            run.planned.decrements,
            run.made.decrements,
            run.kept.decrements,
            run.lost.decrements,
        ),
    ];
    for (name, planned, made, kept, lost) in rows {
        let numbers = [planned, made, kept, lost];
        let shown = if unfinished { &numbers[..] } else { &numbers[1..] };
        let cells = shown.iter().map(|&count| number(count).into());
        table.row(std::iter::once(name.into()).chain(cells).collect());
    }
    let identity = format!("final value = kept increments - kept decrements = {}", words::sum(run));
    table.draw(page) + &page.wrap(&identity, 4) + "\n"
}
