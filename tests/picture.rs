//! Pages and pictures: well-formed, described, escaped, and without anything from elsewhere.

mod harness;

use std::collections::BTreeSet;
use std::fs;

use harness::Session;
use roxmltree::{Document, Node};

/// What is drawn of each kind of outcome, and the exit status.
const DRAWN: &[(&str, i32)] = &[
    ("none", 0),
    ("none -i 3 --schedule 5x1,6x2,1", 0),
    ("mutex --count-up -t 1", 0),
    ("none mutex semaphore", 0),
    ("none atomic --yield never", 0),
    ("none --runs 20", 0),
    ("none -i 3 --runs 20 --explore", 0),
    ("none mutex -i 20 --explore", 0),
    ("mutex --runs 20", 0),
    ("none mutex --runs 5", 0),
    ("semaphore --copies 3 -t 8", 0),
    ("none -t 64 -i 50 --trace", 0),
    ("none -i 2 --schedule 2,4x1,3x2 --trace", 0),
    ("explore", 0),
    ("explore none", 0),
    ("explore none -i 20", 0),
    ("explore none -t 8 -i 1", 0),
    ("explore mutex", 0),
    ("explore two-locks", 1),
    ("explore own-lock half-lock", 1),
    ("explore peterson-unfenced --memory tso", 1),
    ("explore none --max-states 10", 4),
    ("judge mutex ticket peterson turns flag", 1),
    ("judge ticket", 0),
    ("explore none --schedule 2,4x1,3x2", 0),
];

/// The picture and the page of a command.
fn drawn(typed: &str, status: i32) -> (String, String) {
    let session = Session::new();
    // A comma stands for a blank within a word.
    let words: Vec<String> = typed.split(' ').map(|word| word.replace(',', " ")).collect();
    let mut args: Vec<&str> = words.iter().map(String::as_str).collect();
    args.extend(["-q", "-o", "it.svg", "-o", "it.html"]);
    let output = session.run(&args);
    assert_eq!(output.status.code(), Some(status), "{typed}: {output:?}");
    let read =
        |name: &str| fs::read_to_string(session.place.path().join(name)).expect("it is text");
    (read("it.svg"), read("it.html"))
}

fn parsed<'t>(typed: &str, text: &'t str) -> Document<'t> {
    Document::parse(text).unwrap_or_else(|error| panic!("{typed}: {error}\n{text}"))
}

/// Title and description are there, and nothing is drawn beside the canvas.
fn assert_drawn_well(typed: &str, svg: Node<'_, '_>) {
    for name in ["title", "desc"] {
        let said = svg.children().find(|child| child.tag_name().name() == name);
        let said = said.and_then(|said| said.text()).unwrap_or_default();
        assert!(said.len() > 10, "{typed}: {name} is '{said}'");
    }
    let number = |node: &Node<'_, '_>, name: &str| -> f64 {
        node.attribute(name).map_or(0.0, |value| value.parse().expect("a number"))
    };
    let canvas: Vec<f64> = svg
        .attribute("viewBox")
        .expect("it has one")
        .split(' ')
        .map(|side| side.parse().expect("a number"))
        .collect();
    for shape in svg.descendants().filter(|node| ["rect", "text"].contains(&node.tag_name().name()))
    {
        if shape.ancestors().any(|above| above.tag_name().name() == "defs") {
            continue;
        }
        let (x, y) = (number(&shape, "x"), number(&shape, "y"));
        assert!(x >= 0.0 && y >= 0.0, "{typed}: {shape:?}");
        assert!(x + number(&shape, "width") <= canvas[2], "{typed}: {shape:?}");
        assert!(y + number(&shape, "height") <= canvas[3], "{typed}: {shape:?}");
    }
}

fn assert_nothing_from_elsewhere(typed: &str, text: &str) {
    let text = text.replace("http://www.w3.org/2000/svg", "");
    for loads in ["http:", "https:", "//", "src=", "@import", "<script", "<link", "javascript:"] {
        assert!(!text.contains(loads), "{typed}: {loads}");
    }
    let urls: BTreeSet<_> = text.split("url(").skip(1).map(|url| url.split(')').next()).collect();
    assert!(urls.iter().all(|url| *url == Some("#lost")), "{typed}: {urls:?}");
}

/// A page without its scripts, and these: the stepper, which loads nothing, and its data.
fn without_scripts(typed: &str, html: &str) -> (String, usize) {
    let (mut text, mut data) = (String::new(), 0);
    for (at, part) in html.split("<script").enumerate() {
        let (script, rest) =
            if at == 0 { ("", part) } else { part.split_once("</script>").expect(typed) };
        let loads = ["fetch", "XMLHttp", "import", "eval", "HTML", "document.write", "http"];
        match script.strip_prefix(" type=\"application/json\">") {
            Some(json) => {
                serde_json::from_str::<serde_json::Value>(json).expect(typed);
                assert!(json.len() <= 1_000_000 && !json.contains('<'), "{typed}");
                data += 1;
            }
            None => assert!(loads.iter().all(|word| !script.contains(word)), "{typed}: {script}"),
        }
        text += rest;
    }
    (text, data)
}

/// The values of an attribute, such as all ids.
fn all<'t>(html: &'t str, attribute: &str) -> Vec<&'t str> {
    let begin = format!(" {attribute}=\"");
    let found = html.split(&begin).skip(1);
    found.filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn pictures_and_pages_are_whole_and_described() {
    for (typed, status) in DRAWN {
        let (svg, html) = drawn(typed, *status);
        let document = parsed(typed, &svg);
        assert_drawn_well(typed, document.root_element());
        let texts = document.descendants().filter(|node| node.tag_name().name() == "text");
        assert!(texts.filter(|text| text.text().is_some()).count() > 3, "{typed}: text is text");
        let (html, steppers) = without_scripts(typed, &html);
        assert_eq!(steppers, html.matches("class=\"stepper\"").count(), "{typed}");
        for text in [&svg, &html] {
            assert_nothing_from_elsewhere(typed, text);
            assert!(text.len() < 200_000, "{typed}: {} bytes", text.len());
        }
        let inline: Vec<_> = html.split("<svg role=").skip(1).collect();
        for rest in inline {
            let end = rest.find("</svg>").expect("it ends");
            let svg = format!("<svg role={}</svg>", &rest[..end]);
            assert_drawn_well(typed, parsed(typed, &svg).root_element());
        }
        let ids = all(&html, "id");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{typed}: {ids:?}");
        for to in all(&html, "href") {
            assert!(ids.contains(&to.trim_start_matches('#')), "{typed}: {to} leads nowhere");
        }
        assert!(html.contains("<h1>") && html.contains("lang=\"en\""), "{typed}");
        let open = |tag: &str| html.matches(&format!("<{tag}")).count();
        let closed = |tag: &str| html.matches(&format!("</{tag}>")).count();
        for tag in ["table", "tr", "details", "section", "figure", "dl", "div", "svg"] {
            assert_eq!(open(tag), closed(tag), "{typed}: {tag}");
        }
    }
}

#[test]
fn a_final_value_leads_to_its_witness_without_a_script() {
    let (_, html) = drawn("explore none", 0);
    let links = all(&html, "href");
    assert_eq!(links.len(), 5, "one for each final value: {links:?}");
    assert_eq!(html.matches("<details").count(), 5);
    assert_eq!(html.matches("<details open").count(), 1, "the worst is open");
    assert!(html.contains("both increments lost"), "{html}");
    assert!(
        html.contains("2 threads") || html.contains("2 workers x 2 updates: 64 of 70"),
        "{html}"
    );
}

#[test]
fn a_page_holds_all_states_or_says_that_they_are_too_many() {
    let too_large = "more than 1 MB";
    for (typed, steppers) in
        [("explore none", 1), ("explore none mutex", 2), ("explore none -i 50", 0)]
    {
        let (_, html) = drawn(typed, 0);
        assert_eq!(without_scripts(typed, &html).1, steppers, "{typed}");
        assert_eq!(html.contains(too_large), steppers == 0, "{typed}");
    }
}

#[test]
fn what_came_from_outside_is_escaped() {
    let name = "a<b>&\"'c.txt";
    let session = Session::new();
    let args = ["mutex", "-i", "5", "--resource", "file", "--file", name];
    if !cfg!(linux) {
        return;
    }
    let output = session.run(&[&args[..], &["-q", "-o", "it.html", "-o", "it.svg"]].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let html = fs::read_to_string(session.place.path().join("it.html")).expect("it is text");
    assert!(html.contains("a&lt;b&gt;&amp;&quot;"), "{html}");
    assert!(!html.contains("<b>") && !html.contains("a<b"), "{html}");
}

#[test]
fn a_command_that_failed_says_so_on_its_page() {
    let (svg, html) = drawn("explore none --max-states 10", 4);
    for text in [svg, html] {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("stopped after 10 states"), "{text}");
    }
}

#[test]
fn a_deadlock_has_a_row_of_its_own() {
    let (svg, _) = drawn("explore two-locks", 1);
    assert!(
        svg.contains(">deadlock</text>") && svg.contains(">20 others, chance 84.4 %</text>"),
        "{svg}"
    );
}

/// The timeline of the schedule, and not only what was lost.
#[test]
fn a_race_that_follows_a_schedule_is_drawn_as_its_timeline() {
    let (svg, html) = drawn("none -i 2 --schedule 2,4x1,3x2", 0);
    assert!(svg.contains(">both increments lost</text>"), "{svg}");
    assert!(html.contains("both increments lost</strong>"), "{html}");
}
