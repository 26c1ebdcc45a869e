//! Completions: the script of a shell asks this program what may follow.

use std::ffi::OsString;

use clap_complete::env::{CompleteEnv, Shells};

use super::UsageError;
use super::command::command;
use crate::catalog::DynStrategy;

/// Set by the scripts, to the name of the shell.
const VARIABLE: &str = "SYNCDEMO_COMPLETE";

/// The script of a shell.
pub(crate) fn script(shell: clap_complete::Shell) -> std::io::Result<String> {
    let shells = Shells::builtins();
    let shell = shells.completer(&shell.to_string()).ok_or(std::io::ErrorKind::Unsupported)?;
    let mut script = Vec::new();
    shell.write_registration(VARIABLE, "syncdemo", "syncdemo", "syncdemo", &mut script)?;
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if shell.is("zsh") {
        // Where zsh has read it as a file of its fpath, that is the first time it is asked.
        script += "[[ $funcstack[1] == _syncdemo ]] && _clap_dynamic_completer_syncdemo\n";
    }
    Ok(script)
}

/// Prints what may follow, if a script asks; else returns false.
pub(crate) fn complete(
    argv: &[OsString],
    table: &[&'static dyn DynStrategy],
) -> Result<bool, UsageError> {
    if argv.is_empty() {
        return Ok(false);
    }
    let asked = CompleteEnv::with_factory(|| command(table)).var(VARIABLE);
    asked.try_complete(argv, std::env::current_dir().ok().as_deref()).map_err(|_| {
        UsageError::new(format!("{VARIABLE} is internal to the scripts of completions: unset it"))
    })
}
