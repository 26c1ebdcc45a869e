//! Any words and any environment make a plan, or are refused in one sentence.

use std::ffi::OsString;

use proptest::prelude::*;

use crate::catalog::table;
use crate::cli::{Command, command, parse};
use crate::command::refusal::sentence;
use crate::plan::Plan;

/// Words that mean something, and values that do in some place.
fn words() -> Vec<String> {
    let root = command(table());
    let commands: Vec<_> = root.get_subcommands().chain([&root]).collect();
    let options = commands.iter().flat_map(|command| command.get_arguments());
    let longs = options.filter_map(|option| option.get_long()).map(|long| format!("--{long}"));
    let longs = longs.filter(|long| long != "--file");
    let names = table().iter().map(|strategy| strategy.about().name.to_owned());
    let commands = commands.iter().map(|command| command.get_name().to_owned());
    let values =
        ["2", "1/8", "printer", "file", "tso", "loss", "2 4x1 3x2", "both-inside", "a.svg"];
    longs.chain(names).chain(commands).chain(values.map(str::to_owned)).collect()
}

fn planned(argv: &[OsString], env: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<()> {
    match parse(argv, table(), env)? {
        Command::Run(args) => Plan::race(&args).map(drop)?,
        Command::Explore(args) => Plan::explore(&args).map(drop)?,
        Command::Judge(args) => Plan::judge(&args).map(drop)?,
        _ => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_command_line_makes_a_plan_or_is_refused_in_a_sentence(
        typed in prop::collection::vec(
            prop_oneof![9 => prop::sample::select(words()), 1 => "\\PC{0,9}", 1 => "-{0,2}[a-z]{1,3}=?[0-9]{0,3}"],
            0..8,
        ),
        variable in prop::sample::select(vec!["ITERS", "THREADS", "YIELD", "TIMEOUT", "FORMAT", "COLOR"]),
        value in "([0-9]{0,3}(ms|s|k)?|json|\\PC{0,3})",
    ) {
        let argv: Vec<OsString> =
            std::iter::once("syncdemo").chain(typed.iter().map(String::as_str)).map(Into::into).collect();
        let set = format!("SYNCDEMO_{variable}");
        if let Err(error) = planned(&argv, &|name| (name == set).then(|| value.clone())) {
            let (text, status) = sentence(error);
            prop_assert!(matches!(status, 0 | 2), "{}: {}", status, text);
            let printed = text.chars().all(|c| c == '\n' || !c.is_control());
            // A help is styled, and loses that where it is printed.
            prop_assert!(status == 0 || printed && text.starts_with("error: "), "{}", text);
            prop_assert!(status == 0 || text.lines().count() <= 2, "{}", text);
        }
    }
}

#[test]
fn the_help_of_a_command_says_how_many_strategies_it_takes() {
    for (words, argument, many) in [
        (
            "step --help",
            "Usage: syncdemo step [OPTIONS] STRATEGY\n\nArguments:\n  [STRATEGY]\n",
            false,
        ),
        (
            "show --help",
            "Usage: syncdemo show [OPTIONS] STRATEGY...\n\nArguments:\n  [STRATEGY]...\n",
            true,
        ),
    ] {
        let help = crate::run(&[], words).text;
        assert!(help.contains(argument), "{help}");
        assert_eq!(help.contains("may be repeated"), many, "{help}");
    }
    assert!(crate::run(&[], "--help").text.contains("syncdemo show STRATEGY... "));
}
