//! Defaults from the environment, for options that were not typed.
//!
//! clap could read them as well, but would then report a bad value as if it had been typed.

use super::UsageError;
use super::typed::Typed;

/// The options of races that the environment can set: `iters` by `SYNCDEMO_ITERS`, and so on.
const OPTIONS: [&str; 7] = ["iters", "threads", "processes", "timeout", "yield", "format", "color"];

/// Those of the other commands. Their programs are small: a number that is meant for a race would
/// be far too large.
const SMALL: [&str; 2] = ["format", "color"];

/// The variable that sets an option.
pub(super) fn variable(option: &str) -> String {
    format!("SYNCDEMO_{}", option.to_uppercase())
}

/// Options of `command` that the environment sets, with their values. Typed options win, also over
/// the variable of the other kind of workers.
pub(super) fn defaults(
    command: &clap::Command,
    typed: &Typed,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<(&'static str, String)>, UsageError> {
    let race = matches!(typed.command.as_deref(), None | Some("run"));
    let mut options = if race { OPTIONS.to_vec() } else { SMALL.to_vec() };
    options.retain(|&option| {
        let workers = ["threads", "processes"];
        let said = match workers.contains(&option) {
            true => workers.iter().any(|kind| typed.has(kind)),
            false => typed.has(option),
        };
        !said && command.get_arguments().any(|arg| arg.get_long() == Some(option))
    });
    let set = |option| Some((option, env(&variable(option)).filter(|value| !value.is_empty())?));
    let defaults: Vec<(&str, String)> = options.into_iter().filter_map(set).collect();
    let has = |wanted| defaults.iter().any(|(option, _)| *option == wanted);
    if has("threads") && has("processes") {
        return Err(UsageError::new(
            "SYNCDEMO_THREADS and SYNCDEMO_PROCESSES exclude each other: unset one",
        ));
    }
    Ok(defaults)
}
