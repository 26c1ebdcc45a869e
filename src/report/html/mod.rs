//! One page that needs nothing else: no network, and no script but that of the stepper, without
//! which it can be read as well. It is read in a browser, by a screen reader, on a projector and on
//! paper.
//!
//! maud writes it, and escapes all text, wherever that comes from.

mod element;
mod stepper;
mod timeline;
mod words;

use std::io::{self, Write};

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::contents;
use super::format::ReportFormat;
use super::headline::{Headline, caption};
use super::page::Page;
use super::picture::{Drawing, STYLE, patterns, visible};
use super::sheet::{Fact, Sheet};
use super::table::Table;
use super::timeline::Timeline;
use crate::machine::printable;
use crate::outcome::{ExplorationResult, Outcome};
use crate::plan::{Asked, Task};
use element::{facts, figure, marked, whole};
use stepper::{SCRIPT, missing, stepper};

pub(super) const FORMAT: ReportFormat =
    ReportFormat { name: "html", ending: "html", lists_runs: false, write };

/// Nothing is loaded, whatever a page says, and of scripts only the stepper's runs, which has this
/// SHA-256. The tests in a browser hold it; where it is wrong, the browser says the right one.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; \
                      script-src 'sha256-MWlL3sbWXqJTtMkoaJnk6suzUsyZEHOayEmXsRnPdPs='";

fn write(outcome: &Outcome, page: Page, to: &mut dyn Write) -> io::Result<()> {
    // It is the browser that breaks lines.
    let page = Page { width: 1 << 20, brief: false, ..page };
    let head = Headline::default();
    let mut html =
        Html { page, head, level: 2, pictures: 0, has_stepper: false, body: String::new() };
    contents::write(outcome, &mut html);
    let Headline { title, answers } = html.head.with(outcome);
    let answers: Vec<_> = answers.iter().map(|(label, said)| (&label[..], said.clone())).collect();
    let document = html! {
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
                main { (PreEscaped(html.body))
                    (words::list(&outcome.found))
                    @if html.has_stepper {
                        script { (PreEscaped(SCRIPT)) }
                    }
                }
                footer { p { (seed(outcome)) "Made by syncdemo " (outcome.version) "." } }
            }
        }
    };
    to.write_all(visible(&document.into_string()).as_bytes())
}

struct Html {
    page: Page,
    head: Headline,
    /// Of its subheadings.
    level: u8,
    /// How many pictures there are.
    pictures: usize,
    /// It needs the script.
    has_stepper: bool,
    body: String,
}

impl Html {
    fn put(&mut self, part: Markup) {
        self.body += &part.into_string();
    }

    /// A heading below that of a strategy, where there is one.
    fn below(&self, said: &str) -> Markup {
        match self.level {
            2 => html! { h2 { (said) } },
            _ => html! { h3 { (said) } },
        }
    }
}

impl Sheet for Html {
    fn page(&self) -> Page {
        self.page
    }

    fn heading(&mut self, said: &str) {
        if !self.head.begin(said) {
            self.level = 3;
            self.put(html! { h2 { (marked(said.trim_end_matches(':'))) } });
        }
    }

    fn subheading(&mut self, said: &'static str) {
        self.put(self.below(said));
    }

    fn answers(&mut self, facts: &[Fact]) {
        self.head.answer(facts);
    }

    fn facts(&mut self, _: usize, facts: &[Fact]) {
        self.put(element::facts("facts", facts));
    }

    fn table(&mut self, caption: &str, table: &Table) {
        self.put(element::table(caption, table));
    }

    fn sentence(&mut self, said: &str) {
        self.put(html! { p { (marked(said)) } });
    }

    fn quoted(&mut self, _: usize, lines: &[String]) {
        if !lines.is_empty() {
            self.put(html! { pre { (lines.join("\n")) } });
        }
    }

    fn timeline(&mut self, title: &str, timeline: Timeline) {
        self.put(timeline::timeline(&caption(title), &timeline.folded("")));
    }

    fn witness(
        &mut self,
        shown: bool,
        place: Option<&str>,
        what: &str,
        schedule: &str,
        timeline: &dyn Fn() -> Timeline,
    ) {
        self.put(html! {
            details open[shown] {
                summary { (marked(what)) }
                // A link that leads into it opens it.
                div id=[place] { (timeline::timeline(schedule, &timeline().folded(""))) }
            }
        });
    }

    fn link(&self, place: &str) -> Option<String> {
        Some(format!("#{place}"))
    }

    fn not_in_text(&mut self, show: &dyn Fn(&mut dyn Sheet)) {
        show(self);
    }

    fn drawing(&mut self, drawing: Drawing) {
        self.pictures += 1;
        self.put(figure(&drawing, &format!("picture-{}", self.pictures)));
    }

    fn stepper(&mut self, asked: &Asked, explored: &ExplorationResult) {
        let stepper = stepper(asked, explored, &self.below("Step through it"));
        self.has_stepper |= stepper.is_some();
        self.put(stepper.unwrap_or_else(|| missing(asked, &explored.found)));
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
    use crate::report::page::plain;
    use crate::report::picture::tests::{contrast, hexadecimal};
    use crate::report::text::tests::{outcome, plan, run, traced};
    use crate::report::{Page, text};

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

    #[test]
    fn a_page_says_each_word_of_the_text() {
        let none = plan("none --trace --iters 192");
        let several = plan("none mutex semaphore");
        let many = plan("mutex --runs 3");
        let lost = (0..3).map(|which| vec![run(&several, which, (988, 3976))]);
        let kept = (0..3).map(|_| run(&many, 0, (5000, 5000)));
        for outcome in [
            outcome(&none, vec![vec![traced(&none, 96)]]),
            outcome(&several, lost.collect()),
            outcome(&many, vec![kept.collect()]),
        ] {
            let page = Page { width: 1000, verbose: true, brief: false };
            let (text, html) = (text::FORMAT.text(&outcome, page), FORMAT.text(&outcome, page));
            let words = plain(&text).replace(|c: char| !c.is_alphanumeric(), " ");
            for word in words.split_whitespace() {
                assert!(html.contains(word), "{word} of {text} in {html}");
            }
        }
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
