//! Against the same work in C.

fn main() {}
