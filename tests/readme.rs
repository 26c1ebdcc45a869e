//! The sessions of the README, run as they stand there.
//!
//! A session is a block of a fence "console": a line that begins with "$ " is typed, and what
//! follows is what it prints. After "console racy" the numbers may differ, and a line "..." stands
//! for any lines.

mod harness;

use std::process::Command;

use harness::{run, stdout};

const README: &str = include_str!("../README.md");

/// The blocks of a language: what stands behind its name, and the lines.
fn blocks(language: &str) -> Vec<(&'static str, String)> {
    let mut blocks = Vec::new();
    let mut lines = README.lines();
    while let Some(line) = lines.next() {
        let fence = line.strip_prefix("```").and_then(|fence| fence.strip_prefix(language));
        if let Some(rest) = fence {
            let inside: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((rest.trim(), inside.join("\n") + "\n"));
        }
    }
    blocks
}

fn printed_by(typed: &str) -> String {
    let args = match typed {
        "cargo run --release" => "",
        _ => typed.strip_prefix("syncdemo").expect("it is our command"),
    };
    // What stands between quotes is one word.
    let parts = args.split('"').enumerate().flat_map(|(at, part)| match at % 2 {
        0 => part.split_whitespace().collect(),
        _ => vec![part],
    });
    stdout(&run(&parts.collect::<Vec<_>>()))
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
fn the_sessions_of_the_readme_are_what_is_printed() {
    let sessions = blocks("console");
    assert!(sessions.len() >= 6, "the sessions are found");
    for (kind, session) in sessions {
        let (typed, expected) = session.split_once('\n').expect("a line that is typed");
        if !cfg!(linux) && (typed.contains("--processes") || typed.contains("--resource")) {
            continue;
        }
        let printed = printed_by(typed.strip_prefix("$ ").expect("it begins with $"));
        if kind == "racy" {
            let (printed, expected) = (words(&printed), words(expected));
            assert!(alike(&printed, &expected), "{typed}\n{printed:#?}\n{expected:#?}");
        } else {
            assert_eq!(printed, expected, "{typed}");
        }
    }
}

#[test]
#[ignore = "needs python3"]
fn the_python_program_of_the_readme_runs() {
    let (_, program) = blocks("python").pop().expect("there is one");
    let output = Command::new("python3").args(["-c", &program]).output().expect("python3 is there");
    assert!(output.status.success(), "{output:?}");
    assert!(stdout(&output).contains("mutex: 0\n"), "{output:?}");
}
