//! What stands in the boxes: a worker in each, and what they share in the last.

use anstyle::{AnsiColor, Style};
use textwrap::core::display_width;

use super::super::page::Page;
use super::super::scene::{self, values, why};
use super::super::show::{code, listing, marked};
use super::super::timeline::heading;
use super::look::{BOLD, Cell, Line, fit, line, style};
use crate::explore::{Status, WorkerScene};
use crate::machine::Step;
use crate::outcome::number;
use crate::stepper::View;

/// The narrowest box of a worker, and that in which its program need not move together.
const NARROW: usize = 20;
const WIDE: usize = 23;

/// The boxes in so many lines at most, or nothing if they do not fit.
pub(super) fn draw(view: &View, colored: bool, width: usize, height: usize) -> Option<Vec<Line>> {
    let shared = shared(view);
    let widest =
        shared.iter().map(|(name, value)| display_width(name) + value.len() + 5).max().unwrap_or(0);
    let last = widest.clamp(if view.program.workers > 2 { 16 } else { 19 }, 30);
    let room = width.checked_sub(last + 3)? / view.program.workers;
    // Borders, and three lines of a program.
    if room < NARROW || height < 5 {
        return None;
    }
    let room = room.min(60) - 1;
    let columns = (0..view.program.workers).map(|me| worker(view, colored, me, room));
    let mut columns: Vec<(String, usize, Vec<Cell>)> = columns
        .enumerate()
        .map(|(me, cells)| (heading(&view.program, me), room, cut(cells, height - 2)))
        .collect();
    let pad = last - 4;
    let cells = shared.iter().map(|(name, value)| {
        let gap = pad.saturating_sub(display_width(name));
        (format!(" {name} {value:>gap$}"), Style::new())
    });
    columns.push(("shared".into(), last - 1, cells.collect()));
    Some(lay_out(&columns, height))
}

fn lay_out(columns: &[(String, usize, Vec<Cell>)], height: usize) -> Vec<Line> {
    let rows = columns.iter().map(|(.., cells)| cells.len()).max().unwrap_or(0).min(height - 2);
    let rule = |named: bool| {
        let part = |(name, width, _): &(String, usize, Vec<Cell>)| {
            let name = if named { format!("- {name} ") } else { String::new() };
            let name: String = name.chars().take(*width).collect();
            format!("+{name:-<width$}")
        };
        line(format!(" {}+", columns.iter().map(part).collect::<String>()), Style::new())
    };
    let mut lines = vec![rule(true)];
    for row in 0..rows {
        let mut line = line(" ", Style::new());
        for (_, width, cells) in columns {
            let (text, style) = cells.get(row).cloned().unwrap_or_default();
            line.extend([("|".into(), Style::new()), (fit(&text, *width), style)]);
        }
        line.push(("|".into(), Style::new()));
        lines.push(line);
    }
    lines.push(rule(false));
    lines
}

/// The lines of a worker that fit: those around its next step, and what is said of it.
fn cut((cells, notes, at): (Vec<Cell>, Vec<Cell>, usize), height: usize) -> Vec<Cell> {
    let room = height.saturating_sub(notes.len()).max(1);
    let first = at.saturating_sub(room / 2).min(cells.len().saturating_sub(room));
    cells.into_iter().skip(first).take(room).chain(notes).take(height).collect()
}

/// A worker's program with its next line marked, what is said of it, and the number of that line.
fn worker(view: &View, colored: bool, me: usize, width: usize) -> (Vec<Cell>, Vec<Cell>, usize) {
    let (recording, scene) = (&view.recordings[me], &view.scene.workers[me]);
    let next = view.lines[me];
    let state = state(&scene.status);
    let looks = match scene.status {
        Status::Enabled => BOLD,
        _ => style(AnsiColor::Red, colored).bold(),
    };
    let lines = listing(recording, &view.program, me);
    let (first, marked) = marked(&lines, next).unzip();
    let cell = |(at, (_, text)): (usize, &(usize, String))| {
        // The first three columns are blank: the mark stands there.
        let text = &text[if width < WIDE { 3 } else { 2 }..];
        let blank = if width < WIDE { "" } else { " " };
        if Some(at) != marked && Some(at) != first {
            return (format!("{blank} {text}"), Style::new());
        }
        if Some(at) != marked {
            return (format!("{blank}>{text}"), looks);
        }
        // The values are those of now, and not those of the recording.
        let begin = text.find(|c| ![' ', '|'].contains(&c)).unwrap_or(0);
        let code = match scene.next.map(|next| next.step) {
            None | Some(Step::Add(_)) => text[begin..].to_owned(),
            Some(step) => code(&step, &recording.needs),
        };
        (format!("{blank}>{}{code}  {state}", &text[..begin]), looks)
    };
    let cells: Vec<Cell> = lines.iter().enumerate().map(cell).collect();
    let mut notes = Vec::new();
    if let (None, Some(next)) = (marked, &scene.next) {
        notes.push((format!(" > {}  {state}", code(&next.step, &recording.needs)), looks));
    }
    let page = Page { width: width.saturating_sub(2), verbose: false, brief: false };
    for text in said(scene) {
        let text = page.wrap(&text, 0);
        notes.extend(text.lines().map(|line| (format!("  {line}"), Style::new())));
    }
    (cells, notes, first.unwrap_or(0))
}

fn state(status: &Status) -> &'static str {
    match status {
        Status::Enabled | Status::Finished => "",
        Status::Repeats(_) | Status::Waits(..) => "waits",
        Status::Undrained => "drain first",
        Status::Fault(_) => "FAULT",
    }
}

/// What a worker has read and stored, and what it waits for.
fn said(scene: &WorkerScene) -> Vec<String> {
    values(scene).into_iter().chain(why(&scene.status)).collect()
}

/// What the workers share, and what was lost.
fn shared(view: &View) -> Vec<(String, String)> {
    let mut rows = scene::shared(&view.scene, &view.recordings[0].needs);
    let lost: u64 = view.losses.iter().map(|loss| loss.lost.sum()).sum();
    rows.push(("lost".into(), number(lost)));
    rows
}

/// Where there is no room for boxes: a line for each worker, and what they share.
pub(super) fn short(view: &View, page: Page, height: usize) -> Vec<Line> {
    let program = |(me, scene): (usize, &WorkerScene)| {
        let needs = &view.recordings[me].needs;
        let next = scene.next.map(|next| code(&next.step, needs)).unwrap_or_default();
        let said = said(scene).join(", ");
        let gap = if next.is_empty() || said.is_empty() { "" } else { "  " };
        format!(" {} > {next}{gap}{said}", me + 1)
    };
    let lines = view.scene.workers.iter().enumerate().map(program);
    let shared: Vec<String> =
        shared(view).iter().map(|(name, value)| format!("{} {value}", name.trim_start())).collect();
    let shared = page.wrap(&shared.join(", "), 0);
    let room = height.saturating_sub(shared.lines().count());
    let rest = " ... (a larger window shows the other workers)";
    let workers = match lines.len() <= room {
        true => lines.collect(),
        false => lines.take(room.saturating_sub(1)).chain([rest.into()]).collect::<Vec<_>>(),
    };
    let shared = shared.lines().map(|line| format!(" {line}"));
    let lines = workers.into_iter().chain(shared).take(height);
    lines.map(|text| line(text, Style::new())).collect()
}
