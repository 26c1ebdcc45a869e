//! Makes a program smaller as long as something still holds of it.

use super::draw::Drawn;
use super::text::Op;
use crate::explore::Memory;
use crate::machine::{Guard, Promise};
use std::sync::atomic::Ordering::SeqCst;

/// The smallest program that can be reached in single steps of which `still` holds.
pub(in crate::explore::tests) fn shrink(mut drawn: Drawn, still: impl Fn(&Drawn) -> bool) -> Drawn {
    while let Some(smaller) = smaller(&drawn).into_iter().find(&still) {
        drawn = smaller;
    }
    drawn
}

/// All programs that are smaller by one thing.
fn smaller(drawn: &Drawn) -> Vec<Drawn> {
    let mut all = Vec::new();
    let mut add = |change: &dyn Fn(&mut Drawn)| {
        let mut changed = drawn.clone();
        change(&mut changed);
        if changed != *drawn {
            all.push(changed);
        }
    };
    for worker in (0..drawn.program.workers).filter(|_| drawn.program.workers > 1) {
        add(&|drawn| {
            drawn.strategy.texts.remove(worker);
            drawn.program.workers -= 1;
        });
    }
    add(&|drawn| drawn.program.iters = 1);
    add(&|drawn| drawn.program.copies = 1);
    add(&|drawn| drawn.program.guard = Guard::Update);
    add(&|drawn| drawn.memory = Memory::Sc);
    add(&|drawn| drawn.strategy.promise = Promise::MutualExclusion);
    for worker in 0..drawn.program.workers {
        let text = &drawn.strategy.texts[worker];
        for (section, ops) in [&text.enter, &text.update, &text.exit].into_iter().enumerate() {
            for fewer in shorter(ops) {
                add(&|drawn| {
                    let text = &mut drawn.strategy.texts[worker];
                    let sections = [&mut text.enter, &mut text.update, &mut text.exit];
                    sections[section].clone_from(&fewer);
                });
            }
        }
    }
    all
}

/// All blocks that are shorter by one instruction, or have one that is simpler.
fn shorter(ops: &[Op]) -> Vec<Vec<Op>> {
    let mut all = Vec::new();
    for at in 0..ops.len() {
        let mut with = |instead: Vec<Op>| {
            let mut changed = ops.to_vec();
            changed.splice(at..=at, instead);
            all.push(changed);
        };
        with(Vec::new());
        match &ops[at] {
            Op::Until(inner, cond) => {
                with(inner.clone());
                shorter(inner).into_iter().for_each(|i| with(vec![Op::Until(i, cond.clone())]));
            }
            Op::If(cond, inner) => {
                with(inner.clone());
                shorter(inner).into_iter().for_each(|i| with(vec![Op::If(cond.clone(), i)]));
            }
            Op::Repeat(register, inner) => {
                with(inner.clone());
                shorter(inner).into_iter().for_each(|i| with(vec![Op::Repeat(*register, i)]));
            }
            Op::Store(var, word, order) if *order != SeqCst => {
                with(vec![Op::Store(*var, *word, SeqCst)]);
            }
            _ => {}
        }
    }
    all
}
