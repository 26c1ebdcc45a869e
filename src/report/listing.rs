//! `list` and `show`: what the strategies claim, and their steps as the textbook prints them.

use super::page::{NAME, Page, styled};
use super::table::{Cell, Table};
use crate::machine::{Action, Delta, Guard, Line, Needs, Program, Recording, Section};
use crate::report::number;
use crate::strategy::{About, Face, Promise};

/// The table of strategies.
#[must_use]
pub fn list(table: &[&'static dyn Face], page: Page) -> String {
    let mut rows = Table::default().left("strategy", 10).left("promises", 0).left("workers", 0);
    if page.verbose {
        rows = rows.left("mutual exclusion", 0).left("progress", 0).left("bounded waiting", 0);
    } else {
        rows = rows.left("how", 0);
    }
    for about in table.iter().map(|face| face.about()) {
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
#[must_use]
pub fn show(strategy: &dyn Face, program: &Program, page: Page) -> String {
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
    let recording = strategy.record(program);
    for line in lines(&recording, program) {
        text += &line.draw(page);
    }
    text.push('\n');
    for note in notes(&about, program, page.verbose) {
        text += &page.wrap(&note, 0);
        text.push('\n');
    }
    text
}

fn notes(about: &About, program: &Program, verbose: bool) -> Vec<String> {
    let mut notes = match about.promise {
        Promise::NoLostUpdate => vec![],
        _ => vec!["Between any two lines another worker may run.".to_owned()],
    };
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
struct Row {
    bar: bool,
    depth: usize,
    code: String,
    section: &'static str,
    remark: String,
}

impl Row {
    fn draw(&self, page: Page) -> String {
        let bar = if self.bar { "|" } else { " " };
        let code = format!("      {bar} {}{}", "  ".repeat(self.depth), self.code);
        let wide = format!("{code:<32}{:<19}{}", self.section, self.remark);
        let line = if page.width < 60 || wide.trim_end().len() > page.width.max(80) {
            let remark = format!("{} {}", self.section, self.remark);
            format!("{code}  {}", remark.trim())
        } else {
            wide
        };
        page.wrap(line.trim_end(), 32.min(page.width / 2)) + "\n"
    }
}

fn lines(recording: &Recording, program: &Program) -> Vec<Row> {
    let mut begun = None;
    let mut inside_loop = program.guard == Guard::Update;
    let mut rows = Vec::new();
    for line in &recording.lines {
        let (section, mut row) = row(line, recording, program);
        if let Some(section) = section {
            row.bar = matches!(section, Section::Critical | Section::Whole);
            if begun != Some(section) {
                row.section = heading(section);
                begun = Some(section);
            }
        } else {
            row.bar = matches!(line, Line::Compute { .. });
            inside_loop |= matches!(line, Line::Repeat);
        }
        if program.guard == Guard::Loop && inside_loop && row.bar {
            row.depth += 1;
        }
        rows.push(row);
    }
    rows
}

fn heading(section: Section) -> &'static str {
    match section {
        Section::Entry => "entry section",
        Section::Critical => "critical section",
        Section::Whole => "no section",
        Section::Exit => "exit section",
    }
}

fn row(line: &Line, recording: &Recording, program: &Program) -> (Option<Section>, Row) {
    let plain =
        |depth, code: String, remark: String| Row { bar: false, depth, code, section: "", remark };
    match line {
        Line::Repeat => {
            let code = format!("repeat {} times", number(program.iters));
            (None, Row { ..plain(0, code, String::new()) })
        }
        Line::Empty(section) => (Some(*section), plain(0, String::new(), "empty".into())),
        Line::Compute { depth } => {
            (None, plain(*depth, compute(program, 0), compute_remark(program)))
        }
        Line::Until { section, depth, words } => {
            (Some(*section), plain(*depth, "repeat until".into(), (*words).into()))
        }
        Line::Step { section, depth, action } => {
            let (code, remark) = step(*action, &recording.needs, program);
            (Some(*section), plain(*depth, code, remark.into()))
        }
    }
}

fn compute(program: &Program, me: usize) -> String {
    match program.deltas(me).first() {
        Some(Delta::Decrement) => "seen <- seen - 1".into(),
        _ => "seen <- seen + 1".into(),
    }
}

fn compute_remark(program: &Program) -> String {
    match program.workers > 1 && !program.count_up {
        true => "compute (worker 2: - 1)".into(),
        false => "compute".into(),
    }
}

/// What a step does, and what is to be said of it.
fn step(action: Action, needs: &Needs, program: &Program) -> (String, &'static str) {
    let var = |at: usize| needs.vars.get(at).map_or("?", |var| var.0.as_str());
    let lock = |at: usize| needs.locks.get(at).map_or("?", String::as_str);
    let semaphore = |at: usize| needs.semaphores.get(at).map_or("?", |named| named.0.as_str());
    let several = program.workers > 1;
    match action {
        Action::Read => ("seen <- counter".into(), "read"),
        Action::Write => ("counter <- seen".into(), "write"),
        Action::Add if several && !program.count_up => {
            ("counter <- counter + 1".into(), "in one step (worker 2: - 1)")
        }
        Action::Add => ("counter <- counter + 1".into(), "in one step"),
        Action::Replace => ("counter <- seen if unchanged".into(), "compare and swap, one step"),
        Action::Load(at) => (format!("load({})", var(at.0)), ""),
        Action::Store(at, value) => (format!("store({}, {value})", var(at.0)), ""),
        Action::Swap(at, value) => {
            (format!("swap({}, {value})", var(at.0)), "writes, and returns what was there")
        }
        Action::FetchAdd(at, value) => {
            (format!("fetch_add({}, {value})", var(at.0)), "adds, and returns what was there")
        }
        Action::Acquire(at) => (format!("acquire({})", lock(at.0)), "waits while it is held"),
        Action::Release(at) => (format!("release({})", lock(at.0)), "lets one waiting worker in"),
        Action::Wait(at) => (format!("wait({})", semaphore(at.0)), "waits while there is none"),
        Action::Signal(at) => (format!("signal({})", semaphore(at.0)), "gives the permit back"),
    }
}
