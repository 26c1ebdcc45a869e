//! The command with its own strategies; see [`syncdemo::main`].

use std::process::ExitCode;

fn main() -> ExitCode {
    syncdemo::main(&[])
}
