//! All states that have been met, packed: each word of a state has as many bits as the largest
//! value of it that was met.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::graph::Node;

/// Where a word of a state is kept.
#[derive(Clone, Copy, Default)]
struct Field {
    bits: u8,
    shift: u8,
    /// Which of the packed words it is in.
    word: u16,
}

/// States by number.
pub(super) struct StateStore {
    fields: Vec<Field>,
    /// Packed words of a state.
    words: usize,
    states: Vec<u64>,
    numbers: HashTable<Node>,
    packed: Vec<u64>,
}

impl StateStore {
    /// For states of so many words.
    pub(super) fn new(width: usize) -> Self {
        let (fields, numbers) = (vec![Field::default(); width], HashTable::new());
        Self { fields, words: 1, states: Vec::new(), numbers, packed: vec![0] }
    }

    /// How many words a state has.
    pub(super) fn width(&self) -> usize {
        self.fields.len()
    }

    /// How many states there are.
    pub(super) fn len(&self) -> usize {
        self.states.len() / self.words
    }

    /// How much memory they take.
    pub(super) fn bytes(&self) -> usize {
        8 * self.states.capacity() + self.numbers.allocation_size()
    }

    /// How much memory they may take at most while one more state is added.
    pub(super) fn next_bytes(&self) -> usize {
        let table = if self.numbers.len() == self.numbers.capacity() { 2 } else { 0 };
        self.bytes() + table * self.numbers.allocation_size()
    }

    /// The number of a state.
    pub(super) fn number(&mut self, state: &[u32]) -> Node {
        while !pack(&self.fields, state, &mut self.packed) {
            self.widen(state);
        }
        let Self { words, states, numbers, packed, .. } = self;
        let state_of = |node: Node| &states[*words * node as usize..][..*words];
        let same = |&node: &Node| state_of(node) == &packed[..];
        match numbers.entry(hash(packed), same, |&node| hash(state_of(node))) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(vacant) => {
                let node = (states.len() / *words) as Node;
                vacant.insert(node);
                reserve(states, *words);
                states.extend_from_slice(packed);
                node
            }
        }
    }

    /// The number of a state that is known.
    pub(super) fn find(&self, state: &[u32]) -> Option<Node> {
        let Self { fields, words, states, numbers, .. } = self;
        let mut packed = vec![0; *words];
        let fits = pack(fields, state, &mut packed);
        let same = |&node: &Node| states[*words * node as usize..][..*words] == packed[..];
        numbers.find(hash(&packed), same).filter(|_| fits).copied()
    }

    /// The state with this number.
    pub(super) fn get(&self, node: Node, state: &mut Vec<u32>) {
        let packed = &self.states[self.words * node as usize..][..self.words];
        state.clear();
        state.extend(self.fields.iter().map(|field| unpacked(*field, packed)));
    }

    /// Makes room for all words of `state`, and packs the states anew.
    fn widen(&mut self, state: &[u32]) {
        let old = self.fields.clone();
        let (mut word, mut used) = (0_u16, 0_u8);
        for (field, value) in self.fields.iter_mut().zip(state) {
            let bits = field.bits.max((u32::BITS - value.leading_zeros()) as u8);
            if used + bits > 63 {
                (word, used) = (word + 1, 0);
            }
            *field = Field { bits, shift: used, word };
            used += bits;
        }
        let words = usize::from(word) + 1;
        let mut states = Vec::with_capacity(self.states.len() / self.words * words);
        self.packed = vec![0; words];
        for packed in self.states.chunks_exact(self.words) {
            self.packed.fill(0);
            for (old, new) in old.iter().zip(&self.fields) {
                let value = u64::from(unpacked(*old, packed));
                self.packed[usize::from(new.word)] |= value << new.shift;
            }
            states.extend_from_slice(&self.packed);
        }
        (self.states, self.words) = (states, words);
        let Self { states, numbers, .. } = self;
        let hash_of = |node: &Node| hash(&states[words * *node as usize..][..words]);
        let mut all = HashTable::with_capacity(numbers.len());
        numbers.iter().for_each(|&node| {
            all.insert_unique(hash_of(&node), node, hash_of);
        });
        *numbers = all;
    }
}

/// Packs a state; false if it does not fit.
fn pack(fields: &[Field], state: &[u32], packed: &mut [u64]) -> bool {
    packed.fill(0);
    let mut fits = true;
    for (field, &value) in fields.iter().zip(state) {
        let value = u64::from(value);
        fits &= value >> field.bits == 0;
        packed[usize::from(field.word)] |= value << field.shift;
    }
    fits
}

fn unpacked(field: Field, packed: &[u64]) -> u32 {
    let value = packed[usize::from(field.word)] >> field.shift;
    (value & ((1 << field.bits) - 1)) as u32
}

/// The halves of a product of 128 bits are joined, as in wyhash (Wang Yi 2019); the factor is the
/// golden ratio (Fibonacci hashing, Knuth 1973).
fn hash(packed: &[u64]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = packed.iter().fold(0, |hash: u64, &word| {
        let mixed = u128::from(hash ^ word) * u128::from(FACTOR);
        mixed as u64 ^ (mixed >> 64) as u64
    });
    mixed.wrapping_mul(FACTOR)
}

/// Makes room for some more, in smaller steps than a vector does by itself, which would double.
pub(super) fn reserve<T>(of: &mut Vec<T>, more: usize) {
    if of.capacity() - of.len() < more {
        of.reserve_exact((of.len() / 4).max(more).max(1024));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_keep_their_numbers_when_wider_ones_come() {
        let mut store = StateStore::new(3);
        let state = |n: u32| [n, n.pow(2) % 1000, n << 20];
        for n in 0..2000 {
            assert_eq!(store.number(&state(n)), n);
        }
        let mut found = Vec::new();
        for n in 0..2000 {
            assert_eq!(store.number(&state(n)), n);
            store.get(n, &mut found);
            assert_eq!(found, state(n));
        }
        assert_eq!(store.len(), 2000);
    }
}
