//! Pictures, one under the other, in one file: for slides, and for a README.

use std::io::{self, Write};

use super::format::ReportFormat;
use super::headline::Headline;
use super::page::{Page, plain};
use super::picture::{Group, document, explored, judged, raced, traced};
use super::text::explore::head::head;
use super::text::judge::table;
use super::text::selftest;
use crate::outcome::{Found, Outcome};

pub(super) const FORMAT: ReportFormat =
    ReportFormat { name: "svg", ending: "svg", lists_runs: false, write };

fn write(outcome: &Outcome, page: Page, to: &mut dyn Write) -> io::Result<()> {
    let asked = &outcome.plan;
    let Headline { title, answers } = Headline::of(outcome);
    let answers = answers.iter().map(|(label, answer)| {
        let colon = if label.is_empty() { "" } else { ": " };
        plain(&format!("{label}{colon}{answer}"))
    });
    let mut answers: Vec<String> = answers.collect();
    let groups = match &outcome.found {
        Found::Race { results } => {
            vec![Group { heading: String::new(), drawings: raced(asked, results) }]
        }
        Found::Explore { explorations, traces, .. } => {
            let several = explorations.len() + traces.len() > 1;
            let heading = |said: String| if several { plain(&said) } else { String::new() };
            let explored = explorations.iter().map(|of| Group {
                heading: heading(head(asked, &of.found)),
                drawings: explored(asked, of),
            });
            let traced = traces.iter().map(|of| Group {
                heading: heading(of.strategy.into()),
                drawings: vec![traced(asked, of)],
            });
            explored.chain(traced).collect()
        }
        Found::Judge { judgements, .. } => {
            answers.extend(table(asked, judgements, page).sentences());
            let drawings = judgements.iter().flat_map(|of| judged(asked, of, page));
            vec![Group { heading: String::new(), drawings: drawings.collect() }]
        }
        Found::Selftest { checks, .. } => {
            answers.extend(selftest::table(checks).sentences());
            Vec::new()
        }
    };
    to.write_all(document(&title, &answers, &groups).as_bytes())
}
