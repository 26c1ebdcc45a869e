//! Placeholder of the benchmark, which another branch writes.
fn main() {}
