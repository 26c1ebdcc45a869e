//! The command in a clean environment; the benches use it too.

use std::env;
use std::path::Path;
use std::process::Command;

/// A command that does not see what the caller has set for `syncdemo`, for colours or for backtraces.
pub(crate) fn clean(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let for_all = ["NO_COLOR", "RUST_BACKTRACE"].contains(&&*text);
        if for_all || text.starts_with("SYNCDEMO_") || text.starts_with("CLICOLOR") {
            command.env_remove(name);
        }
    }
    command
}
