//! What a report is written on: text, a page for a browser, or pictures. Each shows what it can, and
//! leaves out the rest.

use super::page::Page;
use super::picture::Drawing;
use super::table::Table;
use super::timeline::Timeline;
use crate::outcome::ExplorationResult;
use crate::plan::Asked;

/// A label, and what is to be said of it.
pub(super) type Fact<'l> = (&'l str, String);

/// A text breaks lines, and shows no pictures; pictures show headings, answers, timelines and
/// drawings, and of tables only what has no drawing.
pub(super) trait Sheet {
    /// How much room there is, and whether to say more or less.
    fn page(&self) -> Page;

    /// What the next part is about. The first one is the title of a page, and of pictures.
    fn heading(&mut self, said: &str);

    /// A heading where a page has more than a text.
    fn subheading(&mut self, _: &'static str) {}

    /// What is to be read first.
    fn answers(&mut self, facts: &[Fact]);

    /// The sentences begin in column `at` of a text.
    fn facts(&mut self, _at: usize, _: &[Fact]) {}

    fn table(&mut self, _caption: &str, _: &Table) {}

    fn sentence(&mut self, _: &str) {}

    /// A sentence, of which a text indents all lines but the first.
    fn note(&mut self, said: &str) {
        self.sentence(said);
    }

    /// Lines that only a text has, as they are.
    fn lines(&mut self, _: &str) {}

    /// Lines of a file, as they are; in a text from column `at` on.
    fn quoted(&mut self, at: usize, lines: &[String]) {
        lines.iter().for_each(|line| self.lines(&format!("{:at$}{line}\n", "")));
    }

    /// A blank line of a text, where something stands before it and after it.
    fn blank(&mut self) {}

    /// `title` is empty where the heading has said it.
    fn timeline(&mut self, title: &str, timeline: Timeline);

    /// A schedule: what it shows ("How -2 comes about"), and its words ("schedule 2 4x1 3x2"). One that
    /// need not be `shown` stands folded in a page, and nowhere else. Links lead to its `place`.
    fn witness(
        &mut self,
        shown: bool,
        _place: Option<&str>,
        what: &str,
        schedule: &str,
        timeline: &dyn Fn() -> Timeline,
    ) {
        if shown {
            self.timeline(&format!("{what} ({schedule}):"), timeline());
        }
    }

    /// The link to a place.
    fn link(&self, _place: &str) -> Option<String> {
        None
    }

    /// What a text does not show: `show` is not called for it.
    fn not_in_text(&mut self, _show: &dyn Fn(&mut dyn Sheet)) {}

    fn drawing(&mut self, _: Drawing) {}

    /// Buttons to step through all interleavings.
    fn stepper(&mut self, _: &Asked, _: &ExplorationResult) {}
}
