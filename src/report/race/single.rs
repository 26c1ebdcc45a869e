//! One strategy, one run: the whole account.

use super::start::{start, undisturbed};
use super::{account, copies, deaths, inside, reached, traced};
use crate::outcome::{Run, RunTrace, StrategyResult, number};
use crate::plan::Asked;
use crate::report::page::LABEL;
use crate::report::picture::raced;
use crate::report::sheet::{Fact, Sheet};
use crate::report::timeline::Timeline;

pub(super) fn write(asked: &Asked, result: &StrategyResult, run: &Run, sheet: &mut dyn Sheet) {
    let value = format!("{}{}", reached::value(run).drawn(), copies::parts(run));
    let label = reached::label(run.target);
    sheet.answers(&[("final value", value), (&label, reached::sentence(run))]);
    if sheet.page().brief {
        return;
    }
    sheet.subheading("The account");
    sheet.not_in_text(&|sheet| raced(asked, std::slice::from_ref(result), sheet));
    sheet.table("The account of all updates", &account::table(run));
    if let Some(sum) = account::made_up(run) {
        sheet.note(&sum);
    }
    copies::write(asked, run, sheet);
    if let Some(trace) = &run.trace {
        overwritten(asked, trace, sheet);
    }
    sheet.blank();
    sheet.facts(LABEL, &deaths::facts(asked, result, run));
    sheet.facts(LABEL, &facts(asked, result, run));
}

/// How many were inside, and how the workers started.
fn facts(asked: &Asked, result: &StrategyResult, run: &Run) -> Vec<Fact<'static>> {
    let time = run.ns_per_update().filter(|_| undisturbed(asked) && !run.partial);
    let time = time.map(|ns| ("time", format!("{ns:.1} ns per update")));
    let start = [("inside at once", inside::inside(asked, result)), ("start", start(asked))];
    start.into_iter().chain(time).collect()
}

/// Who overwrote whom in a traced run, and the write that overwrote the most as a timeline.
fn overwritten(asked: &Asked, trace: &RunTrace, sheet: &mut dyn Sheet) {
    let Some(loss) = trace.largest.first() else {
        sheet.blank();
        return sheet.facts(LABEL, &[("traced", traced::worst(trace))]);
    };
    sheet.table("Who overwrote whom", &traced::table(trace));
    if let Some(own) = traced::own(trace) {
        sheet.sentence(own);
    }
    let head = match trace.losses {
        1 => "The write that overwrote them:".into(),
        losses => format!("The worst of {} writes that overwrote updates:", number(losses)),
    };
    sheet.timeline(&head, Timeline::of_loss(&asked.config.program, loss));
}
