//! What is printed when the scheduler leaves: the schedule, what it led to, and how to follow it
//! again.

use super::super::page::Page;
use super::super::scene::options;
use super::super::words::updates;
use super::words;
use crate::cli::called;
use crate::explore::Memory;
use crate::machine::Program;
use crate::outcome::several;
use crate::stepper::{StepLoss, View};

/// The schedule and its result.
pub(crate) fn result(view: &View, page: Page) -> String {
    let Program { workers, iters, .. } = view.program;
    let steps = view.schedule.steps();
    let head = format!(
        "{}, {} x {}: {} after {}",
        view.about.name,
        several(workers, "worker"),
        several(iters, "iteration"),
        if view.ended { "ended" } else { "left" },
        several(steps, "step"),
    );
    let mut text = page.line(&head) + "\n";
    let value = if view.ended { "final value" } else { "value so far" };
    text += &page.labelled(value, &view.scene.counter.to_string());
    text += &page.labelled("goal", &words::goal(view));
    for StepLoss { step, by, lost } in &view.losses {
        let said = format!("{}, by worker {} at step {step}", updates(*lost), by + 1);
        text += &page.labelled("lost", &said);
    }
    if let Some((right, asked)) = view.quiz.filter(|(_, asked)| *asked > 0) {
        text += &page.labelled("quiz", &format!("{right} of {asked} right"));
    }
    if steps == 0 {
        return text;
    }
    text += &page.labelled("schedule", &view.schedule.to_string());
    text += "\n";
    let (called, name, schedule) = (called(), view.about.name, &view.schedule);
    let partial = if view.ended { "" } else { " --partial" };
    let options = options(&view.program, view.memory);
    // Not broken into lines: it is to be pasted.
    text += &format!("{called} explore {name}{options} --schedule '{schedule}'{partial}\n");
    if view.ended && view.future.values.len() == 1 && view.memory == Memory::Sc {
        let iters = if options.contains("--iters") { "" } else { " --iters 2" };
        text += &format!("{called} {name}{iters}{options} --schedule '{schedule}'\n");
    }
    text
}
