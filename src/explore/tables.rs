//! What is known of each state while states are gone through from their ends: rows of numbers, for
//! the cells that the final value may come from.

use super::count_row::CountRow;
use super::dataflow::Sources;
use super::graph::{Graph, Node, START};

/// The rows of a state.
pub(super) type Table = Vec<(Sources, CountRow)>;

/// The state has no table.
const NONE: u32 = u32::MAX;

/// The tables that are still of use: all tables at once would fill the memory.
pub(super) struct Tables {
    /// How many steps that are still to come lead to each state.
    uses: Vec<u32>,
    at: Vec<u32>,
    all: Vec<Table>,
    free: Vec<u32>,
    rows: usize,
}

impl Tables {
    /// `uses` says how many steps lead to each state.
    pub(super) fn new(graph: &Graph, mut uses: Vec<u32>) -> Self {
        // The first one is the result.
        uses[START as usize] += 1;
        Self { uses, at: vec![NONE; graph.len()], all: Vec::new(), free: Vec::new(), rows: 0 }
    }

    pub(super) fn get(&self, node: Node) -> Option<&Table> {
        self.all.get(self.at[node as usize] as usize)
    }

    pub(super) fn put(&mut self, node: Node, table: Table) {
        self.rows += bytes(&table);
        let number = self.free.pop().unwrap_or_else(|| {
            self.all.push(Table::new());
            self.all.len() as u32 - 1
        });
        (self.all[number as usize], self.at[node as usize]) = (table, number);
    }

    /// Steps to these states have been used; a table is freed after its last use.
    pub(super) fn used(&mut self, nodes: &[Node]) {
        for &node in nodes {
            self.uses[node as usize] -= 1;
            if self.uses[node as usize] == 0 && self.at[node as usize] != NONE {
                let number = std::mem::replace(&mut self.at[node as usize], NONE);
                self.rows -= bytes(&std::mem::take(&mut self.all[number as usize]));
                self.free.push(number);
            }
        }
    }

    /// How much memory they take.
    pub(super) fn bytes(&self) -> usize {
        8 * self.at.len() + self.rows
    }
}

/// How much memory a table takes.
pub(super) fn bytes(table: &Table) -> usize {
    table.iter().map(|(_, row)| row.bytes()).sum()
}

/// What is added to one row of a table: another row, its values shifted, times a number.
pub(super) struct Part<'r> {
    pub(super) cells: Sources,
    pub(super) shift: i32,
    pub(super) row: &'r CountRow,
    /// In words, the lowest first; `None` is once.
    pub(super) times: Option<&'r [u64]>,
}

/// Adds up rows whose values come from the same cells. The numbers get at least so many words.
pub(super) fn sum(parts: &[Part<'_>], words: usize) -> Table {
    let mut cells: Vec<Sources> = parts.iter().map(|part| part.cells).collect();
    cells.sort_unstable();
    cells.dedup();
    let row = |cells| {
        let parts = || parts.iter().filter(move |part| part.cells == cells);
        let low = parts().map(|part| part.row.low + part.shift).min().unwrap_or(0);
        let high = parts().map(|part| part.row.high() + part.shift).max().unwrap_or(0);
        let words = parts().map(|part| part.row.words).fold(words, usize::max);
        let mut all = CountRow::none(low, high, words);
        parts().for_each(|part| match part.times {
            None => all.add(part.row, part.shift),
            Some(times) => all.add_times(part.row, part.shift, times),
        });
        all.settle();
        (cells, all)
    };
    cells.into_iter().map(row).collect()
}
