//! Pictures of an outcome, as SVG. The same ones stand in a .svg file and in the page.
//!
//! A picture is a [`Drawing`]: shapes on a canvas with a title, and a description for who cannot see
//! it. Nothing is said by colour alone: what is lost is hatched, and each bar has its number. To add
//! a picture: a function that returns a drawing, and its call in `race` or `explore`.

mod bars;
mod explore;
mod line;
mod race;
mod text;
mod timeline;

use maud::{Markup, PreEscaped, html};

use text::{HEAD, TYPE, label, lines};

pub use bars::bar_charts;
pub(super) use explore::values;
pub(super) use race::raced;
pub(super) use timeline::drawn;

/// The width that fits a telephone as well as a projector.
const WIDTH: i64 = 640;
/// The space around the drawings of a file, and between them.
const MARGIN: i64 = 28;

/// The colours, in light and in dark, of a file and of the page.
pub(super) const STYLE: &str = include_str!("style.css");

/// One picture.
pub(super) struct Drawing {
    /// What it shows.
    pub(super) title: String,
    /// The same in words, with the numbers.
    pub(super) description: String,
    width: i64,
    height: i64,
    shapes: Markup,
}

/// What lost updates are drawn with. It stands once in a document.
pub(super) fn patterns() -> Markup {
    html! {
        defs {
            pattern id="lost" width="10" height="10" patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)" {
                rect class="lost-ground" width="10" height="10" {}
                rect class="lost-stripe" width="5" height="10" {}
            }
        }
    }
}

impl Drawing {
    /// In a page; `id` tells it from the others there.
    pub(super) fn inline(&self, id: &str) -> Markup {
        let Self { title, description, width, height, shapes } = self;
        // Its type is never smaller than half its size: it is scrolled where there is no room.
        let style = format!("min-width:{}px", width / 2);
        let (title_id, description_id) = (format!("{id}-title"), format!("{id}-desc"));
        html! {
            svg role="group" viewBox={ "0 0 " (width) " " (height) } style=(style)
                aria-labelledby=(title_id) aria-describedby=(description_id) {
                title id=(title_id) { (title) }
                desc id=(description_id) { (description) }
                (shapes)
            }
        }
    }
}

/// Drawings under a heading of their own, which may be empty.
#[derive(Default)]
pub(super) struct Group {
    pub(super) heading: String,
    pub(super) drawings: Vec<Drawing>,
}

/// A file: the answer in large type, and below it the drawings, one under the other.
pub(super) fn document(title: &str, answers: &[String], groups: &[Group]) -> String {
    let drawings = || groups.iter().flat_map(|group| &group.drawings);
    let inner = drawings().map(|drawing| drawing.width).max().unwrap_or(0).max(WIDTH);
    let mut canvas = Canvas { inner, y: MARGIN, parts: Vec::new() };
    canvas.say("head", HEAD, title);
    for answer in answers {
        canvas.y += 8;
        canvas.say("ink", TYPE, answer);
    }
    for group in groups {
        if !group.heading.is_empty() {
            canvas.y += 2 * MARGIN;
            canvas.say("head", HEAD, &group.heading);
        }
        group.drawings.iter().for_each(|drawing| canvas.draw(drawing));
    }
    let described = drawings().map(|it| format!("{}: {}", it.title, it.description));
    let described: Vec<_> = answers.iter().cloned().chain(described).collect();
    let (width, height) = (inner + 2 * MARGIN, canvas.y + MARGIN);
    let document = html! {
        svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc"
            width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } {
            title id="title" { (title) }
            desc id="desc" { (described.join(" ")) }
            style { (PreEscaped(STYLE)) }
            (patterns())
            rect class="paper" width=(width) height=(height) {}
            @for part in canvas.parts { "\n" (part) }
        }
    };
    visible(&document.into_string()) + "\n"
}

/// What is drawn so far, and how far down.
struct Canvas {
    inner: i64,
    y: i64,
    parts: Vec<Markup>,
}

impl Canvas {
    fn say(&mut self, class: &str, size: i64, said: &str) {
        for line in lines(said, self.inner, size) {
            self.y += size * 5 / 4;
            self.parts.push(label(MARGIN, self.y - size / 4, class, "start", &line));
        }
    }

    fn draw(&mut self, drawing: &Drawing) {
        self.y += MARGIN;
        self.say("caption", TYPE, &drawing.title);
        self.y += 12;
        let at = format!("translate({MARGIN} {})", self.y);
        self.parts.push(html! { g transform=(at) { (drawing.shapes) } });
        self.y += drawing.height;
    }
}

/// `text` without control characters, which XML does not allow.
pub(super) fn visible(text: &str) -> String {
    text.replace(|c: char| c.is_control() && c != '\n', "")
}

#[cfg(test)]
pub(super) mod tests {
    use super::STYLE;

    /// The colour of a class, in light or in dark.
    fn colour(class: &str, dark: bool) -> u32 {
        let (light, dark_rules) = STYLE.split_once("dark){").expect("there are two");
        let rules = if dark { dark_rules } else { light };
        let named = |rule: &&str| {
            rule.split('{').next().is_some_and(|names| {
                names.trim().split(',').any(|name| name.strip_prefix('.') == Some(class))
            })
        };
        let rule = rules.split('}').filter(named).find_map(|rule| rule.split_once("fill:#"));
        hexadecimal(rule.expect(class).1)
    }

    /// The colour that a text begins with.
    pub(in crate::report) fn hexadecimal(text: &str) -> u32 {
        let digits: String = text.chars().take_while(char::is_ascii_hexdigit).collect();
        // #fff is #ffffff.
        let doubled = |digit: char| [digit, digit];
        let long =
            if digits.len() == 3 { digits.chars().flat_map(doubled).collect() } else { digits };
        u32::from_str_radix(&long, 16).expect("a colour")
    }

    fn luminance(colour: u32) -> f64 {
        let part = |shift: u32, weight: f64| {
            let part = f64::from(colour >> shift & 255) / 255.0;
            let linear =
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) };
            weight * linear
        };
        part(16, 0.2126) + part(8, 0.7152) + part(0, 0.0722)
    }

    /// As WCAG 2 defines it.
    pub(in crate::report) fn contrast(one: u32, other: u32) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn all_text_can_be_read_in_light_and_in_dark() {
        for dark in [false, true] {
            for ground in ["paper", "band", "cell", "cell-lost"] {
                for text in ["ink", "faint", "bad", "code", "head", "caption"] {
                    // Only what a worker does stands in a cell.
                    if ground.starts_with("cell") && text != "code" {
                        continue;
                    }
                    let contrast = contrast(colour(text, dark), colour(ground, dark));
                    assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.1}");
                }
            }
        }
    }
}
