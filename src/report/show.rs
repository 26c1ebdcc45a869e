//! `show`: the steps of a strategy, as the textbook prints them.

use super::list::{conditions, promise};
use super::page::{NAME, Page, pad, styled, tied};
use crate::cli::called;
use crate::explore::{Line, LineKind, NextStep, Recording};
use crate::machine::{
    About, Condition, Delta, Guard, Lock, Needs, Program, Promise, Section, Semaphore, Step, Var,
};
use crate::outcome::number;

/// The steps of one strategy; `more` are those that it takes only against another worker.
pub(crate) fn show(
    about: &About,
    recording: &Recording,
    more: &[NextStep],
    program: &Program,
    page: Page,
) -> String {
    let serves = match about.only {
        Some(only) => format!("for {} workers", only.workers),
        None => "for any number of workers".into(),
    };
    let head = match about.promise {
        Promise::Nothing => "promises nothing".into(),
        promised => format!("promises {}, {serves}", promise(promised)),
    };
    let mut text = page.line(&format!("{}: {head}", styled(NAME, about.name))) + "\n";
    let mut rows = rows(recording, program);
    rows.retain(|row| about.promise.has_section() || row.remark != EMPTY);
    let widest = rows.iter().map(|row| row.code.len()).max().unwrap_or(0);
    let at = (widest + 2).max(32).min(page.width / 2);
    text.extend(rows.iter().map(|row| row.draw(page, at)));
    text.push('\n');
    let notes = notes(about, recording, more, program, page.verbose);
    text.extend(notes.iter().map(|note| page.line(note)));
    text
}

fn notes(
    about: &About,
    recording: &Recording,
    more: &[NextStep],
    program: &Program,
    verbose: bool,
) -> Vec<String> {
    let steps = recording.lines.iter().filter(|line| line.step().is_some()).count();
    let mut first = match steps {
        1 => "Nothing can come between: it is one step.".to_owned(),
        _ => "Between any two lines another worker may run.".to_owned(),
    };
    if program.workers > 1 && !recording.needs.vars.is_empty() {
        first += " Shown is worker 1 with nobody else there.";
    }
    if let Some(next) = more.first() {
        let (code, name) = (code(&next.step, &recording.needs), about.name);
        first += &format!(
            " Against another worker it has more steps, such as {}: {}.",
            tied(&code),
            tied(&format!("{} step {name}", called()))
        );
    }
    let guarded = about.promise != Promise::Nothing;
    first += if guarded { "" } else { " In code: counter += 1" };
    let mut notes = vec![first];
    if guarded && program.guard == Guard::Update && about.promise.has_section() {
        let loops = "Whole loop inside, as in the lecture";
        notes.push(format!("{loops}: {} show {} --guard loop", called(), about.name));
    }
    if verbose {
        let [exclusion, progress, waiting] = conditions(about);
        notes.push(format!(
            "mutual exclusion: {exclusion}; progress: {progress}; bounded waiting: {waiting}"
        ));
        notes.extend([String::new(), TALLIES.to_owned()]);
    }
    notes
}

const TALLIES: &str = "The counter is one word of two halves: increments are counted in one, \
decrements in the other, and its value is their difference. An update adds 1 to its half and \
writes the whole word, with the same load and store that a plain counter needs. So the word \
shows which updates are still in it: what was made, less what is in the word, was lost, exactly, \
even where lost increments and lost decrements cancel out and the value looks right.";

/// A line of the listing: the textbook's text, the section that begins here, and a remark.
struct Row {
    code: String,
    section: &'static str,
    remark: String,
}

impl Row {
    /// With the section `at` this column, and the remark after it.
    fn draw(&self, page: Page, at: usize) -> String {
        let Self { code, section, remark } = self;
        let remark_at = at + 19;
        if remark_at + 20 <= page.width {
            let line = format!("{code:<at$}{section:<19}{remark}");
            return page.indented(remark_at, line.trim_end());
        }
        let line = format!("{code}{}{}", pad(code, at), format!("{section} {remark}").trim());
        page.indented(at, line.trim_end())
    }
}

fn rows(recording: &Recording, program: &Program) -> Vec<Row> {
    let mut begun = None;
    let row = |line: &Line| {
        let (code, remark) = parts(line, &recording.needs, program);
        let begins = line.section.filter(|_| line.section != begun);
        begun = line.section.or(begun);
        let code = margin(line, program, [4, 8]) + &code;
        Row { code, section: begins.map_or("", heading), remark }
    };
    recording.lines.iter().map(row).collect()
}

/// The lines of worker `me`, each with its number in the recording, and no remarks.
pub(super) fn listing(recording: &Recording, program: &Program, me: usize) -> Vec<(usize, String)> {
    let mut deltas = program.deltas(me).iter().cycle();
    let row = |(at, line): (usize, &Line)| {
        let (code, remark) = parts(line, &recording.needs, program);
        let code = match line.kind {
            LineKind::Empty => return None,
            LineKind::Until(_) => format!("{code} {remark}"),
            LineKind::Compute | LineKind::Step(Step::Add(_)) => match deltas.next() {
                Some(Delta::Decrement) => code.replace("+ 1", "- 1"),
                Some(Delta::Increment) | None => code,
            },
            LineKind::Step(_) | LineKind::Set(..) | LineKind::Repeat => code,
        };
        Some((at, margin(line, program, [3, 5]) + &code))
    };
    recording.lines.iter().enumerate().filter_map(row).collect()
}

/// What stands before a line: so many blanks outside and within the loop, and a bar where it is guarded.
fn margin(line: &Line, program: &Program, [outside, within]: [usize; 2]) -> String {
    let inside = matches!(line.section, Some(Section::Critical | Section::Whole));
    // What is guarded as a whole stands within the loop, and the guard around it.
    let in_loop = line.section.is_some() && (inside || program.guard == Guard::Update);
    let indent = 2 * line.depth + if in_loop { within } else { outside };
    format!("{:>indent$}", if inside { "| " } else { "" })
}

/// The first and the last row of a listing that belong to the step in a line: the computation before
/// a write is no step of its own.
pub(super) fn marked(listing: &[(usize, String)], line: Option<usize>) -> Option<(usize, usize)> {
    let last = listing.iter().position(|(at, _)| Some(*at) == line)?;
    let computes =
        |at: &usize| listing[*at].1.trim_start_matches([' ', '|']).starts_with("seen <- seen");
    Some((last.checked_sub(1).filter(computes).unwrap_or(last), last))
}

/// What a step does, as the listing says it.
pub(super) fn code<V: Copy>(step: &Step<V>, needs: &Needs) -> String {
    step_words(*step, needs).0
}

fn heading(section: Section) -> &'static str {
    match section {
        Section::Entry => "entry section",
        Section::Claim | Section::GiveBack => "",
        Section::Critical => "critical section",
        Section::Whole => "no section",
        Section::Exit => "exit section",
    }
}

/// The text of a line, and a remark.
fn parts(line: &Line, needs: &Needs, program: &Program) -> (String, String) {
    let other = if program.workers > 1 && !program.count_up { " (worker 2: - 1)" } else { "" };
    match line.kind {
        LineKind::Repeat => (format!("repeat {} times", number(program.iters)), String::new()),
        LineKind::Empty => (String::new(), EMPTY.into()),
        LineKind::Compute => ("seen <- seen + 1".into(), format!("compute{other}")),
        LineKind::Set(private, value) => {
            (format!("{} <- {value}", needs.privates[private.0]), "private: no step".into())
        }
        LineKind::Until(words) => ("repeat".into(), format!("until {words}")),
        LineKind::Step(step) => {
            let (code, remark) = step_words(step, needs);
            let other = if let Step::Add(_) = step { other } else { "" };
            (code, format!("{remark}{other}"))
        }
    }
}

/// What is remarked of a section without steps.
const EMPTY: &str = "empty";

/// What a step does, and what is to be said of it. The recorder has checked the names.
fn step_words<V>(step: Step<V>, needs: &Needs) -> (String, &'static str) {
    let var = |var: Var| needs.vars[var.0].0.as_str();
    let lock = |lock: Lock| needs.locks[lock.0].as_str();
    let semaphore = |semaphore: Semaphore| needs.semaphores[semaphore.0].0.as_str();
    let condition = |condition: Condition| needs.conditions[condition.0].as_str();
    let before = "returns the value before";
    match step {
        Step::Read => ("seen <- counter".into(), "read"),
        Step::Write(_) => ("counter <- seen".into(), "write"),
        Step::Add(_) => ("counter <- counter + 1".into(), "in one step"),
        Step::Replace { .. } => ("if unchanged: write seen".into(), "compare and swap"),
        Step::Load(at, _) => (format!("load({})", var(at)), ""),
        Step::Store(at, value, _) => (format!("store({}, {value})", var(at)), ""),
        Step::Swap(at, value, _) => (format!("swap({}, {value})", var(at)), before),
        Step::FetchAdd(at, value, _) => (format!("fetch_add({}, {value})", var(at)), before),
        Step::CompareExchange { var: at, seen, new, .. } => {
            (format!("compare_exchange({}, {seen}, {new})", var(at)), before)
        }
        Step::Fence(order) => (format!("fence({order:?})"), "orders what is before and after it"),
        Step::Acquire(at) => (format!("acquire({})", lock(at)), "waits while it is held"),
        Step::TryAcquire(at) => (format!("try_acquire({})", lock(at)), "says whether it took it"),
        Step::Release(at) => (format!("release({})", lock(at)), "lets one waiting worker in"),
        Step::Wait(at) => (format!("wait({})", semaphore(at)), "waits while there is none"),
        Step::TryWait(at) => (format!("try_wait({})", semaphore(at)), "says whether it took one"),
        Step::Signal(at) => (format!("signal({})", semaphore(at)), "gives the permit back"),
        Step::Sleep(on, at) => {
            (format!("wait({}, {})", condition(on), lock(at)), "if not: releases it, sleeps")
        }
        Step::Wake(_, at) => (format!("  acquire({})", lock(at)), "once it is notified"),
        Step::NotifyOne(at) => (format!("notify_one({})", condition(at)), "wakes one that sleeps"),
        Step::NotifyAll(at) => (format!("notify_all({})", condition(at)), "wakes all that sleep"),
        Step::Claim => ("take a free copy".into(), "in one step; shares one if none is free"),
        Step::GiveBack => ("give the copy back".into(), "in one step"),
    }
}
