//! The inverse of a matrix of whole numbers, without fractions (Bareiss 1968).

use std::rc::Rc;

use hashbrown::HashMap;
use num_bigint::{BigInt, BigUint, Sign};

use super::super::chance::common_divisor;

/// Inverses, which are kept since the same equations come again and again: an iteration of a
/// worker's loop is like the next one.
#[derive(Default)]
pub(super) struct Inverses {
    known: HashMap<Vec<Vec<i64>>, Rc<Inverse>>,
    bytes: usize,
}

/// A matrix and a number: their quotient is the inverse.
type Inverse = (Vec<Vec<BigUint>>, BigUint);

/// The most bytes that they take, approximately.
const MOST: usize = 1 << 24;

impl Inverses {
    pub(super) fn get(&mut self, matrix: Vec<Vec<i64>>) -> Rc<Inverse> {
        if let Some(known) = self.known.get(&matrix) {
            return Rc::clone(known);
        }
        let found = Rc::new(inverse(&matrix));
        let bytes = 64 * (matrix.len() * matrix.len() + 1);
        if self.bytes + bytes <= MOST {
            self.bytes += bytes;
            self.known.insert(matrix, Rc::clone(&found));
        }
        found
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// The matrix is an M-matrix that is not singular: then no pivot is 0, and the inverse has no
/// negative number.
fn inverse(matrix: &[Vec<i64>]) -> Inverse {
    let size = matrix.len();
    let with_identity = |(at, row): (usize, &Vec<i64>)| {
        let identity = (0..size).map(|column| i64::from(column == at));
        row.iter().copied().chain(identity).map(BigInt::from).collect()
    };
    let mut rows: Vec<Vec<BigInt>> = matrix.iter().enumerate().map(with_identity).collect();
    let mut last = BigInt::from(1);
    for at in 0..size {
        let pivot = rows[at].clone();
        for other in (0..size).filter(|&other| other != at) {
            let factor = rows[other][at].clone();
            for (entry, above) in rows[other].iter_mut().zip(&pivot) {
                *entry = (&pivot[at] * &*entry - &factor * above) / &last;
            }
        }
        last.clone_from(&pivot[at]);
    }
    let entries = rows.iter().map(|row| row[size..].iter().map(natural).collect()).collect();
    reduced(entries, natural(&last))
}

fn natural(number: &BigInt) -> BigUint {
    debug_assert!(number.sign() != Sign::Minus, "it is an M-matrix");
    number.magnitude().clone()
}

fn reduced(mut entries: Vec<Vec<BigUint>>, whole: BigUint) -> Inverse {
    let all = entries.iter().flatten();
    let common = all.fold(whole.clone(), |common, entry| common_divisor(entry.clone(), common));
    entries.iter_mut().flatten().for_each(|entry| *entry /= &common);
    (entries, whole / common)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_with_the_inverse_is_the_identity() {
        let matrix = [vec![3, -1, 0], vec![-1, 2, -1], vec![-1, 0, 4]];
        let (inverse, whole) = inverse(&matrix);
        for (at, row) in matrix.iter().enumerate() {
            for column in 0..3 {
                let terms =
                    row.iter().zip(&inverse).map(|(a, b)| a * BigInt::from(b[column].clone()));
                let expected = if at == column { whole.clone() } else { BigUint::ZERO };
                assert_eq!(terms.sum::<BigInt>(), BigInt::from(expected));
            }
        }
        assert_eq!(whole, 19_u8.into());
    }
}
