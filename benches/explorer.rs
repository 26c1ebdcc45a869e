//! How the explorer grows: states, seconds and peak memory, for two workers with 5 to 100 updates.
//!
//! `cargo bench --bench explorer`, or with the strategies that are wanted behind `--`. Each program
//! is explored in a process of its own, so that the peak memory is its own.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::ops::ControlFlow;
use std::process::Command;
use std::time::Instant;

use syncdemo::catalog::{find, table};
use syncdemo::explore::{Bounds, Memory, explore};
use syncdemo::machine::{Guard, Program};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if let [one, name, iters] = &args[..]
        && one == "one"
    {
        return measure(name, iters.parse().expect("a number of updates"));
    }
    println!("strategy    updates   states      seconds   peak MB   interleavings");
    let wanted = |name: &str| args.is_empty() || args.iter().any(|arg| arg == name);
    for name in table().iter().map(|face| face.about().name).filter(|name| wanted(name)) {
        for iters in [5, 10, 20, 40, 100] {
            let program = std::env::current_exe().expect("this program has a path");
            let run = Command::new(program).args(["one", name, &iters.to_string()]).status();
            assert!(run.is_ok_and(|status| status.success()), "{name} x {iters}");
        }
    }
}

fn measure(name: &str, iters: u64) {
    let face = find(table(), name).expect("a strategy of the table");
    let program =
        Program { workers: 2, iters, guard: Guard::Update, count_up: false, permits: 1, copies: 1 };
    let start = Instant::now();
    let bounds = Bounds { states: u64::MAX, ..Bounds::default() };
    let go_on = &mut |_| ControlFlow::Continue(());
    let found = explore(face, &program, Memory::Sc, bounds, go_on).expect("two workers fit");
    let seconds = start.elapsed().as_secs_f64();
    let digits = found.interleavings.as_ref().map_or(0, |n| n.to_string().len());
    let peak = peak_memory().map_or("?".into(), |kib| format!("{:.0}", kib as f64 / 1024.0));
    println!(
        "{name:<10} {iters:>8} {:>8} {seconds:>12.4} {peak:>9}   {digits} digits",
        found.states
    );
}

/// Of this process, in KiB; where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
