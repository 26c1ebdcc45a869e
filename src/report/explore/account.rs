//! What there is to say below the table: cancellation, who was inside, deadlocks and the like.

use num_bigint::BigUint;

use super::count::{percent, size};
use crate::explore::{Chance, Exploration, Livelock, Memory};
use crate::machine::Promise;
use crate::outcome::{ExplorationResult, number, several};
use crate::plan::Asked;
use crate::report::page::{NO, Page, styled, tied};
use crate::report::sheet::Fact;

/// "Zero: 6 lose nothing, 8 are zero by cancellation."
pub(super) fn cancelled(found: &Exploration) -> Option<String> {
    let target = found.final_value(found.target)?;
    let (all, lossless) = (target.interleavings.as_ref()?, target.lossless.as_ref()?);
    let (whole, cancelled) = (size(lossless), size(&(all - lossless)));
    (all != lossless).then(|| match found.target {
        0 => format!("Zero: {whole} lose nothing, {cancelled} are zero by cancellation."),
        target => format!(
            "{}: {whole} lose nothing, {cancelled} lost updates all the same.",
            number(target)
        ),
    })
}

/// What a chance is; nothing where it is certain how the program ends.
pub(in crate::report) fn chance(explored: &ExplorationResult) -> Option<String> {
    let found = &explored.found;
    let known = found.outcomes.iter().all(|outcome| outcome.chance.is_some());
    match (found.complete, known) {
        (true, false) => {
            Some("chance: not computed, since it would take too much time or memory".into())
        }
        (true, true) if found.outcomes.len() > 1 || found.stuck() => {
            let buffers = match found.memory {
                Memory::Sc => "",
                Memory::Tso => " and each store buffer that is not empty",
            };
            let attempts = match explored.description.spins {
                true => "; a failed attempt is a step here",
                false => "",
            };
            Some(format!(
                "chance: if at each step each enabled worker{buffers} is as likely to go on as any \
                 other{attempts}"
            ))
        }
        _ => None,
    }
}

/// Who was inside, and what never ends, each with its label; in a brief report only what is wrong.
pub(in crate::report) fn facts(
    asked: &Asked,
    found: &Exploration,
    page: Page,
) -> Vec<Fact<'static>> {
    let inside = inside(asked, found, page).map(|said| ("inside at once", said));
    let livelock = found.livelock.as_ref().map(|livelock| ("livelock", self::livelock(livelock)));
    let fault = found.fault.as_ref().map(|fault| {
        let said =
            format!("worker {} releases {}, which it does not hold", fault.worker, fault.lock);
        ("fault", styled(NO, said) + &of_chance(fault.chance.as_ref()))
    });
    let deadlock = (!page.brief || found.deadlock.is_some()).then(|| ("deadlock", deadlock(found)));
    [inside, deadlock, livelock, fault].into_iter().flatten().collect()
}

fn inside(asked: &Asked, found: &Exploration, page: Page) -> Option<String> {
    let peak = found.peak_inside?;
    let most = found.promise.most_inside(asked.config.program.permits);
    let crowded = most.filter(|&most| peak as u64 > most);
    Some(match crowded {
        None if page.brief => return None,
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
    format!("{end}, the first with {preemptions}{}", of_chance(deadlock.chance.as_ref()))
}

/// "; chance 45.3 %", where it is known.
fn of_chance(chance: Option<&Chance>) -> String {
    chance.map_or_else(String::new, |chance| format!("; chance {}", tied(&percent(chance))))
}

fn livelock(Livelock { rounds, chance, .. }: &Livelock) -> String {
    let said = format!("schedule {rounds}: workers take steps for ever, and none makes progress");
    let left = chance.as_ref().is_some_and(|chance| *chance.part() == BigUint::ZERO);
    let left = if left { ": workers leave it sooner or later" } else { "" };
    format!("{}{}{left}", styled(NO, said), of_chance(chance.as_ref()))
}
