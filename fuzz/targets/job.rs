//! What a worker process is handed.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| syncdemo::fuzz::job(text));
