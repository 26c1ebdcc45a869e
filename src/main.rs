//! syncdemo, with the strategies of the house; see [`syncdemo::main`].

use std::process::ExitCode;

fn main() -> ExitCode {
    syncdemo::main(&[])
}
