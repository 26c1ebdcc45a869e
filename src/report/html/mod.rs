//! One page that needs nothing else: no network, and no script but that of the stepper, without
//! which it can be read as well. It is read in a browser, by a screen reader, on a projector and on
//! paper.
//!
//! maud writes it, and escapes all text, wherever that comes from.

mod element;
mod explore;
mod judge;
mod race;
mod stepper;
mod timeline;
mod words;

use std::io::{self, Write};

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::format::ReportFormat;
use super::headline::Headline;
use super::page::Page;
use super::picture::{STYLE, patterns, visible};
use super::text::selftest;
use crate::machine::printable;
use crate::outcome::{Found, Outcome};
use crate::plan::Task;
use element::{facts, table, whole};

pub(super) const FORMAT: ReportFormat =
    ReportFormat { name: "html", ending: "html", lists_runs: false, write };

/// Nothing is loaded, whatever a page says, and of scripts only the stepper's runs, which has this
/// SHA-256. The tests in a browser hold it; where it is wrong, the browser says the right one.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; \
                      script-src 'sha256-MWlL3sbWXqJTtMkoaJnk6suzUsyZEHOayEmXsRnPdPs='";

fn write(outcome: &Outcome, page: Page, to: &mut dyn Write) -> io::Result<()> {
    // It is the browser that breaks lines.
    let endless = Page { width: 1 << 20, brief: false, ..page };
    let body = match &outcome.found {
        Found::Race { results } => race::raced(outcome, results, endless),
        Found::Explore { explorations, traces, .. } => {
            explore::explored(&outcome.plan, explorations, traces, endless)
        }
        Found::Judge { judgements, .. } => judge::judged(&outcome.plan, judgements, endless),
        Found::Selftest { checks, .. } => {
            table("The checks, and what came of them", &selftest::table(checks))
        }
    };
    to.write_all(visible(&document(outcome, body).into_string()).as_bytes())
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
        Task::Race(_) | Task::Explore(_) | Task::Judge(_) | Task::Selftest { .. } => html! {},
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
    use std::collections::BTreeSet;

    use super::FORMAT;
    use crate::report::Page;
    use crate::report::picture::tests::{contrast, hexadecimal};
    use crate::report::text::tests::{outcome, plan, run, traced};

    #[test]
    fn the_page_of_many_runs_stays_small() {
        let plan = plan("none mutex semaphore spinlock cas --runs 10k");
        let kept = |number: u64| (number * 7919 % 5001, number * 104_729 % 5001);
        let runs = |which| (0..10_000).map(|number| run(&plan, which, kept(number))).collect();
        let outcome = outcome(&plan, (0..5).map(runs).collect());
        let page = FORMAT.text(&outcome, Page { width: 80, verbose: true, brief: false });
        assert!(page.len() < 100_000, "{} bytes", page.len());
        assert!(page.contains("cas: the final values of 10,000 runs, in ranges"), "{page}");
    }

    /// The names of the colours that a property is given.
    fn used(property: &str) -> BTreeSet<&'static str> {
        let rules = include_str!("style.css").split(['{', ';', '}']);
        let values = rules.filter_map(|rule| rule.strip_prefix(property)?.strip_prefix(":var(--"));
        values.filter_map(|value| value.strip_suffix(')')).collect()
    }

    #[test]
    fn all_text_of_a_page_can_be_read_in_light_and_in_dark() {
        let (texts, grounds) = (used("color"), used("background"));
        assert!(texts.len() >= 6 && grounds.len() >= 4, "{texts:?} on {grounds:?}");
        let themes: Vec<&str> = include_str!("style.css").split(":root{").skip(1).collect();
        assert_eq!(themes.len(), 2, "light and dark");
        for (dark, theme) in themes.iter().enumerate() {
            let colour = |name: &str| {
                let value = theme.split_once(&format!("--{name}:#")).expect(name).1;
                hexadecimal(value)
            };
            for (text, ground) in
                texts.iter().flat_map(|text| grounds.iter().map(move |on| (text, on)))
            {
                // Only what a worker does stands in a cell.
                if ground.starts_with("cell") && *text != "ink" {
                    continue;
                }
                let contrast = contrast(colour(text), colour(ground));
                assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.1}, theme {dark}");
            }
        }
    }

    #[test]
    fn the_page_of_a_long_trace_stays_small_and_says_what_it_leaves_out() {
        let plan = plan("none --trace --iters 1M");
        let outcome = outcome(&plan, vec![vec![traced(&plan, 500_000)]]);
        let page = FORMAT.text(&outcome, Page { width: 80, verbose: true, brief: false });
        assert!(page.len() < 50_000, "{} bytes", page.len());
        assert!(
            page.contains("499,994 writes") && page.contains("500,000 updates of worker 1 lost")
        );
    }

    #[test]
    fn the_command_line_can_be_typed_again() {
        let words = ["target/release/syncdemo", "explore", "none", "--schedule", "2 4x1 3x2"];
        let typed = super::typed(&words.map(str::to_owned));
        assert_eq!(typed, "syncdemo explore none --schedule '2 4x1 3x2'");
        assert_eq!(super::typed(&["it's".into()]), r"'it'\''s'");
    }
}
