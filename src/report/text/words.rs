//! The sentences that several reports share.

use crate::machine::Promise;
use crate::machine::Tally;
use crate::machine::{Delta, Guard, Program};
use crate::outcome::{Outcome, Run, StrategyResult};
use crate::plan::{Expect, Plan};
use crate::report::Page;
use crate::report::page::{BEWARE, NO, YES, number, several, styled, tied};
use crate::report::table::Cell;
use crate::worker::YieldRate;
use crate::worker::resource;

/// "reached zero", or with `--count-up` "reached 10,000"
pub(super) fn reached_label(run_target: i64) -> String {
    if run_target == 0 { "reached zero".into() } else { format!("reached {}", number(run_target)) }
}

/// "yes", "NO", "BY CANCELLATION"
pub(super) fn reached_cell(run: &Run) -> Cell {
    match (run.reached, run.cancelled()) {
        _ if run.partial => Cell::styled(NO, "NO (partial)"),
        (_, true) => Cell::styled(BEWARE, "BY CANCELLATION"),
        (true, _) => Cell::styled(YES, "yes"),
        (false, _) => Cell::styled(NO, "NO"),
    }
}

/// "lost 4,012 increments and 1,024 decrements"
pub(super) fn lost(run: &Run) -> String {
    format!(
        "lost {} and {}",
        several(run.lost.increments, "increment"),
        several(run.lost.decrements, "decrement")
    )
}

/// "2,500 decrements"
pub(super) fn tally(of: Tally) -> String {
    match (of.increments, of.decrements) {
        (some, 0) => several(some, "increment"),
        (0, some) => several(some, "decrement"),
        (up, down) => format!("{} and {}", several(up, "increment"), several(down, "decrement")),
    }
}

/// "worker 1", "workers 1, 2 and 3"
pub(super) fn named(who: &[usize]) -> String {
    let numbers: Vec<_> = who.iter().map(|&number| self::number(number as u64)).collect();
    match &numbers[..] {
        [] => "nobody".into(),
        [one] => format!("worker {one}"),
        [rest @ .., last] => format!("workers {} and {last}", rest.join(", ")),
    }
}

/// "988 - 3,976 = -2,988"
pub(super) fn sum(run: &Run) -> String {
    let (kept, value) = (run.kept, number(run.value));
    tied(&format!("{} - {} = {value}", number(kept.increments), number(kept.decrements)))
}

/// "2 threads"
pub(super) fn workers(plan: &Plan) -> String {
    let count = plan.config.program.workers;
    let kind = if count == 1 { plan.config.kind.one() } else { plan.config.kind.name() };
    format!("{} {kind}", number(count as u64))
}

/// "; worker 2 killed", where one is to be.
pub(super) fn killed(plan: &Plan) -> String {
    if plan.config.kill { "; worker 2 killed".into() } else { String::new() }
}

/// ", the whole loop guarded", where it is.
pub(super) fn whole(plan: &Plan) -> &'static str {
    match plan.config.program.guard {
        Guard::Update => "",
        Guard::Loop => ", the whole loop guarded",
    }
}

/// "one counter", "3 copies of the counter, 3 permits"
pub(super) fn shared(plan: &Plan, permits: bool) -> String {
    let what = match plan.config.resource {
        resource::Kind::Variable => "counter",
        resource::Kind::File => "file",
        resource::Kind::Printer => "printer",
    };
    let Program { copies, permits: count, .. } = plan.config.program;
    let permits = if permits { format!(", {}", several(count, "permit")) } else { String::new() };
    match copies {
        1 => format!("one {what}"),
        _ => format!("{} copies of the {what}{permits}", number(copies)),
    }
}

/// "worker 1 adds 1, worker 2 subtracts 1"
pub(super) fn who_does_what(program: &Program) -> String {
    let count = |deltas: &[Delta]| {
        (0..program.workers).filter(|&me| program.deltas(me) == deltas).count() as u64
    };
    let up = count(&[Delta::Increment]);
    let down = count(&[Delta::Decrement]);
    let both = count(&[Delta::Increment, Delta::Decrement]);
    match (up, down, both) {
        (1, 1, 0) => "worker 1 adds 1, worker 2 subtracts 1".into(),
        (_, 0, 0) => "each adds 1".into(),
        (0, 0, _) => "it adds 1, then subtracts 1".into(),
        (_, _, 0) => format!("{} add 1, {} subtract 1", number(up), number(down)),
        _ => format!(
            "{} add{} 1, {} subtract{} 1, the last does both",
            number(up),
            third(up),
            number(down),
            third(down)
        ),
    }
}

fn third(count: u64) -> &'static str {
    if count == 1 { "s" } else { "" }
}

/// How the workers started, and what was done for the race to show.
pub(super) fn start(plan: &Plan) -> String {
    let together = match plan.config.program.workers {
        1 => "one worker alone: nothing to race with".into(),
        workers if workers > plan.config.processors => {
            format!("together, on {}", several(plan.config.processors as u64, "processor"))
        }
        _ => "together".to_owned(),
    };
    let yields = match plan.config.yields {
        _ if plan.config.schedule.is_some() => "each worker waits for its turn (--schedule)".into(),
        YieldRate::OneIn(_) if !plan.strategies.iter().any(|strategy| plan.yields(*strategy)) => {
            "there is no read to yield after".into()
        }
        YieldRate::Never => "no worker yields".into(),
        YieldRate::OneIn(1) => "each worker yields after each read (--yield)".into(),
        YieldRate::OneIn(n) => {
            format!("each worker yields after 1 read in {} (--yield)", number(n))
        }
    };
    format!("{together}; {yields}")
}

/// "1: mutual exclusion (acquire before, release after)"
pub(super) fn inside(plan: &Plan, result: &StrategyResult, peak: Option<u64>) -> String {
    let Some(peak) = peak else {
        if result.promise.has_section() {
            return "0: nobody came in".into();
        }
        return "-  each update is one step: there is no critical section".into();
    };
    let permits = plan.config.program.permits;
    let most = result.promise.most_inside(permits);
    if let Some(most) = most.filter(|&most| peak > most) {
        return format!("{}: more than the {} that it promises", number(peak), number(most));
    }
    let why = match result.promise {
        Promise::Nothing => "nothing guards the critical section".into(),
        Promise::NoLostUpdate => String::new(),
        Promise::MutualExclusion => format!("mutual exclusion{}", around(plan, result)),
        Promise::AtMostPermits if permits == 1 => {
            format!("it has 1 permit{}", around(plan, result))
        }
        Promise::AtMostPermits if permits == plan.config.program.copies => {
            format!("one worker per copy{}", around(plan, result))
        }
        Promise::AtMostPermits => format!(
            "it has {} permits for {}{}",
            number(permits),
            shared(plan, false),
            around(plan, result)
        ),
    };
    // What was seen is the least there was, and the most there can be says whether it was all.
    let all = most.unwrap_or(u64::MAX).min(plan.config.program.workers as u64);
    let at_least = if peak < all { "at least " } else { "" };
    format!("{at_least}{}: {why}", number(peak))
}

/// " (acquire before, release after)", of a strategy that uses a mutex or a semaphore.
fn around(plan: &Plan, result: &StrategyResult) -> &'static str {
    let strategy = plan.strategies.iter().find(|face| face.about().name == result.strategy);
    let needs = strategy.map(|face| face.needs(&plan.config.program)).unwrap_or_default();
    match (needs.locks.is_empty(), needs.semaphores.is_empty()) {
        (false, _) => " (acquire before, release after)",
        (_, false) => " (wait before, signal after)",
        _ => "",
    }
}

/// What is said of a promise that did not hold, on stderr.
#[must_use]
pub fn broken_promise(plan: &Plan, result: &StrategyResult) -> Option<String> {
    let broken = result.runs.iter().filter(|run| run.breaks(result.promise, &plan.config.program));
    let worst = broken.max_by_key(|run| (run.lost.sum(), run.peak_inside))?;
    let promise = match result.promise {
        Promise::Nothing => "nothing",
        Promise::NoLostUpdate => "no lost update",
        Promise::AtMostPermits => "at most as many inside as permits",
        Promise::MutualExclusion => "mutual exclusion",
    };
    let inside = worst.peak_inside.filter(|&peak| peak > 1);
    let inside =
        inside.map_or(String::new(), |peak| format!("{} workers were inside, ", number(peak)));
    Some(format!(
        "{}: promises {promise} and broke it: {inside}{} lost. See how: syncdemo explore {}",
        result.strategy,
        several(worst.lost.sum(), "update"),
        result.strategy
    ))
}

/// Where to go from here: behind the lecture to what explains it, and from an exhibit that was not
/// caught to what proves it wrong.
pub(super) fn next(plan: &Plan, outcome: &Outcome, page: Page) -> String {
    let whole = outcome.verdict.is_some();
    let fooled = |result: &&StrategyResult| {
        result.exhibit && whole && broken_promise(plan, result).is_none()
    };
    let fooled = outcome.results.iter().filter(fooled).map(|result| {
        let name = result.strategy;
        let text = format!(
            "{name} was not caught this time, which proves nothing: syncdemo explore {name}"
        );
        page.wrap(&text, 4) + "\n"
    });
    let next = if plan.lecture && whole { "next:  syncdemo explore none\n" } else { "" };
    fooled.collect::<String>() + next
}

/// What is said where it was not as expected, on stderr.
#[must_use]
pub fn unmet(plan: &Plan, outcome: &Outcome) -> Vec<String> {
    let missed = |result: &&StrategyResult| !plan.expect.met_by(result, &plan.config.program);
    let sentence = |result: &StrategyResult| {
        let summary = result.summary.as_ref()?;
        let (name, runs) = (result.strategy, several(summary.runs as u64, "run"));
        let lossy = summary.runs - summary.lossless;
        Some(match plan.expect {
            Expect::Promise => return broken_promise(plan, result),
            Expect::Reached => format!(
                "{name}: expected to reach {} in every run: {} of {runs} did",
                number(result.runs[0].target),
                summary.reached
            ),
            Expect::Missed => format!(
                "{name}: expected to miss {} at least once: all of {runs} reached it",
                number(result.runs[0].target)
            ),
            Expect::Lossless => {
                format!("{name}: expected to lose nothing: {lossy} of {runs} lost updates")
            }
            Expect::Loss => format!("{name}: expected to lose an update: none of {runs} did"),
        })
    };
    outcome.results.iter().filter(missed).filter_map(sentence).collect()
}

/// What `-v` adds.
pub(super) fn verbose(plan: &Plan, outcome: &Outcome, page: Page) -> String {
    let mut lines = vec![format!("seed {} (fixes where workers yield)", plan.config.seed)];
    let processors = several(plan.config.processors as u64, "processor");
    let gate = match plan.config.program.workers > plan.config.processors {
        true => "gate: who waits yields, then sleeps",
        false => "gate: who waits spins",
    };
    lines.push(format!("{processors} for {}; {gate}", workers(plan)));
    for result in outcome.results.iter().filter(|result| !result.timing_disturbed) {
        if let Some(time) = result.summary.as_ref().and_then(|s| s.ns_per_update) {
            lines.push(format!("{}: {:.1} ns per update (median)", result.strategy, time.median));
        }
    }
    let lines: Vec<_> = lines.iter().map(|line| page.wrap(line, 4) + "\n").collect();
    format!("\n{}", lines.concat())
}

/// "NO: 5,036 of 10,000 updates were lost", of one run.
pub(super) fn reached_sentence(run: &Run) -> String {
    let (lost, made) = (number(run.lost.sum()), number(run.made.sum()));
    let updates = if run.made.sum() == 1 { "update" } else { "updates" };
    let missing = run.planned.sum() - run.made.sum().min(run.planned.sum());
    if run.cancelled() {
        let head = styled(BEWARE, "BY CANCELLATION");
        format!("{head}: {lost} of {made} {updates} were lost all the same")
    } else if run.lost.sum() > 0 {
        format!("{}: {lost} of {made} {updates} were lost", styled(NO, "NO"))
    } else if let (false, [death]) = (run.reached, &run.deaths[..])
        && death.unmade.sum() == missing
    {
        let unmade = tally(death.unmade);
        format!("{}: worker {} died with {unmade} still to make", styled(NO, "NO"), death.worker)
    } else if !run.reached {
        let still = several(missing, "update");
        format!("{}: {still} still to be made, nothing was lost", styled(NO, "NO"))
    } else {
        format!("{}: all {made} {updates} are in it, nothing was lost", styled(YES, "yes"))
    }
}
