//! syncdemo shows what happens when threads or processes share something without agreeing on who
//! goes first: it races them on a counter, counts exactly what was lost, and explores every
//! interleaving of the same code.
//!
//! This page is a tour for a class that takes it apart and writes locks for it. A class needs
//! [`main`], [`machine`] and [`strategy`]. What each line of a report means stands in the guide, in
//! the folder `docs` of the repository.
//!
//! # A strategy
//!
//! A [`Strategy`](strategy::Strategy) is what the textbook prints: an entry section, the update, an
//! exit section. It is written once, against the trait [`Machine`](machine::Machine); each call of a
//! machine is one indivisible *step*, and every `?` is a point at which another worker may run.
//!
//! ```
//! use std::sync::atomic::Ordering::{Acquire, Release};
//! use syncdemo::machine::{Machine, Needs, Program, Var};
//! use syncdemo::strategy::{About, Promise, Strategy};
//!
//! struct Mine;
//!
//! const TAKEN: Var = Var(0);
//!
//! impl Strategy for Mine {
//!     fn about(&self) -> About {
//!         About::new("mine", Promise::MutualExclusion, "test-and-set; waiting workers spin")
//!     }
//!
//!     fn needs(&self, _: &Program) -> Needs {
//!         Needs::default().var("taken", 0)
//!     }
//!
//!     fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
//!         m.until("this worker has taken the lock", |m| Ok(m.swap(TAKEN, 1, Acquire)? == 0))
//!     }
//!
//!     fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
//!         m.store(TAKEN, 0, Release)
//!     }
//! }
//! # use syncdemo::machine::Describe;
//! # assert_eq!(Describe::about(&Mine).name, "mine");
//! ```
//!
//! # Race it
//!
//! A program of three lines gives the strategy to the whole command line. Its `Cargo.toml` names the
//! folder of the project (the folder `homework` is such a program):
//!
//! ```toml
//! [dependencies]
//! syncdemo = { path = "../syncdemo" }
//! ```
//!
//! ```no_run
//! # use syncdemo::strategy::{About, Promise, Strategy};
//! # struct Mine;
//! # impl Strategy for Mine {
//! #     fn about(&self) -> About { About::new("mine", Promise::Nothing, "-") }
//! # }
//! fn main() -> std::process::ExitCode {
//!     syncdemo::main(&[&Mine])
//! }
//! ```
//!
//! `cargo run --release -- none mine --iters 5000` then races it on real threads (`--processes 2`: on
//! processes, `--resource file`: on a file) and prints what was lost. The machine of the processor
//! makes each step an atomic instruction, a lock operation or a system call. `--trace` says which
//! write overwrote which updates.
//!
//! # Explore it
//!
//! `cargo run --release -- explore mine` runs the *same code* on a model, in every interleaving: all
//! final values, how many interleavings lead to each, the shortest schedule that does; deadlock and
//! livelock with the way there. What it calls proved holds for that number of workers and updates.
//! `--memory tso` lets stores wait in a buffer, as x86 does. `show mine` prints the steps.
//!
//! # Judge it
//!
//! `cargo run --release -- judge mine` asks the three questions of the textbook: mutual exclusion,
//! progress, bounded waiting. Workers go round for ever, so a *yes* is a proof for any number of
//! updates; where a variable takes more and more values, it says for how many. Each *NO* has a
//! schedule that shows it.
//! `cargo run --release -- selftest` races, explores and judges all strategies, and yours.
//!
//! # Step through it
//!
//! With `cargo run --release -- step mine` you are the scheduler: a digit takes a step of that worker,
//! `u` takes it back, `h` is a hint. The program knows what can still be reached, such as a lost
//! update (`--goal`). Without a terminal, `--script "1 2 1 2 u h"` gives it the keys. The page of an
//! exploration (`explore mine -o mine.html`) holds the same stepper.
//!
//! # Rules for a strategy of one's own
//!
//! - **Waiting.** A worker waits by [`acquire`](machine::Machine::acquire),
//!   [`wait`](machine::Machine::wait), [`wait_while`](machine::Machine::wait_while) or
//!   [`until`](machine::Machine::until), never in a loop of its own: only then can a run be
//!   stopped, and only then does an exploration end. An attempt of `until` may contain any steps,
//!   also locks, semaphores and a further `until`; it answers whether the wait is over. An attempt that
//!   answers false without taking a step waits for ever, since no step can change its answer: a race
//!   then ends by `--timeout`, and `explore` and `judge` show a deadlock.
//! - **State.** All that workers share is declared in [`needs`](strategy::Strategy::needs) and changed
//!   by steps. A `static` or a `Cell` is not seen by the model: `explore` refuses the
//!   strategy if two runs of its code differ, and may otherwise give a wrong answer. What a worker
//!   keeps for itself until its exit section is a private variable, which
//!   [`Needs::private`](machine::Needs::private) declares; [`get`](machine::Machine::get) and
//!   [`set`](machine::Machine::set) read and write it, and are no steps.
//! - **Condition variables.** A worker holds the mutex when it calls
//!   [`wait_on`](machine::Machine::wait_on), and what it waited for may no longer be so when it has
//!   the mutex again: `wait_while` looks again. The model wakes only workers that were notified; a
//!   real condition variable may wake others too.
//! - **Orders.** [`load`](machine::Machine::load) takes `Relaxed`, `Acquire` or `SeqCst`;
//!   [`store`](machine::Machine::store) `Relaxed`, `Release` or `SeqCst`; steps that read and write
//!   take any; [`fence`](machine::Machine::fence) any but `Relaxed`. The counter itself is accessed
//!   with `Relaxed`: a guard that does not order its accesses is to be caught.
//! - **Numbers.** [`me`](machine::Machine::me) counts from 0, as do [`Var`](machine::Var),
//!   [`Lock`](machine::Lock), [`Semaphore`](machine::Semaphore),
//!   [`Condition`](machine::Condition) and [`Private`](machine::Private); reports count workers from
//!   1.
//! - **Limits.** An exploration takes up to 8 workers and 8 copies of the resource, the judge 2 to 4
//!   workers; a section up to 500 steps and 8 reads of the resource, a write up to 254 updates, and 30
//!   `until` may stand inside of each other.

// The rooms, lowest first, none of which uses one that comes later: machine, strategy, worker, explore,
// stepper, catalog, cli, plan, outcome, report, command.
#[doc(hidden)]
pub mod catalog;
mod cli;
mod command;
#[doc(hidden)]
pub mod explore;
#[cfg(all(fuzzing, linux))]
pub mod fuzz;
pub mod machine;
mod outcome;
mod plan;
mod report;
mod stepper;
pub mod strategy;
mod worker;

#[cfg(all(test, loom))]
mod under_loom;

pub use command::{Printed, main, run};
#[doc(hidden)]
pub use report::bar_charts;
