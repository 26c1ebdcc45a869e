//! What --schedule takes.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| syncdemo::fuzz::schedule(text));
