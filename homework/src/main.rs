//! Your own lock, raced and explored: `cargo run --release -p homework -- explore mine`
//!
//! This one lets the workers in by turns. Is that mutual exclusion? Is it progress?

use std::process::ExitCode;
use std::sync::atomic::Ordering::{Acquire, Release};

use syncdemo::machine::{Machine, Needs, Program, Var};
use syncdemo::strategy::{About, Promise, Strategy};

struct Mine;

const TURN: Var = Var(0);

impl Strategy for Mine {
    fn about(&self) -> About {
        About::new("mine", Promise::MutualExclusion, "workers enter in turn; spins")
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("turn", 0)
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.until("it is this worker's turn", |m| Ok(m.load(TURN, Acquire)? == m.me() as u64))
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(TURN, (m.me() as u64 + 1) % m.workers() as u64, Release)
    }
}

fn main() -> ExitCode {
    syncdemo::main(&[&Mine])
}
