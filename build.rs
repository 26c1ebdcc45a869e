//! Sets `cfg(linux)`, by which modules that need Linux are compiled. `--cfg portable` leaves
//! them out on Linux too, so that what other systems compile can be tested here.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let linux = env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux");
    if linux && env::var_os("CARGO_CFG_PORTABLE").is_none() {
        println!("cargo::rustc-cfg=linux");
    }
}
