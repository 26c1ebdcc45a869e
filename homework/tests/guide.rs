//! The sessions of the guide, run as they stand there.

use std::process::{Command, Output};

const GUIDE: &str = include_str!("../README.md");

const LOCKS: [(&str, &str); 3] = [
    ("first", include_str!("../src/first.rs")),
    ("second", include_str!("../src/second.rs")),
    ("third", include_str!("../src/third.rs")),
];

fn homework(args: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homework"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SYNCDEMO_")) {
        command.env_remove(name);
    }
    command.args(args.split_whitespace()).output().expect("it is built")
}

fn blocks(language: &str) -> impl Iterator<Item = &'static str> {
    let fence = format!("```{language}\n");
    let blocks = GUIDE.split("```\n\n").flat_map(move |part| part.split(&fence).nth(1).into_iter());
    blocks
        .map(|block| block.split("```").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .into_iter()
}

/// Whether a lock is still as the guide prints it. One that was worked on is no longer judged so.
fn is_untouched(source: &str) -> bool {
    let lines = |text: &str| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    let source = lines(source).join("\n");
    blocks("rust").any(|code| source.contains(&lines(code).join("\n")))
}

#[test]
fn what_the_guide_prints_is_what_the_judge_says_of_each_start() {
    assert_eq!((blocks("rust").count(), blocks("console").count()), (3, 3));
    for session in blocks("console") {
        let (typed, expected) = session.split_once('\n').expect("a line that is typed");
        let args = typed.strip_prefix("$ cargo run --release -p homework -- ").expect(typed);
        let mut named = LOCKS.iter().filter(|(name, _)| args.ends_with(name));
        if is_untouched(named.next().expect("a lock").1) {
            assert_eq!(String::from_utf8_lossy(&homework(args).stdout), expected, "{args}");
        }
    }
}

#[test]
fn the_other_commands_of_the_guide_run() {
    let all =
        GUIDE.lines().filter_map(|line| line.strip_prefix("cargo run --release -p homework -- "));
    let typed: Vec<_> = all.filter_map(|line| line.split('#').next()).collect();
    assert_eq!(typed.len(), 4, "{typed:?}");
    for args in typed {
        let output = homework(args);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{args}: {output:?}");
    }
}

#[test]
#[cfg(all(target_os = "linux", not(portable)))]
fn processes_find_the_own_strategies_as_well() {
    let output = homework("third -p 2 -i 100 --expect lossless");
    assert!(output.status.success(), "{output:?}");
}
