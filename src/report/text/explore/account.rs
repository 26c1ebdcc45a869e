//! What there is to say below the table: cancellation, who was inside, deadlocks and the like.

use super::count::size;
use crate::explore::{Exploration, Livelock};
use crate::machine::{Promise, Schedule};
use crate::outcome::{number, several};
use crate::plan::Asked;
use crate::report::page::{NO, Page, styled};

/// "Zero: 6 lose nothing, 8 are zero by cancellation. A share is not a probability."
pub(in crate::report) fn shares(found: &Exploration, page: Page) -> String {
    let mut sentences = Vec::new();
    if let Some(target) = found.outcome(found.target)
        && let (Some(all), Some(lossless)) = (&target.interleavings, &target.lossless)
        && all != lossless
    {
        let (whole, cancelled) = (size(lossless), size(&(all - lossless)));
        sentences.push(match found.target {
            0 => format!("Zero: {whole} lose nothing, {cancelled} are zero by cancellation."),
            target => format!(
                "{}: {whole} lose nothing, {cancelled} lost updates all the same.",
                number(target)
            ),
        });
    }
    if found.outcomes.len() > 1 {
        sentences.push("A share is not a probability.".into());
    }
    if sentences.is_empty() { String::new() } else { page.line(&sentences.join(" ")) }
}

/// Who was inside, and what never ends.
pub(super) fn account(asked: &Asked, found: &Exploration, page: Page) -> String {
    let facts = facts(asked, found);
    facts.iter().map(|(label, said)| page.labelled(label, said)).collect()
}

/// Likewise, each with its label.
pub(in crate::report) fn facts(asked: &Asked, found: &Exploration) -> Vec<(&'static str, String)> {
    let inside = inside(asked, found).map(|said| ("inside at once", said));
    let livelock =
        found.livelock.as_ref().map(|livelock| ("livelock", styled(NO, self::livelock(livelock))));
    let fault = found.fault.as_ref().map(|fault| {
        let said =
            format!("worker {} releases {}, which it does not hold", fault.worker, fault.lock);
        ("fault", styled(NO, said))
    });
    let deadlock = Some(("deadlock", deadlock(found)));
    [inside, deadlock, livelock, fault].into_iter().flatten().collect()
}

fn inside(asked: &Asked, found: &Exploration) -> Option<String> {
    let peak = found.peak_inside?;
    let most = found.promise.most_inside(asked.config.program.permits);
    let crowded = most.filter(|&most| peak as u64 > most);
    Some(match crowded {
        Some(_) if found.promise == Promise::MutualExclusion => {
            styled(NO, format!("up to {peak}: mutual exclusion is broken"))
        }
        Some(most) => styled(NO, format!("up to {peak}: more than the {most} that it promises")),
        None if found.complete && peak <= 1 => "never more than 1".into(),
        None => format!("up to {peak}"),
    })
}

fn deadlock(found: &Exploration) -> String {
    let Some(deadlock) = &found.deadlock else {
        return if found.complete { "never" } else { "none seen" }.into();
    };
    let preemptions = several(deadlock.min_preemptions, "preemption");
    let end = match &found.deadlocks {
        None => format!("{} schedules end stuck", styled(NO, "some")),
        Some(count) => {
            let count = size(count);
            let end = if count == "1" { "schedule ends" } else { "schedules end" };
            format!("{} {end} stuck", styled(NO, count))
        }
    };
    format!("{end}, the first with {preemptions}")
}

fn livelock(Livelock { schedule, cycle, .. }: &Livelock) -> String {
    let from = |schedule: &Schedule| match schedule.turns() {
        [] => "from the start".to_owned(),
        _ => format!("after {schedule}"),
    };
    format!("{}, {cycle} can be repeated for ever, and no worker makes progress", from(schedule))
}
