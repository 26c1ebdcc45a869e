//! The command `syncdemo`, with the locks of the homework beside its own strategies.

use std::process::ExitCode;

use homework::{First, Second, Third};

fn main() -> ExitCode {
    syncdemo::main(&[&First, &Second, &Third])
}
