//! The order of the sections in a worker's loop, learned by running the loop.

use super::explorable::Explorable;
use super::model::Model;
use super::stop::{Limit, Stop};
use crate::machine::{Program, Section};

/// The sections of a worker's loop, in order. The loop is run without taking a step.
pub(super) fn sections(
    strategy: &dyn Explorable,
    program: &Program,
    me: usize,
) -> Result<Vec<Section>, Stop> {
    let mut model = Model::new(me, program.workers, usize::MAX, &[]);
    match strategy.advance(&mut model, program) {
        Ok(()) => Ok(model.sections),
        Err(_) => Err(Stop::LimitExceeded(Limit::Iterations)),
    }
}

/// For each section of the whole loop, the section of a single iteration with the same text.
/// Sections of one kind have the same text, except updates: their texts alternate as they do in one
/// iteration.
pub(super) fn same_text(once: &[Section], whole: &[Section]) -> Vec<u8> {
    let updates = |section: &Section| matches!(section, Section::Critical | Section::Whole);
    let of_one: Vec<usize> = (0..once.len()).filter(|&at| updates(&once[at])).collect();
    let mut made = 0;
    let text = |section: &Section| {
        if updates(section) {
            made += 1;
            of_one[(made - 1) % of_one.len()]
        } else {
            once.iter().position(|known| known == section).expect("an iteration has all sections")
        }
    };
    whole.iter().map(text).map(|text| text as u8).collect()
}
