//! The homework commands of the README, run as they are printed there.

use std::process::{Command, Output};

const README: &str = include_str!("../../README.md");

fn homework(args: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homework"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SYNCDEMO_")) {
        command.env_remove(name);
    }
    command.args(args.split_whitespace()).output().expect("it is built")
}

#[test]
fn the_commands_race_it_and_explore_it_and_find_its_mistake() {
    let typed =
        README.lines().filter_map(|line| line.strip_prefix("cargo run --release -p homework -- "));
    let typed: Vec<_> = typed.filter_map(|line| line.split('#').next()).collect();
    let outputs: Vec<_> = typed.iter().map(|args| homework(args)).collect();
    let statuses: Vec<_> = outputs.iter().map(|output| output.status.code()).collect();
    // With two workers it keeps what it promises. With three it does not.
    assert_eq!(statuses, [Some(0), Some(0), Some(1)], "{typed:?}");
    let text = |at: usize| String::from_utf8_lossy(&outputs[at].stdout).into_owned();
    assert!(text(0).contains("final value     0\n"), "{}", text(0));
    assert!(text(1).contains("Proved for 2 workers x 2 updates"), "{}", text(1));
    let sentence = "Worker 3 holds nothing, and waits until it is this worker's turn.\n";
    assert!(README.contains(sentence) && text(2).ends_with(sentence), "{}", text(2));
}

#[test]
fn processes_find_the_own_strategy_as_well() {
    let output = homework("mine -p 2 -i 100 --expect lossless");
    let supported = !String::from_utf8_lossy(&output.stderr).contains("works on Linux only");
    assert!(!supported || output.status.success(), "{output:?}");
}
