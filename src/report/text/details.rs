//! What there is to say of a run beyond its account: the copies, the file, the paper, the dead.

use super::single::AT;
use super::words;
use crate::outcome::{Run, StrategyResult};
use crate::plan::Plan;
use crate::report::Page;
use crate::report::page::{number, several, tied};
use crate::report::table::Table;
use crate::worker::Death;
use crate::worker::resource;

/// "   (the sum of the copies: 312 - 187 - 125)"
pub(super) fn parts(run: &Run) -> String {
    let Some(copies) = &run.copies else { return String::new() };
    let mut sum = String::new();
    for (at, copy) in copies.iter().enumerate() {
        sum += match (at, copy.value < 0) {
            (0, _) => "",
            (_, true) => " - ",
            (_, false) => " + ",
        };
        sum += &if at == 0 { number(copy.value) } else { number(copy.value.unsigned_abs()) };
    }
    format!("   (the sum of the copies: {sum})")
}

/// What was found in the copies, in the file, on the paper; with a line before and behind it.
pub(super) fn found(plan: &Plan, run: &Run, page: Page) -> String {
    let mut text = String::new();
    if let Some(copies) = &run.copies {
        let mut table = Table::default().narrow().left("copy", 13);
        for number in 1..=copies.len() {
            table = table.right_wide(number.to_string(), 7);
        }
        let kept = copies.iter().map(|copy| number(copy.kept.sum()).into());
        let values = copies.iter().map(|copy| number(copy.value).into());
        table.row(std::iter::once("updates".into()).chain(kept).collect());
        table.row(std::iter::once("value".into()).chain(values).collect());
        text += &format!("\n{}", table.draw(page));
    }
    let lines = files(plan, run).into_iter().map(|line| page.labelled(AT, "file", &line));
    let lines = lines.chain(paper(run, page));
    for (at, line) in lines.enumerate() {
        text += if at == 0 { "\n" } else { "" };
        text += &format!("{line}\n");
    }
    text
}

/// "counter.txt holds -2988 = +988 -3976", of each copy that is kept.
fn files(plan: &Plan, run: &Run) -> Vec<String> {
    let Some(path) = &plan.config.file else { return Vec::new() };
    let one = [crate::outcome::Copy { kept: run.kept, value: run.value }];
    let copies = run.copies.as_deref().unwrap_or(&one);
    let line = |(copy, number): (&crate::outcome::Copy, u64)| {
        let (value, kept) = (copy.value, copy.kept);
        let text = format!("{value} = +{} -{}", kept.increments, kept.decrements);
        let path = resource::path_of_copy(path, number);
        format!("{} holds {}", path.display(), tied(&text))
    };
    copies.iter().zip(1..).map(line).collect()
}

/// How much of the paper can be read, and with `-v` some of what cannot.
fn paper(run: &Run, page: Page) -> Vec<String> {
    let (Some(torn), Some(examples)) = (run.torn_lines, &run.torn_examples) else {
        return Vec::new();
    };
    let read = several(run.kept.sum(), "record");
    let such = if page.verbose && torn > 0 { ", such as" } else { "" };
    let lines = format!("{read} can be read, {} cannot{such}", several(torn, "line"));
    let mut said = vec![page.labelled(AT, "paper", &lines)];
    if page.verbose {
        let indent = " ".repeat(AT + 2);
        said.extend(examples.iter().map(|line| format!("{indent}{line}")));
    }
    said
}

/// Who died, what the others made of it, and how it ended.
pub(super) fn deaths(plan: &Plan, result: &StrategyResult, run: &Run, page: Page) -> String {
    if run.deaths.is_empty() {
        return String::new();
    }
    let mut text = "\n".to_owned();
    for death in &run.deaths {
        let label = if death.asked { "killed" } else { "died" };
        text += &(page.labelled(AT, label, &place(death)) + "\n");
    }
    if let Some(then) = then(plan, result, run).filter(|_| others_finished(run)) {
        text += &(page.labelled(AT, "then", &then) + "\n");
    }
    text + &page.labelled(AT, "end", &end(plan, run).unwrap_or_default()) + "\n"
}

/// Whether all that is missing is what the dead had still to make.
fn others_finished(run: &Run) -> bool {
    let unmade: u64 = run.deaths.iter().map(|death| death.unmade.sum()).sum();
    run.planned.sum().saturating_sub(run.made.sum()) <= unmade
}

/// "workers 1 and 3 finished; no update that was made is lost", of a run in which some died
pub(super) fn end(plan: &Plan, run: &Run) -> Option<String> {
    if run.deaths.is_empty() {
        return None;
    }
    let dead = |me: &usize| run.deaths.iter().any(|death| death.worker == *me);
    let others: Vec<usize> = (1..=plan.config.program.workers).filter(|me| !dead(me)).collect();
    let did = if others_finished(run) { "finished" } else { "did not finish" };
    let lost = match run.lost.sum() {
        0 => "no update that was made is lost".into(),
        1 => "1 update that was made is lost".into(),
        some => format!("{} updates that were made are lost", number(some)),
    };
    Some(format!("{} {did}; {lost}", words::named(&others)))
}

fn place(death: &Death) -> String {
    let place = match (death.inside, death.asked) {
        (_, true) => "in the critical section, after read, before write".to_owned(),
        (true, false) => format!("in the critical section ({})", death.cause),
        (false, false) => format!("outside of the critical section ({})", death.cause),
    };
    format!("worker {}, {place}", death.worker)
}

/// How the next one got in.
fn then(plan: &Plan, result: &StrategyResult, run: &Run) -> Option<String> {
    let strategy = plan.strategies.iter().find(|face| face.about().name == result.strategy)?;
    let needs = strategy.needs(&plan.config.program);
    let owner = run.deaths.iter().find_map(|death| death.inherited_by);
    if let Some(owner) = owner {
        return Some(format!("worker {owner} acquired, learned that the owner had died, went on"));
    }
    let asked = run.deaths.iter().any(|death| death.asked);
    if needs.on_file && asked {
        Some("the system let go of the lock silently; the next one was not told".into())
    } else if !needs.semaphores.is_empty() && asked {
        Some("its permit is gone for good; the others went on with the rest".into())
    } else if needs.locks.is_empty() && needs.vars.is_empty() {
        Some("the others never waited for it".into())
    } else {
        None
    }
}
