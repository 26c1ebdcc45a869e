//! A short text that one worker writes and others read, in memory that may be shared by processes.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// Up to `8 * WORDS` bytes.
///
/// The writer publishes the length afterwards, with a Release; the reader has got it from there,
/// with an Acquire.
pub(crate) struct Text<const WORDS: usize>([AtomicU64; WORDS]);

impl<const WORDS: usize> Default for Text<WORDS> {
    fn default() -> Self {
        Self([const { AtomicU64::new(0) }; WORDS])
    }
}

impl<const WORDS: usize> Text<WORDS> {
    /// Writes as much of `text` as there is room for, and returns the length to be published.
    pub(crate) fn write(&self, text: &str) -> usize {
        let mut boundaries = (0..=text.len().min(8 * WORDS)).rev();
        let end = boundaries.find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        for (word, bytes) in self.0.iter().zip(text.as_bytes()[..end].chunks(8)) {
            let mut raw = [0; 8];
            raw[..bytes.len()].copy_from_slice(bytes);
            word.store(u64::from_le_bytes(raw), Relaxed);
        }
        end
    }

    /// Reads a text of this length.
    pub(crate) fn read(&self, length: usize) -> String {
        let raw = self.0.iter().flat_map(|word| word.load(Relaxed).to_le_bytes());
        let bytes: Vec<u8> = raw.take(length).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
