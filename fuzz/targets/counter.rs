//! What the file of --resource file may hold.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| syncdemo::fuzz::counter(bytes));
