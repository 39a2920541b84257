//! How many sockets and files this process may have open: each client takes one.

use std::io;

/// Asks the system for as many as it allows, and gives how many those are: None where there is no bound. Who does not ask
/// gets 1,024 on most systems, for the sake of programs that wait by `select`, which none here does:
/// <https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Process%20Properties> (`LimitNOFILE`).
///
/// # Errors
/// The system refuses; then it is as before.
#[cfg(unix)]
pub fn raise() -> io::Result<Option<u64>> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?;
    Ok(maximum)
}

/// Other systems do not count them.
#[cfg(not(unix))]
pub fn raise() -> io::Result<Option<u64>> {
    Ok(None)
}
