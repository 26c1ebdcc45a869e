//! One page that needs nothing else: no network, no script. It is read in a browser, by a screen
//! reader, on a projector and on paper.
//!
//! maud writes it, and escapes all text, wherever that comes from.

mod element;
mod explore;
mod judge;
mod race;
mod timeline;
mod words;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::format::Report;
use super::headline::Headline;
use super::page::Page;
use super::picture::{STYLE, patterns, visible};
use crate::machine::printable;
use crate::outcome::{Found, Outcome};
use crate::plan::Task;
use element::{facts, whole};

pub(super) struct Html;

/// Nothing is loaded, whatever a page says.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

impl Report for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn write(&self, outcome: &Outcome, page: Page) -> String {
        // It is the browser that breaks lines.
        let endless = Page { width: 1 << 20, brief: false, ..page };
        let body = match &outcome.found {
            Found::Race { results } => race::raced(outcome, results, endless),
            Found::Explore { explorations, traces, .. } => {
                explore::explored(&outcome.plan, explorations, traces, endless)
            }
            Found::Judge { judgements, .. } => judge::judged(&outcome.plan, judgements, endless),
        };
        visible(&document(outcome, body).into_string())
    }
}

fn document(outcome: &Outcome, body: Markup) -> Markup {
    let Headline { title, answers } = Headline::of(outcome);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " - syncdemo" }
                style { (PreEscaped(STYLE)) (PreEscaped(include_str!("style.css"))) }
            }
            body {
                svg width="0" height="0" aria-hidden="true" { (patterns()) }
                header {
                    h1 { (title) }
                    (facts("answers", &answers))
                    p { "Run it again: " code { (whole(&typed(&outcome.command))) } }
                }
                main { (body) }
                footer { p { (seed(outcome)) "Made by syncdemo " (outcome.version) "." } }
            }
        }
    }
}

/// Where workers yield is random, if no seed was typed.
fn seed(outcome: &Outcome) -> Markup {
    match &outcome.plan.task {
        Task::Race(race) if race.yields != "never" => html! {
            code { "--seed " (outcome.plan.config.seed) } " was used: it fixes where workers yield, "
            "not what the scheduler does. "
        },
        Task::Race(_) | Task::Explore(_) | Task::Judge(_) => html! {},
    }
}

/// The command line, as it can be typed in a shell.
fn typed(command: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./,:=+".contains(c);
    let word = |(at, word): (usize, &String)| {
        let program = if at == 0 { word.rsplit(['/', '\\']).next() } else { None };
        let word = program.unwrap_or(word);
        match word.chars().all(plain) && !word.is_empty() {
            true => word.to_owned(),
            false => format!("'{}'", printable(word).replace('\'', r"'\''")),
        }
    };
    command.iter().enumerate().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::Html;
    use crate::report::text::tests::{outcome, plan, run};
    use crate::report::{Page, Report};

    #[test]
    fn the_page_of_many_runs_stays_small() {
        let plan = plan("none mutex semaphore spinlock cas --runs 10k");
        let kept = |number: u64| (number * 7919 % 5001, number * 104_729 % 5001);
        let runs = |which| (0..10_000).map(|number| run(&plan, which, kept(number))).collect();
        let outcome = outcome(&plan, (0..5).map(runs).collect());
        let page = Html.write(&outcome, Page { width: 80, verbose: true, brief: false });
        assert!(page.len() < 100_000, "{} bytes", page.len());
        assert!(page.contains("cas: the final values of 10,000 runs, in ranges"), "{page}");
    }

    #[test]
    fn the_command_line_can_be_typed_again() {
        let words = ["target/release/syncdemo", "explore", "none", "--schedule", "2 4x1 3x2"];
        let typed = super::typed(&words.map(str::to_owned));
        assert_eq!(typed, "syncdemo explore none --schedule '2 4x1 3x2'");
        assert_eq!(super::typed(&["it's".into()]), r"'it'\''s'");
    }
}
