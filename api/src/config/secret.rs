//! Texts that must not appear in a log, and the server's own secret.

use std::{
    convert::Infallible,
    fmt, fs, io,
    io::Write,
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use super::settings::Settings;

/// Fewest characters of the server's secret.
pub(super) const MIN_LENGTH: usize = 32;

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Keeps the text from being printed.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for who needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::new(text))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[not shown]")
    }
}

impl Settings {
    /// The secret that signs tokens: the one that is set, else with SQLite the one that is kept beside the database
    /// file as `<file>.secret`, which is made when it is not there.
    ///
    /// `random` makes a new one.
    ///
    /// # Errors
    /// A sentence: none is set with PostgreSQL or a database in memory, or the file cannot be read or written.
    pub fn signing_secret(&self, random: impl FnOnce() -> String) -> Result<Secret, String> {
        if let Some(secret) = &self.server.secret {
            return Ok(secret.clone());
        }
        let Some(database) = sqlite_file(self.database.url.expose()) else {
            return Err(
                "SPORTELLO_SECRET is not set: with this database set it, to the same text on every node \
                        and for good. `openssl rand -hex 32` makes one."
                    .to_owned(),
            );
        };
        let mut path = database.into_os_string();
        path.push(".secret");
        let path = PathBuf::from(path);
        let read = keep(&path, random).map_err(|error| {
            format!("{}: the secret beside the database cannot be kept ({error}): mend that, or set SPORTELLO_SECRET.", path.display())
        })?;
        check(&read).map_err(|problem| format!("{}: {problem}", path.display()))?;
        Ok(Secret(read))
    }
}

/// Whether a secret is long enough to be one.
pub(super) fn check(secret: &str) -> Result<(), String> {
    match secret.chars().count() {
        length if length < MIN_LENGTH => Err(format!(
            "the secret has {length} characters, where at least {MIN_LENGTH} are expected. `openssl rand -hex 32` \
             makes a good one."
        )),
        _ => Ok(()),
    }
}

/// The file of a SQLite database; none for one in memory and for other databases.
fn sqlite_file(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let (path, options) = rest.split_once('?').unwrap_or((rest, ""));
    let path = path.strip_prefix("//").unwrap_or(path);
    let in_memory =
        path.is_empty() || path == ":memory:" || options.split('&').any(|option| option == "mode=memory");
    (!in_memory).then(|| PathBuf::from(path))
}

/// Reads the file, or makes it, readable for its owner only. Two servers that start at once end with the same one.
fn keep(path: &Path, random: impl FnOnce() -> String) -> io::Result<String> {
    if !path.exists() {
        let temporary = path.with_extension(format!("secret-{}", std::process::id()));
        write_private(&temporary, &random())?;
        let linked = fs::hard_link(&temporary, path);
        fs::remove_file(&temporary)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    Ok(fs::read_to_string(path)?.trim().to_owned())
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(url: String) -> Settings {
        let mut settings = Settings::default();
        settings.database.url = Secret::new(url);
        settings
    }

    #[test]
    fn is_made_once_beside_the_sqlite_file() {
        let directory = std::env::temp_dir().join(format!("sportello-secret-{}", std::process::id()));
        fs::create_dir_all(&directory).expect("a directory");
        let file = directory.join("desk.db");
        let settings = settings(format!("sqlite://{}?mode=rwc", file.display()));
        let first = settings.signing_secret(|| "a".repeat(64)).expect("made");
        let second = settings.signing_secret(|| "b".repeat(64)).expect("read");
        assert_eq!(first, second);
        let kept = directory.join("desk.db.secret");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&kept).expect("the file").permissions().mode() & 0o777, 0o600);
        }
        fs::write(&kept, "short").expect("written");
        assert!(settings.signing_secret(String::new).expect_err("too short").contains("32"));
        fs::remove_dir_all(directory).expect("removed");
    }

    #[test]
    fn is_required_elsewhere() {
        for url in ["postgres://localhost/desk", "sqlite::memory:", "sqlite://desk?mode=memory"] {
            let error = settings(url.to_owned()).signing_secret(String::new).expect_err(url);
            assert!(error.contains("SPORTELLO_SECRET"), "{error}");
        }
    }

    #[test]
    fn is_never_printed() {
        assert!(!format!("{:?}", settings("postgres://u:hidden@h/d".to_owned())).contains("hidden"));
    }
}
