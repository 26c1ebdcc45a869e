//! How many states and how much memory an exploration may take, and whether it was interrupted.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Told now and then how many states have been met, and may break off.
pub type Watch<'w> = &'w mut dyn FnMut(usize) -> ControlFlow<()>;

/// How far to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The most states.
    pub states: u64,
    /// The most bytes of memory that the search may take, approximately.
    pub memory: u64,
    /// The most preemptions of a schedule; `None` for any number.
    pub preemptions: Option<u32>,
}

impl Default for Bounds {
    /// A million states, a gigabyte, and all preemptions.
    fn default() -> Self {
        Self { states: 1_000_000, memory: 1 << 30, preemptions: None }
    }
}

/// How often the explorer asks whether to stop.
const EVERY: Duration = Duration::from_millis(20);

/// How long the result may take after an interruption.
const GRACE: Duration = Duration::from_millis(80);

/// What is left of the bounds.
pub(super) struct Budget<'w> {
    /// The most states.
    pub(super) states: u64,
    /// The most bytes.
    pub(super) memory: usize,
    /// Bytes that are in use, without those that `exceeded_by` is asked about.
    pub(super) used: usize,
    watch: Watch<'w>,
    asked: Instant,
    met: usize,
    interrupted: Option<Instant>,
}

impl<'w> Budget<'w> {
    pub(super) fn new(bounds: &Bounds, watch: Watch<'w>) -> Self {
        // Not all memory is counted: there are gaps, and copies while something grows.
        let memory = usize::try_from(bounds.memory / 8 * 7).unwrap_or(usize::MAX);
        let asked = Instant::now();
        let (states, used, met, interrupted) = (bounds.states, 0, 0, None);
        Self { states, memory, used, watch, asked, met, interrupted }
    }

    /// Whether the exploration was interrupted; `states` have been met.
    pub(super) fn is_interrupted(&mut self, states: usize) -> bool {
        self.met = states;
        let ask = self.asked.elapsed() >= EVERY || states == 256;
        if self.interrupted.is_none() && ask {
            self.asked = Instant::now();
            self.interrupted = (self.watch)(states).is_break().then_some(self.asked);
        }
        self.interrupted.is_some()
    }

    /// Whether it was interrupted, after the search: then a moment is left for the result.
    pub(super) fn is_interrupted_later(&mut self) -> bool {
        self.is_interrupted(self.met)
            && self.interrupted.is_some_and(|since| since.elapsed() >= GRACE)
    }

    /// Bytes that are left.
    pub(super) fn left(&self) -> usize {
        self.memory.saturating_sub(self.used)
    }

    /// Whether so many more bytes are too many.
    pub(super) fn exceeded_by(&self, bytes: usize) -> bool {
        self.used.saturating_add(bytes) > self.memory
    }
}
