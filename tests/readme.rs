//! The documents, held to the program: each console example is what is printed, each other command
//! that they name is one, each picture is what its command makes, and what they link to or name is
//! there.
//!
//! A console example is a block of a fence "console": its first line begins with "$ " and is typed, and
//! what follows is what it prints. After "console racy" the numbers may differ, and a line "..." stands
//! for any lines. In a code span, `src/main.rs: run` says that the file has this word.

mod harness;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use harness::{Session, run, stdout};

/// The languages of blocks; a misspelt one would leave its examples out.
const FENCES: [&str; 9] =
    ["console", "console racy", "sh", "text", "python", "rust", "toml", "diff", "json"];

struct Document {
    path: PathBuf,
    text: String,
}

/// What is written for people: the documents of the first folder, of the guide, and of the homework.
fn documents() -> Vec<Document> {
    let read = |path: PathBuf| Document { text: fs::read_to_string(&path).expect("text"), path };
    let mut all = Vec::new();
    for folder in ["", "docs", "homework"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let entries = fs::read_dir(root.join(folder)).expect("a folder").flatten();
        let names = entries.map(|entry| Path::new(folder).join(entry.file_name()));
        all.extend(names.filter(|name| name.extension().is_some_and(|end| end == "md")));
    }
    all.sort();
    all.into_iter().map(read).collect()
}

impl Document {
    /// The blocks: the language, and the lines.
    fn blocks(&self) -> Vec<(&str, String)> {
        let mut blocks = Vec::new();
        let mut lines = self.text.lines();
        while let Some(line) = lines.next() {
            if let Some(language) = line.trim_start().strip_prefix("```") {
                assert!(
                    FENCES.contains(&language),
                    "{}: a fence '{language}'",
                    self.path.display()
                );
                let inside = lines.by_ref().take_while(|line| line.trim_start() != "```");
                blocks.push((language, inside.collect::<Vec<_>>().join("\n") + "\n"));
            }
        }
        blocks
    }

    /// The text without its blocks.
    fn prose(&self) -> String {
        self.text.split("```").step_by(2).collect::<Vec<_>>().join("\n")
    }

    /// What stands between backquotes, in one line.
    fn spans(&self) -> Vec<String> {
        let spans = self.prose();
        let spans = spans.split('`').skip(1).step_by(2);
        spans.map(harness::one_line).collect()
    }

    fn links(&self) -> Vec<String> {
        let prose = self.prose();
        let links = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        links.map(str::to_owned).collect()
    }

    /// The heading as it stands after "#" in a link.
    fn has_heading(&self, anchor: &str) -> bool {
        let slug = |heading: &str| {
            let kept = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
            kept.chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect::<String>()
        };
        self.prose().lines().any(|line| line.starts_with('#') && slug(line) == anchor)
    }

    /// The homework has its own command, and its own test.
    fn is_homework(&self) -> bool {
        self.path.starts_with("homework")
    }
}

/// The words of a command line: what stands between quotes is one.
fn words_of(typed: &str) -> Vec<&str> {
    let parts = typed.split(['"', '\'']).enumerate();
    parts
        .flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().collect(),
            _ => vec![part],
        })
        .collect()
}

fn run_typed(typed: &str) -> Output {
    let args = match typed {
        "cargo run --release" => "",
        _ => typed.strip_prefix("syncdemo").expect("it is our command"),
    };
    run(&words_of(args))
}

/// Whether it can be carried out in this build.
fn is_possible(typed: &str) -> bool {
    let linux_only = ["--processes", "-p ", "--resource", "selftest"];
    cfg!(linux) || !linux_only.iter().any(|option| typed.contains(option))
}

/// The lines, without where they are broken: a line is what ends in an empty line or a "..." or
/// begins flush left with a word of its own. Numbers are `0` and bars are gone, since they differ;
/// so does how the race went, which has a few words.
fn words(text: &str) -> Vec<String> {
    let word = |word: &str| {
        let number = word.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit());
        if number { "0".to_owned() } else { word.trim_matches('█').to_owned() }
    };
    let line = |line: &str| {
        let words: Vec<_> = line.split_whitespace().map(word).filter(|w| !w.is_empty()).collect();
        let line = words.join(" ");
        // The ways in which a race may go, in the words for each.
        let line =
            line.replace("BY CANCELLATION", "NO").replace(" were lost all the same", " were lost");
        let line = line.replace(" updates was lost", " updates were lost");
        // Zero only by cancellation comes now and then.
        let line = line.strip_suffix(" by cancellation").map_or(line.as_str(), |line| {
            line.rsplit_once(", ").map_or(line, |(before, _)| before)
        });
        // The sign of what a copy holds.
        let line = line.replace(" + ", " - ");
        line.replace("increment and", "increments and").replace("decrement:", "decrements:")
    };
    let mut lines: Vec<String> = Vec::new();
    for raw in text.lines() {
        match lines.last_mut() {
            Some(last) if raw.starts_with("    ") && !last.is_empty() && raw.trim() != "..." => {
                *last += " ";
                *last += &line(raw);
            }
            _ => lines.push(line(raw)),
        }
    }
    lines
}

/// Whether the lines are those expected, where "..." stands for any number of lines.
fn alike(printed: &[String], expected: &[String]) -> bool {
    match expected.split_first() {
        None => printed.is_empty(),
        Some((any, rest)) if any == "..." => {
            (0..=printed.len()).any(|skip| alike(&printed[skip..], rest))
        }
        Some((line, rest)) => printed
            .split_first()
            .is_some_and(|(first, others)| first == line && alike(others, rest)),
    }
}

#[test]
fn every_console_example_is_what_is_printed() {
    let mut printed_by = BTreeMap::new();
    let mut with_examples = BTreeSet::new();
    for document in documents().iter().filter(|document| !document.is_homework()) {
        for (fence, session) in document.blocks() {
            let Some(kind) = fence.strip_prefix("console") else { continue };
            let (typed, expected) = session.split_once('\n').expect("a line that is typed");
            let typed = typed.strip_prefix("$ ").expect("it begins with $").to_owned();
            with_examples.insert(document.path.display().to_string());
            if !is_possible(&typed) {
                continue;
            }
            // A command that stands in two documents is run once.
            let printed =
                printed_by.entry(typed.clone()).or_insert_with(|| stdout(&run_typed(&typed)));
            let place = document.path.display();
            if kind == " racy" {
                // Now and then no update is lost, or only by one kind of worker.
                let again = (0..4).map(|_| stdout(&run_typed(&typed)));
                let mut printed = std::iter::once(printed.clone()).chain(again);
                let expected = words(expected);
                let is_shown = printed.any(|printed| alike(&words(&printed), &expected));
                assert!(
                    is_shown,
                    "{place}: {typed}\n{:#?}\n{expected:#?}",
                    words(&printed_by[&typed])
                );
            } else {
                assert_eq!(printed, expected, "{place}: {typed}");
            }
        }
    }
    for name in ["README.md", "README.ko.md", "docs/races.md", "docs/exploring.md"] {
        assert!(with_examples.contains(name), "{name}: its examples are found");
    }
}

/// The commands that stand in prose, tables and scripts. They print too much, or what differs.
#[test]
#[cfg(linux)]
fn every_other_command_that_is_named_can_be_carried_out() {
    let (mut commands, mut already_run) = (BTreeSet::new(), BTreeSet::new());
    for document in documents().iter().filter(|document| !document.is_homework()) {
        commands.extend(document.spans());
        let examples =
            document.blocks().into_iter().filter(|(kind, _)| kind.starts_with("console"));
        let typed =
            examples.filter_map(|(_, lines)| Some(lines.lines().next()?.get(2..)?.to_owned()));
        already_run.extend(typed);
        let scripts = document.blocks().into_iter().filter(|(language, _)| *language == "sh");
        for line in
            scripts.flat_map(|(_, lines)| lines.lines().map(str::to_owned).collect::<Vec<_>>())
        {
            let command = line.split(" #").next().and_then(|line| line.split(" > ").next());
            commands.insert(command.unwrap_or_default().trim().to_owned());
        }
    }
    // A word in capitals stands for something else, as does <TAB>; a shell's words are not ours.
    let stands_for = |word: &str| {
        word.contains(['<', '>', '|', '$'])
            || word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase())
    };
    commands.retain(|typed| typed.starts_with("syncdemo ") && !typed.split(' ').any(stands_for));
    assert!(commands.len() > 20, "{commands:?}");
    for typed in commands.difference(&already_run) {
        // There is no terminal.
        let script = if typed.starts_with("syncdemo step") { " --script 1" } else { "" };
        let session = Session::new();
        fs::create_dir(session.place.path().join("docs")).expect("a folder");
        let typed = typed.to_owned() + script;
        let output = session.run(&words_of(&typed)[1..]);
        assert_ne!(output.status.code(), Some(2), "{typed}: {}", harness::stderr(&output));
    }
}

#[test]
fn every_picture_is_what_its_command_makes() {
    let documents = documents();
    let spans: Vec<_> = documents.iter().flat_map(Document::spans).collect();
    let pictures = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs"));
    let mut compared = 0;
    for kept in pictures.expect("a folder").flatten().map(|entry| entry.path()) {
        let name = kept.file_name().expect("a name").to_string_lossy().into_owned();
        if !name.ends_with(".svg") {
            continue;
        }
        let end = format!(" -o docs/{name}");
        let command = spans.iter().find(|span| span.ends_with(&end));
        let command = command.unwrap_or_else(|| panic!("no command makes docs/{name}"));
        let session = Session::new();
        session.run(&words_of(&command.replace(" docs/", " "))[1..]);
        let made = fs::read_to_string(session.place.path().join(&name)).expect("it is text");
        let kept = fs::read_to_string(&kept).expect("text");
        assert_eq!(made, kept, "make it again: {command}");
        compared += 1;
    }
    let readme = documents.iter().find(|document| document.path == Path::new("README.md"));
    let first =
        readme.expect("there is one").links().into_iter().find(|link| link.ends_with(".svg"));
    assert_eq!(first.as_deref(), Some("docs/explore-none.svg"));
    assert!(compared > 0);
}

#[test]
fn every_link_leads_to_a_file_and_a_heading_that_are_there() {
    let documents = documents();
    let mut linked = BTreeSet::new();
    for document in &documents {
        let place = document.path.display();
        for link in document.links().iter().filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => document.path.clone(),
                _ => normal(&document.path.with_file_name(file)),
            };
            assert!(target.exists(), "{place}: {link}");
            let target = documents.iter().find(|other| other.path == target);
            assert!(
                anchor.is_empty() || target.is_some_and(|of| of.has_heading(anchor)),
                "{place}: {link}"
            );
            linked.extend(target.map(|target| target.path.clone()));
        }
    }
    for document in &documents {
        assert!(linked.contains(&document.path), "nothing leads to {}", document.path.display());
    }
}

/// Without "..".
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part.as_os_str() == ".." {
            true => drop(normal.pop()),
            false => normal.push(part),
        }
    }
    normal
}

#[test]
fn every_file_and_word_of_the_code_that_is_named_is_there() {
    let mut named = 0;
    for document in documents().iter().filter(|document| !document.is_homework()) {
        for span in document.spans() {
            let (path, word) = span.split_once(": ").unwrap_or((&span, ""));
            let folder = path.split('/').next().unwrap_or_default();
            let is_path = path.contains('/') && Path::new(folder).is_dir() && !path.contains(' ');
            if !is_path {
                continue;
            }
            let place = document.path.display();
            assert!(Path::new(path).exists(), "{place}: {path}");
            let text = || fs::read_to_string(path).expect("text");
            assert!(word.is_empty() || text().contains(word), "{place}: {span}");
            named += 1;
        }
    }
    assert!(named > 20, "{named}");
}

#[test]
fn what_a_diff_adds_is_in_the_files() {
    let contributing = include_str!("../CONTRIBUTING.md");
    let mut text = String::new();
    let mut added = 0;
    for line in contributing
        .split("```diff")
        .nth(1)
        .expect("a diff")
        .split("```")
        .next()
        .into_iter()
        .flat_map(str::lines)
    {
        if let Some(path) = line.strip_prefix("+++ b/") {
            text = fs::read_to_string(path).expect(path);
        } else if let Some(line) = line.strip_prefix('+') {
            assert!(text.lines().any(|other| other == line), "{line}");
            added += 1;
        }
    }
    assert!(added > 10);
}

/// The labels of lines and the headings of columns, as the reports' code has them.
#[test]
fn the_key_for_those_who_read_korean_has_every_label() {
    let key = include_str!("../README.ko.md");
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report")];
    let mut labels = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(path).expect("text");
            for before in ["labelled(\"", ".left(\"", ".right(\""] {
                let found = text.split(before).skip(1).filter_map(|rest| rest.split('"').next());
                labels.extend(found.filter(|label| !label.is_empty()).map(str::to_owned));
            }
        }
    }
    assert!(labels.len() > 20, "{labels:?}");
    let missing: Vec<_> =
        labels.iter().filter(|label| !key.contains(&format!("`{label}`"))).collect();
    assert!(missing.is_empty(), "README.ko.md does not explain {missing:?}");
}

#[test]
fn the_readme_has_at_most_300_lines() {
    assert!(include_str!("../README.md").lines().count() <= 300);
}

#[test]
#[ignore = "needs python3"]
fn the_python_program_for_those_who_read_korean_runs() {
    let documents = documents();
    let mut blocks = documents.iter().flat_map(Document::blocks);
    let (_, program) = blocks.find(|(language, _)| *language == "python").expect("there is one");
    let output = Command::new("python3").args(["-c", &program]).output().expect("python3 is there");
    assert!(output.status.success(), "{output:?}");
    assert!(stdout(&output).contains("mutex: 0\n"), "{output:?}");
}
