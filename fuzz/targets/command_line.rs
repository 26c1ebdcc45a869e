//! What may be typed, a word in each line.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| syncdemo::fuzz::command_line(text));
