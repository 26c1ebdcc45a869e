//! What clap says of a command line, as a sentence of ours.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::env::variable;
use super::{UsageError, called};

/// From what clap says of `command`; `set` are the options that the environment has set.
pub(super) fn translate(
    error: &clap::Error,
    command: &clap::Command,
    set: &[(&str, String)],
) -> UsageError {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            UsageError::Asked(error.render().ansi().to_string())
        }
        ErrorKind::UnknownArgument => UsageError::new(unknown(error, command)),
        ErrorKind::MissingRequiredArgument => {
            let (name, called) = (command.get_name(), called());
            UsageError::new(format!("{name} needs a shell, such as in: {called} {name} bash"))
        }
        _ => UsageError::new(wrong_value(error, set)),
    }
}

fn context(error: &clap::Error, kind: ContextKind) -> &str {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text,
        Some(ContextValue::Strings(texts)) => texts.first().map_or("", String::as_str),
        _ => "",
    }
}

/// An option that `command` does not have, or one word too many.
fn unknown(error: &clap::Error, command: &clap::Command) -> String {
    let (arg, called) = (context(error, ContextKind::InvalidArg), called());
    if !arg.starts_with('-') {
        return format!("'{arg}' is not expected here: leave it out. All: {called} --help");
    }
    let has = |long| command.get_arguments().any(|arg| arg.get_long() == Some(long));
    let meant = match other_word(arg.trim_start_matches('-')) {
        Some(long) if has(long) => format!(" Did you mean '--{long}'?"),
        // The option that clap finds similar is another one.
        Some(_) => String::new(),
        None => match context(error, ContextKind::SuggestedArg) {
            "" => String::new(),
            meant => format!(" Did you mean '{meant}'?"),
        },
    };
    let help = match command.get_name() {
        "syncdemo" | "run" => "--help".to_owned(),
        name => format!("{name} --help"),
    };
    format!("there is no option '{arg}'.{meant} All: {called} {help}")
}

/// The option that is meant by a word that other programs use and that clap does not find similar.
fn other_word(typed: &str) -> Option<&'static str> {
    Some(match typed {
        "repeat" | "repeats" | "repetitions" | "times" | "rounds" | "count" => "runs",
        "iteration" | "iterations" | "loops" | "updates" | "increments" => "iters",
        "workers" => "threads",
        "forks" | "procs" => "processes",
        "delay" | "sleep" => "work",
        "json" | "csv" => "format",
        "states" => "max-states",
        "preemptions" => "max-preemptions",
        "model" => "memory",
        _ => return None,
    })
}

fn wrong_value(error: &clap::Error, set: &[(&str, String)]) -> String {
    let arg = context(error, ContextKind::InvalidArg);
    // "--iters <N>" is "--iters" in a sentence.
    let typed = arg.split([' ', '=']).next().filter(|option| option.starts_with('-'));
    let by_environment = typed.and_then(|typed| {
        let set = set.iter().find(|(option, _)| typed.trim_start_matches('-') == *option);
        set.map(|(option, _)| variable(option))
    });
    let option = by_environment.as_deref().or(typed).unwrap_or("the argument");
    let value = context(error, ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => {
            format!("{option} needs a value, such as in: {option} {}", example(option))
        }
        ErrorKind::InvalidValue => {
            let valid = match error.get(ContextKind::ValidValue) {
                Some(ContextValue::Strings(valid)) => valid.join(", "),
                _ => String::new(),
            };
            format!("{option} is '{value}', not one of {valid}")
        }
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string);
            format!("{option} is '{value}', {}", why.unwrap_or_default())
        }
        ErrorKind::ArgumentConflict => format!("{option} is given twice: leave one out"),
        ErrorKind::TooManyValues => format!("{option} takes no value: leave out '{value}'"),
        ErrorKind::InvalidUtf8 => "an argument is not valid UTF-8: write names in ASCII".into(),
        _ => {
            let text = error.to_string();
            text.trim_end().trim_start_matches("error: ").to_owned()
        }
    }
}

/// A value that an option takes.
fn example(option: &str) -> &'static str {
    match option {
        "--strategy" => "mutex",
        "--yield" => "never",
        "--guard" => "loop",
        "--expect" => "lossless",
        "--timeout" => "10s",
        "--format" => "json",
        "--output" => "report.json",
        "--schedule" => "'2 4x1 3x2'",
        "--memory" => "tso",
        "--max-states" => "500k",
        "--max-memory" => "500M",
        "--color" => "never",
        "--iters" => "5000",
        "--resource" => "file",
        "--file" => "counter.txt",
        "--work" => "100us",
        _ => "2",
    }
}
