//! Random strategies: the explorer is held against the reference on thousands of them.
//!
//! A campaign over as many as are wanted is run by
//! `CAMPAIGN_PROGRAMS=20000 cargo test --release --lib campaign -- --ignored --nocapture`;
//! `CAMPAIGN_SEED` is the first seed. Each program has a seed of its own, so any one of them can be
//! looked at again.
//!
//! - `text`: a strategy as data
//! - `draw`: draws one
//! - `shrink`: makes one smaller that was found to differ
//! - `found`: those that were found
//! - `sleepers`: several workers that sleep on one condition variable

#![allow(clippy::print_stderr, reason = "a campaign says what it has found")]

mod draw;
mod found;
mod shrink;
mod sleepers;
mod text;

use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(super) use draw::Drawn;

use super::compare::{Compared, Extent, compare};
use super::reference::Limits;

/// Of many comparisons, how many were of each kind.
#[derive(Debug, Default)]
struct Figures {
    programs: usize,
    same: usize,
    counted: usize,
    listed: usize,
    chances: usize,
    deadlocks: usize,
    livelocks: usize,
    faults: usize,
    full: usize,
    skipped: BTreeMap<&'static str, usize>,
    differ: Vec<u64>,
}

impl Figures {
    fn add(&mut self, seed: u64, compared: &Compared) {
        self.programs += 1;
        match compared {
            Compared::Skipped(why) => *self.skipped.entry(why).or_default() += 1,
            Compared::Differs(_) => self.differ.push(seed),
            Compared::Same(extent) => {
                let Extent { counted, listed, chances, deadlock, livelock, fault, full } = *extent;
                self.same += 1;
                self.counted += usize::from(counted);
                self.listed += usize::from(listed);
                self.chances += usize::from(chances);
                self.deadlocks += usize::from(deadlock);
                self.livelocks += usize::from(livelock);
                self.faults += usize::from(fault);
                self.full += usize::from(full);
            }
        }
    }
}

impl Drawn {
    /// Also an assertion of the reference that fails is a difference.
    fn compare(&self, limits: Limits) -> Compared {
        let compared = catch_unwind(AssertUnwindSafe(|| {
            compare(&self.strategy, &self.program, self.memory, limits)
        }));
        compared.unwrap_or_else(|_| Compared::Differs(vec!["the reference panics".into()]))
    }

    /// Helps to find the reason of a difference: the smallest such program, as text and as the Rust
    /// expression of a test.
    fn explain(&self, limits: Limits) -> String {
        // What the first difference is about, so that a smaller program differs in the same way.
        let about = |drawn: &Self| match drawn.compare(limits) {
            Compared::Differs(lines) => lines[0].split(':').next().map(str::to_owned),
            _ => None,
        };
        let wanted = about(self);
        let drawn = shrink::shrink(self.clone(), |drawn| about(drawn) == wanted);
        let Compared::Differs(differences) = drawn.compare(limits) else { return String::new() };
        let rust = format!("{drawn:?}").replace('[', "vec![");
        let (strategy, program, memory) = (&drawn.strategy, &drawn.program, drawn.memory);
        let differences = differences.join("\n");
        format!("{memory:?} {program:?}\n{strategy}{differences}\n{rust}\n")
    }
}

/// Compares the programs of these seeds, and prints what differs; the first `shrunk` of them are
/// explained, which takes long.
fn run(seeds: Range<u64>, limits: Limits, shrunk: u64) -> Figures {
    let mut figures = Figures::default();
    for seed in seeds {
        let drawn = Drawn::new(seed);
        let compared = drawn.compare(limits);
        figures.add(seed, &compared);
        if let Compared::Differs(differences) = compared {
            eprintln!("seed {seed}: {differences:#?}");
            if figures.differ.len() as u64 <= shrunk {
                eprintln!("{}", drawn.explain(limits));
            }
        }
    }
    figures
}

#[test]
fn the_explorer_and_the_reference_agree_on_random_strategies() {
    let limits = Limits { states: 2_000, ways: 1_500 };
    let figures = run(0..300, limits, 1);
    assert!(figures.differ.is_empty(), "{} programs differ", figures.differ.len());
    // What could not be compared was not checked.
    assert!(figures.same >= 270 && figures.counted >= 200, "{figures:?}");
    assert!(figures.listed >= 60 && figures.deadlocks >= 60, "{figures:?}");
    assert!(figures.chances >= 270, "{figures:?}");
    assert!(figures.livelocks >= 15 && figures.faults >= 5, "{figures:?}");
}

#[test]
#[ignore = "it takes minutes: see the beginning of this file"]
fn campaign() {
    let number = |name, otherwise| {
        std::env::var(name).map_or(otherwise, |text| text.parse().expect("it is a number"))
    };
    let (programs, first) = (number("CAMPAIGN_PROGRAMS", 20_000), number("CAMPAIGN_SEED", 0));
    let limits = Limits { states: 6_000, ways: 10_000 };
    let figures = run(first..first + programs, limits, number("CAMPAIGN_SHRINK", 5));
    eprintln!("seeds {first} to {}: {figures:#?}", first + programs - 1);
    assert!(figures.differ.is_empty(), "{} programs differ", figures.differ.len());
    assert!(2 * figures.counted > figures.programs, "too few were compared in full");
}
