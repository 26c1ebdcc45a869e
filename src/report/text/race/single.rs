//! One strategy, one run: the whole account.

use super::start::{start, undisturbed};
use super::{account, copies, deaths, heading, inside, reached, traced};
use crate::machine::Promise;
use crate::outcome::{Run, StrategyResult, number};
use crate::plan::Asked;
use crate::report::page::Page;
use crate::report::page::{NAME, styled};
use crate::report::text::explore::timeline::drawn;
use crate::report::timeline::Timeline;

pub(super) fn report(asked: &Asked, result: &StrategyResult, run: &Run, page: Page) -> String {
    let permits = result.promise == Promise::AtMostPermits;
    let (name, program) = (styled(NAME, result.strategy), heading::program(asked, permits));
    let value = format!("{}{}", reached::value(run).drawn(), copies::parts(run));
    let mut text = page.line(&format!("{name}: {program}{}", deaths::heading([run])))
        + "\n"
        + &page.labelled("final value", &value)
        + &page.labelled(&reached::label(run.target), &reached::sentence(run));
    if page.brief {
        return text;
    }
    let time = run.ns_per_update().filter(|_| undisturbed(asked) && !run.partial);
    text += &[
        "\n".into(),
        account::account(run, page),
        copies::found(asked, run, page),
        overwritten(asked, run, page),
        deaths::deaths(asked, result, run, page),
        if run.deaths.is_empty() { "\n".into() } else { String::new() },
        page.labelled("inside at once", &inside::inside(asked, result)),
        page.labelled("start", &start(asked)),
        time.map_or(String::new(), |ns| page.labelled("time", &format!("{ns:.1} ns per update"))),
    ]
    .concat();
    text
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
