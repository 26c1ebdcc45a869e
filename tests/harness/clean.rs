//! The command in a clean environment; the benches use it too.

use std::env;
use std::path::Path;
use std::process::Command;

/// A command that does not see what the caller has set for `syncdemo` or for colours.
pub(crate) fn clean(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("SYNCDEMO_") || text == "NO_COLOR" || text.starts_with("CLICOLOR") {
            command.env_remove(name);
        }
    }
    command
}
