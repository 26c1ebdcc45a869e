//! The name by which this program was called: what a sentence tells the user to type begins with it.

use std::ffi::OsString;
use std::path::Path;
use std::sync::OnceLock;

use crate::machine::printable;

static CALLED: OnceLock<String> = OnceLock::new();

/// Notes it. A class's own program has another name than syncdemo.
pub(crate) fn note_called(argv: &[OsString]) {
    let name = argv.first().and_then(|program| Path::new(program).file_name());
    if let Some(name) = name {
        CALLED.get_or_init(|| printable(&name.to_string_lossy()));
    }
}

/// The file's name, without its folder; `syncdemo` within a program that calls [`run`](crate::run).
pub(crate) fn called() -> &'static str {
    CALLED.get().map_or("syncdemo", String::as_str)
}
