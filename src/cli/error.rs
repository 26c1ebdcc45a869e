//! A command line that makes no sense: one sentence that names what is wrong, and the remedy.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Why nothing was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UsageError {
    /// The sentence; exit status 2.
    Wrong(String),
    /// Help or the version was asked for: not a mistake at all, but it is clap that knows the
    /// text.
    Asked(String),
}

impl UsageError {
    /// The sentence.
    #[must_use]
    pub fn new(sentence: impl Into<String>) -> Self {
        Self::Wrong(sentence.into())
    }

    pub(super) fn from_clap(error: &clap::Error) -> Self {
        match error.kind() {
            ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                Self::Asked(error.render().ansi().to_string())
            }
            _ => Self::Wrong(sentence(error)),
        }
    }
}

/// The name that was probably meant.
#[must_use]
pub fn likely<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |name: &'a str| (strsim::jaro(&typed.to_lowercase(), name), name);
    let likenesses = names.into_iter().map(likeness).filter(|(likeness, _)| *likeness > 0.8);
    likenesses.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, name)| name)
}

/// "not one of a, b, c"
pub(super) fn none_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    format!("not one of {}", names.collect::<Vec<_>>().join(", "))
}

fn sentence(error: &clap::Error) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        Some(ContextValue::Strings(texts)) => texts.first().map_or("", String::as_str),
        _ => "",
    };
    let arg = context(ContextKind::InvalidArg);
    // "--iters <N>" is "--iters" in a sentence.
    let option = arg.split([' ', '=']).next().unwrap_or(arg);
    let option = if option.starts_with('-') { option } else { "the argument" };
    let value = context(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::UnknownArgument if !arg.starts_with('-') => {
            format!("'{arg}' is not expected there: leave it out. All: syncdemo --help")
        }
        ErrorKind::UnknownArgument => {
            let meant = match context(ContextKind::SuggestedArg) {
                "" => String::new(),
                meant => format!(" Did you mean '{meant}'?"),
            };
            format!("there is no option '{arg}'.{meant} All: syncdemo --help")
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            format!("{option} needs a value, such as in: {option} {}", example(option))
        }
        ErrorKind::InvalidValue => {
            let Some(ContextValue::Strings(valid)) = error.get(ContextKind::ValidValue) else {
                return format!("{option} is '{value}', which it cannot be");
            };
            format!("{option} is '{value}', {}", none_of(valid.iter().map(String::as_str)))
        }
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string);
            format!("{option} is '{value}', {}", why.unwrap_or_default())
        }
        ErrorKind::ArgumentConflict => {
            format!("{option} is given twice, or with an option that excludes it: leave one out")
        }
        ErrorKind::InvalidUtf8 => "an argument is not valid UTF-8: write names in ASCII".into(),
        ErrorKind::MissingRequiredArgument => {
            "completions needs a shell, such as in: syncdemo completions bash".into()
        }
        _ => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default();
            first.trim_start_matches("error: ").to_owned()
        }
    }
}

/// A value that an option takes.
fn example(option: &str) -> &'static str {
    match option {
        "--strategy" | "-s" => "mutex",
        "--yield" => "never",
        "--guard" => "loop",
        "--expect" => "lossless",
        "--timeout" => "10s",
        "--format" => "json",
        "--output" | "-o" => "report.json",
        "--schedule" => "'2 4x1 3x2'",
        "--memory" => "tso",
        "--max-states" => "500k",
        "--color" => "never",
        "--iters" | "-i" => "5000",
        "--resource" => "file",
        "--file" => "counter.txt",
        "--work" => "1000",
        _ => "2",
    }
}
