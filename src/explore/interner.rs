//! An interner: equal things get the same number, since a state holds only numbers.

use hashbrown::HashMap;

/// Gives equal things the same number.
pub(super) struct Interner<T> {
    things: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Self { things: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Interner<T> {
    pub(super) fn new(first: T) -> Self {
        let mut new = Self::default();
        new.number(first);
        new
    }

    pub(super) fn number(&mut self, thing: T) -> u32 {
        let Self { things, numbers } = self;
        *numbers.entry(thing).or_insert_with_key(|thing| {
            things.push(thing.clone());
            things.len() as u32 - 1
        })
    }

    pub(super) fn len(&self) -> usize {
        self.things.len()
    }

    pub(super) fn get(&self, number: u32) -> &T {
        &self.things[number as usize]
    }
}
