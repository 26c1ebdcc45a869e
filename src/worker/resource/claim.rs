//! Keeps a second syncdemo from a file that this one counts in: it would set the counter back, and
//! its updates would be taken for those of the first.

use std::fs::OpenOptions;
use std::io::{Error, ErrorKind, Result};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::Path;

use crate::worker::RunConfig;

/// The files of one command, for as long as this lives.
///
/// A lock on the file itself could collide with that of `filelock`. A socket without a place in the
/// file system can be bound once, and the system gives it back however the program ends.
pub(crate) struct FileClaim(#[allow(dead_code, reason = "it is held, not used")] Vec<UnixListener>);

impl FileClaim {
    /// Claims the files that have names. The error is a sentence without its full stop.
    pub(crate) fn new(config: &RunConfig) -> Result<Self> {
        let claimed = config.files().filter_map(|path| claim(&path).transpose());
        claimed.collect::<Result<_>>().map(Self)
    }
}

/// `None` where it cannot be claimed, and is not known to be in use.
fn claim(path: &Path) -> Result<Option<UnixListener>> {
    let mut options = OpenOptions::new();
    // What cannot be opened is reported by the run, which opens it too.
    let Ok(file) = options.write(true).create(true).truncate(false).open(path) else {
        return Ok(None);
    };
    let found = file.metadata()?;
    let name = format!("syncdemo counter {} {}", found.dev(), found.ino());
    match UnixListener::bind_addr(&SocketAddr::from_abstract_name(name)?) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(Error::other(format!(
            "another syncdemo counts in {}: wait for its end, or name another --file",
            path.display()
        ))),
        bound => Ok(bound.ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{Guard, Program};
    use crate::worker::resource::ResourceKind;

    #[test]
    fn a_file_is_claimed_once_by_whatever_name_until_it_is_given_back() {
        let place = tempfile::tempdir().expect("a directory");
        let program = Program {
            workers: 2,
            iters: 1,
            guard: Guard::Update,
            count_up: false,
            permits: 1,
            copies: 2,
        };
        let config = |name: &str| RunConfig {
            resource: ResourceKind::File,
            file: Some(place.path().join(name)),
            ..RunConfig::new(program.clone())
        };
        let first = FileClaim::new(&config("a.txt")).expect("it is free");
        let _other = FileClaim::new(&config("b.txt")).expect("it is another");
        std::fs::hard_link(place.path().join("a.txt.2"), place.path().join("c.txt")).expect("made");
        for name in ["a.txt", "a.txt.2", "c.txt"] {
            let error = FileClaim::new(&config(name)).err().expect("it is in use").to_string();
            assert!(
                error.contains("another syncdemo counts in ") && error.contains(name),
                "{error}"
            );
        }
        drop(first);
        FileClaim::new(&config("c.txt")).expect("it is free again");
    }
}
