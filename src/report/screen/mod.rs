//! The screen of `step`: the programs of the workers, what they share, the schedule, and what can
//! still come of it. It is drawn from a [`View`], for a terminal and as text.

mod boxes;
mod look;
mod result;
#[cfg(test)]
mod tests;
mod words;

use anstyle::{AnsiColor, Style};

use self::look::{BOLD, Line, line, row, style};
use super::page::{Page, plain};
use crate::cli::called;
use crate::stepper::{Reachability, View};

pub(crate) use result::result;

/// Smaller screens have no room for the programs, and little for sentences.
const SMALL: (usize, usize) = (50, 14);

/// Draws a view as rows that fill the screen, whatever room there is.
pub(crate) fn draw(view: &View, colored: bool, width: usize, height: usize) -> Vec<String> {
    let page = Page { width: width.saturating_sub(2), verbose: false, brief: false };
    let small = width < SMALL.0 || height < SMALL.1;
    let mut lines = vec![title(view, width, small)];
    let below = if view.help { help(view, page) } else { below(view, page, colored, small) };
    // The keys and what the last key did are at the bottom, whatever is left out.
    let left = height.saturating_sub(1 + below.len());
    let boxes = if small { None } else { boxes::draw(view, colored, width, left) };
    lines.extend(boxes.unwrap_or_else(|| boxes::short(view, page, left)));
    let room = height.saturating_sub(lines.len());
    // Of what does not fit below, the last lines are shown: note and keys.
    lines.extend(below.iter().skip(below.len().saturating_sub(room)).cloned());
    lines.resize(height, Line::new());
    lines.into_iter().map(|line| row(line, width)).collect()
}

/// The same as text, as high as it has to be.
pub(crate) fn text(view: &View, page: Page) -> String {
    let rows = draw(view, false, page.width, 60).into_iter();
    let rows: Vec<String> =
        rows.map(|row| plain(&row).trim_end().to_owned()).filter(|row| !row.is_empty()).collect();
    // The keys have no meaning there.
    rows[..rows.len().saturating_sub(1)].join("\n") + "\n"
}

/// " syncdemo step mutex                              goal: two inside at once"
fn title(view: &View, width: usize, small: bool) -> Line {
    if small {
        return line(format!(" {}: {}", view.about.name, view.goal), BOLD);
    }
    let (name, goal) =
        (format!(" {} step {}", called(), view.about.name), format!("goal: {}", view.goal));
    let gap = width.saturating_sub(name.len() + goal.len() + 2).clamp(2, 34);
    line(format!("{name}{}{goal}", " ".repeat(gap)), BOLD)
}

fn below(view: &View, page: Page, colored: bool, small: bool) -> Vec<Line> {
    let wrapped = |text: &str, style: Style| {
        let text = page.wrap(text, 0);
        text.lines().map(|text| line(format!(" {text}"), style)).collect::<Vec<_>>()
    };
    let of_goal = match view.reachability {
        Reachability::Reached(_) => style(AnsiColor::Green, colored).bold(),
        Reachability::Open(_) | Reachability::Unknown => Style::new(),
        Reachability::NotFromHere | Reachability::Never => style(AnsiColor::Yellow, colored),
    };
    let mut lines = wrapped(&words::schedule(view), Style::new());
    // Its last lines: it is printed whole at the end.
    lines.drain(..lines.len().saturating_sub(if small { 1 } else { 3 }));
    if small {
        lines.extend(wrapped(&words::goal_in_short(view), of_goal));
    } else {
        lines.extend(wrapped(&words::goal(view), of_goal));
        lines.extend(wrapped(&words::future(view), Style::new()));
        let loss = words::loss(view).unwrap_or_default();
        lines.extend(wrapped(&loss, style(AnsiColor::Red, colored)));
    }
    let said = match &view.question {
        Some((question, typed)) => format!("{question} {}_", typed.as_deref().unwrap_or("")),
        None if small && view.note.is_empty() => "50 x 14 and more shows the programs.".into(),
        // A line is kept for it, so that nothing moves.
        None if view.note.is_empty() => " ".into(),
        None => view.note.clone(),
    };
    let mut said = wrapped(&said, BOLD);
    if small && said.len() > 2 {
        // What is typed stands at the end of a question.
        let last = if view.question.is_some() { said.len() - 2 } else { 0 };
        said = said.drain(last..last + 2).collect();
    }
    lines.extend(said);
    lines.extend(wrapped(&words::keys(view, page), Style::new()));
    lines
}

fn help(view: &View, page: Page) -> Vec<Line> {
    let rows = words::help(view);
    rows.iter()
        .flat_map(|row| page.wrap(row, 5).lines().map(|l| format!(" {l}")).collect::<Vec<_>>())
        .map(|text| line(text, Style::new()))
        .collect()
}
