//! The inverse of a matrix of whole numbers, without fractions (Bareiss 1968).

use num_bigint::{BigInt, BigUint, Sign};

/// The matrix `I` and the smallest number `d` for which `I / d` is the inverse. It is made for an
/// M-matrix that is not singular: then no pivot is 0, and nothing in `I` is negative.
pub(super) fn inverse(matrix: &[Vec<i64>]) -> (Vec<Vec<BigUint>>, BigUint) {
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

fn reduced(mut entries: Vec<Vec<BigUint>>, whole: BigUint) -> (Vec<Vec<BigUint>>, BigUint) {
    let all = entries.iter().flatten();
    let common = all
        .fold(whole.clone(), |common, entry| super::chance::common_divisor(entry.clone(), common));
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
