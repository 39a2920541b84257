//! `sportello schema`.

use std::io::{self, Write};

use anyhow::Result;

pub(super) fn run() -> Result<()> {
    match io::stdout().write_all(crate::graphql::sdl().as_bytes()) {
        // Whoever reads has seen enough, as in `sportello schema | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}
