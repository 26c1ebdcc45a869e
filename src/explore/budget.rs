//! How much an exploration may take, and whether somebody asked to stop.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::Bounds;

/// How often it is asked whether to stop.
const EVERY: Duration = Duration::from_millis(20);

/// What is left of the bounds.
pub(super) struct Budget<'w> {
    /// The most states.
    pub(super) states: u64,
    /// The most bytes.
    pub(super) memory: usize,
    /// Bytes that are in use, apart from what is asked about.
    pub(super) used: usize,
    watch: &'w mut dyn FnMut(usize) -> ControlFlow<()>,
    asked: Instant,
    met: usize,
    interrupted: bool,
}

impl<'w> Budget<'w> {
    pub(super) fn new(bounds: &Bounds, watch: &'w mut dyn FnMut(usize) -> ControlFlow<()>) -> Self {
        // What is added up is not all: there are gaps, and copies while something grows.
        let memory = usize::try_from(bounds.memory / 8 * 7).unwrap_or(usize::MAX);
        let asked = Instant::now();
        let (states, used, met, interrupted) = (bounds.states, 0, 0, false);
        Self { states, memory, used, watch, asked, met, interrupted }
    }

    /// Whether somebody asked to stop; `states` have been met.
    pub(super) fn is_interrupted(&mut self, states: usize) -> bool {
        self.met = states;
        if !self.interrupted && (self.asked.elapsed() >= EVERY || states == 256) {
            self.asked = Instant::now();
            self.interrupted = (self.watch)(states).is_break();
        }
        self.interrupted
    }

    /// Likewise, after the search.
    pub(super) fn is_interrupted_later(&mut self) -> bool {
        self.is_interrupted(self.met)
    }

    /// Bytes that are left.
    pub(super) fn left(&self) -> usize {
        self.memory.saturating_sub(self.used)
    }

    /// Whether so many bytes are too many.
    pub(super) fn exceeded_by(&self, bytes: usize) -> bool {
        self.used.saturating_add(bytes) > self.memory
    }
}
