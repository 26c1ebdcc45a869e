//! What the literature says of the strategies.

use std::ops::ControlFlow;

use super::{Judgement, judge};
use crate::catalog::{find, table};
use crate::explore::{Bounds, Memory};
use crate::machine::{Guard, Program};

fn judged(name: &str, workers: usize, memory: Memory) -> Judgement {
    let strategy = find(table(), name).expect(name);
    let program =
        Program { workers, iters: 1, guard: Guard::Update, count_up: false, permits: 1, copies: 1 };
    judge(strategy, &program, memory, Bounds::default(), &mut |_| ControlFlow::Continue(()))
        .expect("it can be judged")
}

#[test]
fn look() {
    for workers in [2] {
        for strategy in table() {
            let about = strategy.about();
            if !about.promise.has_section() || about.only.is_some_and(|o| o.workers < workers) {
                continue;
            }
            let start = std::time::Instant::now();
            let j = judged(about.name, workers, Memory::Sc);
            println!(
                "{} {workers} {:?} {:?}/{:?}/{:?} passed {:?} states {} {:?} {:?} {:?}",
                about.name,
                j.updates,
                j.mutual_exclusion.holds,
                j.progress.holds,
                j.bounded_waiting.holds,
                j.bounded_waiting.passed,
                j.states,
                start.elapsed(),
                j.progress.kind,
                j.limits
            );
            for w in [j.mutual_exclusion.witness, j.progress.witness, j.bounded_waiting.witness]
                .into_iter()
                .flatten()
            {
                println!(
                    "      {} then {} ({})",
                    w.schedule,
                    w.round.map_or(String::new(), |r| r.to_string()),
                    w.iters
                );
            }
        }
    }
}
