//! One strategy, one run: the whole account.

use super::start::{start, undisturbed};
use super::{account, copies, deaths, heading, inside, reached, traced};
use crate::outcome::{Run, StrategyResult, number};
use crate::plan::Asked;
use crate::report::page::Page;
use crate::report::text::explore::timeline::drawn;
use crate::report::timeline::Timeline;

pub(super) fn report(asked: &Asked, result: &StrategyResult, run: &Run, page: Page) -> String {
    let value = format!("{}{}", reached::value(run).drawn(), copies::parts(run));
    let mut text = page.line(&heading::of(asked, result))
        + "\n"
        + &page.labelled("final value", &value)
        + &page.labelled(&reached::label(run.target), &reached::sentence(run));
    if page.brief {
        return text;
    }
    text += &[
        "\n".into(),
        account::account(run, page),
        copies::found(asked, run, page),
        overwritten(asked, run, page),
        "\n".into(),
        page.facts(&deaths::facts(asked, result, run)),
        page.facts(&facts(asked, result, run)),
    ]
    .concat();
    text
}

/// What is to be said of the run, each with its label.
pub(in crate::report) fn facts(
    asked: &Asked,
    result: &StrategyResult,
    run: &Run,
) -> Vec<(&'static str, String)> {
    let time = run.ns_per_update().filter(|_| undisturbed(asked) && !run.partial);
    let time = time.map(|ns| ("time", format!("{ns:.1} ns per update")));
    let start = [("inside at once", inside::inside(asked, result)), ("start", start(asked))];
    start.into_iter().chain(time).collect()
}

/// Who overwrote whom in a traced run, and the write that overwrote the most as a timeline.
fn overwritten(asked: &Asked, run: &Run, page: Page) -> String {
    let Some(trace) = &run.trace else { return String::new() };
    let Some(loss) = trace.largest.first() else {
        return format!("\n{}", page.labelled("traced", &traced::worst(trace)));
    };
    let timeline = drawn(&Timeline::of_loss(&asked.config.program, loss), page);
    let head = match trace.losses {
        1 => "The write that overwrote them:".into(),
        losses => format!("The worst of {} writes that overwrote updates:", number(losses)),
    };
    let own = traced::own(trace).map_or(String::new(), |said| page.line(said));
    format!("\n{}{own}\n{}\n{timeline}", traced::table(trace).draw(page), page.line(&head))
}
