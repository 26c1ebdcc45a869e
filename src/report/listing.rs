//! `list` and `show`: what the strategies claim, and their steps as the textbook prints them.

use super::page::{NAME, Page, pad, styled};
use super::table::{Cell, Table};
use crate::catalog::DynStrategy;
use crate::cli::UsageError;
use crate::explore::{Computed, Line, Recording};
use crate::machine::catch_misuse;
use crate::machine::{About, Promise};
use crate::machine::{Delta, Guard, Needs, Program, Section, Step};
use crate::report::number;

/// The table of strategies.
#[must_use]
pub fn list(table: &[&'static dyn DynStrategy], page: Page) -> String {
    let mut rows = Table::default().left("strategy", 10).left("promises", 0).left("workers", 0);
    if page.verbose {
        rows = rows.left("mutual exclusion", 0).left("progress", 0).left("bounded waiting", 0);
    } else {
        rows = rows.left("how", 0);
    }
    let abouts = || table.iter().map(|face| face.about());
    for about in abouts().filter(|about| !about.exhibit) {
        let workers = about.only.map_or("any".into(), |only| only.workers.to_string());
        let mut row =
            vec![Cell::styled(NAME, about.name), promise(about.promise).into(), workers.into()];
        if page.verbose {
            row.extend(conditions(&about).map(Cell::from));
        } else {
            row.push(about.how.into());
        }
        rows.row(row);
    }
    let mut text = rows.draw(page);
    let exhibits: Vec<_> = abouts().filter(|about| about.exhibit).map(|about| about.name).collect();
    if !exhibits.is_empty() {
        // How they fail is the homework.
        text += "\nThese claim as much. Does it hold? Find out with explore or show:\n";
        text += &(page.wrap(&exhibits.join("  "), 0) + "\n");
    }
    if page.verbose {
        text.push('\n');
        text += &page.wrap(CONDITIONS, 0);
        text.push('\n');
    }
    text
}

const CONDITIONS: &str = "mutual exclusion: while one worker is in the critical section, no \
other may enter it. progress: if nobody is inside, one of those who want to enter does. bounded \
waiting: there is a bound on how often others enter before one that waits. A - stands where \
there is no critical section to be entered.";

/// The lecturer's three conditions.
fn conditions(about: &About) -> [&'static str; 3] {
    if !about.promise.has_section() {
        return ["-"; 3];
    }
    let yes = |is| if is { "yes" } else { "no" };
    let exclusion = match about.promise {
        Promise::MutualExclusion => "yes",
        Promise::AtMostPermits => "if P = 1",
        Promise::Nothing | Promise::NoLostUpdate => "no",
    };
    [exclusion, yes(about.progress), yes(about.bounded_waiting)]
}

fn promise(promise: Promise) -> &'static str {
    match promise {
        Promise::Nothing => "nothing",
        Promise::NoLostUpdate => "no lost update",
        Promise::AtMostPermits => "at most P inside",
        Promise::MutualExclusion => "mutual exclusion",
    }
}

/// The steps of one strategy.
///
/// # Errors
///
/// A sentence: the strategy panicked when its steps were recorded.
pub fn show(
    strategy: &dyn DynStrategy,
    program: &Program,
    page: Page,
) -> Result<String, UsageError> {
    let about = strategy.about();
    let serves = match about.only {
        Some(only) => format!("for {} workers", only.workers),
        None => "for any number of workers".into(),
    };
    let head = match about.promise {
        Promise::Nothing => "promises nothing".into(),
        promised => format!("promises {}, {serves}", promise(promised)),
    };
    let name = styled(NAME, about.name);
    let mut text = page.wrap(&format!("{name}: {head}"), 0) + "\n\n";
    let recording = record(strategy, program)?;
    let mut rows = lines(&recording, program);
    rows.retain(|row| about.promise.has_section() || row.remark != "empty");
    let widest = rows.iter().map(|row| row.code().len()).max().unwrap_or(0);
    let at = (widest + 2).max(32).min(page.width / 2);
    for row in &rows {
        text += &row.draw(page, at);
    }
    text.push('\n');
    for note in notes(&about, &recording, program, page.verbose) {
        text += &page.wrap(&note, 0);
        text.push('\n');
    }
    Ok(text)
}

/// On a worker's thread, so that the panic of a class's own strategy is one sentence.
fn record(strategy: &dyn DynStrategy, program: &Program) -> Result<Recording, UsageError> {
    let name = strategy.about().name;
    catch_misuse(|| strategy.record(program))
        .map_err(|why| UsageError::new(format!("the steps of {name} cannot be shown: it {why}")))
}

fn notes(about: &About, recording: &Recording, program: &Program, verbose: bool) -> Vec<String> {
    let steps = recording.lines.iter().filter(|line| matches!(line, Line::Step { .. })).count();
    let between = match steps {
        1 => "Nothing can come between: it is one step.",
        _ => "Between any two lines another worker may run.",
    };
    let mut notes = vec![between.to_owned()];
    if program.workers > 1 && !recording.needs.vars.is_empty() {
        notes[0] += " Shown is worker 1, alone.";
    }
    if about.promise == Promise::Nothing {
        notes[0] += " In code: counter += 1";
    } else if program.guard == Guard::Update && about.promise.has_section() {
        let name = about.name;
        notes.push(format!(
            "Whole loop inside, as in the lecture: syncdemo show {name} --guard loop"
        ));
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
carries the receipt of every update that is still in it: what was made, less what is in the word, \
was lost, exactly, even where lost increments and lost decrements cancel out and the value looks \
right.";

/// A line of the listing: the textbook's text, the section that begins here, and a remark.
#[derive(Default)]
struct Row {
    bar: bool,
    indent: usize,
    code: String,
    section: &'static str,
    remark: String,
}

impl Row {
    fn code(&self) -> String {
        let bar = if self.bar { "| " } else { "" };
        format!("{}{bar}{}", " ".repeat(self.indent - bar.len()), self.code)
    }

    /// With the section `at` this column, and the remark behind it.
    fn draw(&self, page: Page, at: usize) -> String {
        let remark_at = at + 19;
        let (line, indent) = if remark_at + 20 <= page.width {
            let line = format!("{:<at$}{:<19}{}", self.code(), self.section, self.remark);
            (line, remark_at)
        } else {
            let remark = format!("{} {}", self.section, self.remark);
            let code = self.code();
            (format!("{code}{}{}", pad(&code, at), remark.trim()), at)
        };
        page.wrap(line.trim_end(), indent) + "\n"
    }
}

fn lines(recording: &Recording, program: &Program) -> Vec<Row> {
    let mut begun = None;
    let mut rows = Vec::new();
    for line in &recording.lines {
        let (section, mut row) = row(line, recording, program);
        // What is guarded as a whole stands within the loop, and the guard around it.
        let in_loop = row.bar || program.guard == Guard::Update;
        row.indent += if in_loop && *line != Line::Repeat { 8 } else { 4 };
        if let Some(section) = section.filter(|_| section != begun) {
            row.section = heading(section);
            begun = Some(section);
        }
        rows.push(row);
    }
    rows
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

/// The row of a line, as if it stood at the margin, and the section that it belongs to.
fn row(line: &Line, recording: &Recording, program: &Program) -> (Option<Section>, Row) {
    let plain = |section: Option<Section>, depth: usize, code: String, remark: &str| {
        let bar = matches!(section, Some(Section::Critical | Section::Whole));
        (section, Row { bar, indent: 2 * depth, code, remark: remark.into(), section: "" })
    };
    match line {
        Line::Repeat => plain(None, 0, format!("repeat {} times", number(program.iters)), ""),
        Line::Empty(section) => plain(Some(*section), 0, String::new(), "empty"),
        Line::Compute { section, depth } => {
            plain(Some(*section), *depth, compute(program, 0), compute_remark(program))
        }
        Line::Until { section, depth, words } => {
            plain(Some(*section), *depth, "repeat".into(), &format!("until {words}"))
        }
        Line::Step { section, depth, step: taken } => {
            let (code, remark) = step(*taken, &recording.needs, program);
            plain(Some(*section), *depth, code, remark)
        }
    }
}

fn compute(program: &Program, me: usize) -> String {
    match program.deltas(me).first() {
        Some(Delta::Decrement) => "seen <- seen - 1".into(),
        _ => "seen <- seen + 1".into(),
    }
}

fn compute_remark(program: &Program) -> &'static str {
    if program.workers > 1 && !program.count_up { "compute (worker 2: - 1)" } else { "compute" }
}

/// What a step does, and what is to be said of it.
fn step(step: Step<Computed>, needs: &Needs, program: &Program) -> (String, &'static str) {
    let var = |at: usize| needs.vars.get(at).map_or("?", |var| var.0.as_str());
    let lock = |at: usize| needs.locks.get(at).map_or("?", String::as_str);
    let semaphore = |at: usize| needs.semaphores.get(at).map_or("?", |named| named.0.as_str());
    let several = program.workers > 1;
    match step {
        Step::Read => ("seen <- counter".into(), "read"),
        Step::Write(_) => ("counter <- seen".into(), "write"),
        Step::Add(_) if several && !program.count_up => {
            ("counter <- counter + 1".into(), "in one step (worker 2: - 1)")
        }
        Step::Add(_) => ("counter <- counter + 1".into(), "in one step"),
        Step::Replace { .. } => ("if unchanged: write seen".into(), "compare and swap"),
        Step::Load(at, _) => (format!("load({})", var(at.0)), ""),
        Step::Store(at, value, _) => (format!("store({}, {value})", var(at.0)), ""),
        Step::Swap(at, value, _) => {
            (format!("swap({}, {value})", var(at.0)), "returns the value before")
        }
        Step::FetchAdd(at, value, _) => {
            (format!("fetch_add({}, {value})", var(at.0)), "returns the value before")
        }
        Step::Acquire(at) => (format!("acquire({})", lock(at.0)), "waits while it is held"),
        Step::Release(at) => (format!("release({})", lock(at.0)), "lets one waiting worker in"),
        Step::Wait(at) => (format!("wait({})", semaphore(at.0)), "waits while there is none"),
        Step::Claim => ("take a free copy".into(), "in one step; shares one if none is free"),
        Step::GiveBack => ("give the copy back".into(), "in one step"),
        Step::Signal(at) => (format!("signal({})", semaphore(at.0)), "gives the permit back"),
    }
}
