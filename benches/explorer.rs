//! How the explorer grows: states, seconds and peak memory, for two workers with 5 to 100 updates;
//! and what symmetry is worth. `--bench peers` measures it against Spin.
//!
//! `cargo bench --bench explorer`, or with the strategies that are wanted after `--`. Each program
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
    if let [one, name, workers, iters, copies] = &args[..]
        && one == "one"
    {
        let number = |text: &str| text.parse::<u64>().expect("a number");
        return measure(name, number(workers) as usize, number(iters), number(copies));
    }
    println!("strategy  workers  updates  copies   states      seconds   peak MB   interleavings");
    let wanted = |name: &str| args.is_empty() || args.iter().any(|arg| arg == name);
    let table = table();
    for name in table.iter().map(|strategy| strategy.about().name).filter(|name| wanted(name)) {
        for iters in [5, 10, 20, 40, 100] {
            run(name, 2, iters, 1);
        }
    }
    let large =
        [("none", 8, 3, 1), ("semaphore", 8, 2, 3), ("spinlock", 4, 3, 1), ("ticket", 4, 2, 1)];
    for (name, workers, iters, copies) in large.into_iter().filter(|large| wanted(large.0)) {
        run(name, workers, iters, copies);
    }
}

/// Measures one program in a process of its own.
fn run(name: &str, workers: usize, iters: u64, copies: u64) {
    let run = this(name, workers, iters, copies).status();
    assert!(run.is_ok_and(|status| status.success()), "{name} x {iters}");
}

fn this(name: &str, workers: usize, iters: u64, copies: u64) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.args(["one", name]);
    command.args([workers as u64, iters, copies].map(|number| number.to_string()));
    command
}

fn measure(name: &str, workers: usize, iters: u64, copies: u64) {
    let strategy = find(table(), name).expect("a strategy of the table");
    let guard = Guard::Update;
    let program = Program { workers, iters, guard, count_up: false, permits: copies, copies };
    let start = Instant::now();
    let bounds = Bounds { states: u64::MAX, ..Bounds::default() };
    let go_on = &mut |_| ControlFlow::Continue(());
    let found = explore(strategy, &program, Memory::Sc, bounds, go_on).expect("it fits");
    let seconds = start.elapsed().as_secs_f64();
    let digits = found.interleavings.as_ref().map_or(0, |n| n.to_string().len());
    let peak = peak_memory().map_or("?".into(), |kib| format!("{:.0}", kib as f64 / 1024.0));
    println!(
        "{name:<10} {workers:>6} {iters:>8} {copies:>7} {:>8} {seconds:>12.4} {peak:>9}   {digits} digits",
        found.states
    );
}

/// Of this process, in KiB; where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
