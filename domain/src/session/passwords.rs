//! Passwords: what is taken as one, and their argon2id hashes.

use std::sync::Arc;
use std::time::Duration;

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use tokio::sync::Semaphore;

use crate::error::{Error, Refusal, RefusalCode, Result};

/// The fewest and the most code points of a password.
const LENGTH: std::ops::RangeInclusive<usize> = 10..=200;

/// How many may wait for their turn. One takes some 25 ms of a core and 19 MiB while it lasts.
const QUEUE: usize = 64;

/// Checks a new password. It is taken as it is: spaces around it belong to it.
///
/// # Errors
/// OUT_OF_RANGE or TOO_LONG at `path`.
pub(crate) fn check(password: &str, path: &[&str]) -> std::result::Result<(), Refusal> {
    let length = password.chars().count();
    if length < *LENGTH.start() {
        let message = format!("a password takes at least {} characters", LENGTH.start());
        return Err(Refusal::new(RefusalCode::OutOfRange, path, message));
    }
    if length > *LENGTH.end() {
        let message = format!("a password takes at most {} characters", LENGTH.end());
        return Err(Refusal::new(RefusalCode::TooLong, path, message));
    }
    Ok(())
}

/// Hashes and verifies on threads of their own, only so many at once. Cheap to clone: clones share the limit.
#[derive(Clone)]
pub struct Passwords(Arc<Shared>);

struct Shared {
    cores: Semaphore,
    queue: Semaphore,
    /// The hash of nothing that anybody knows, for addresses that nobody has.
    decoy: String,
}

impl Passwords {
    /// `decoy_secret` is any random text. Takes the time of one hash.
    ///
    /// # Errors
    /// INTERNAL when the library refuses its own parameters.
    pub fn try_new(decoy_secret: &str) -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let decoy = hash(decoy_secret, decoy_secret)?;
        Ok(Self(Arc::new(Shared { cores: Semaphore::new(cores), queue: Semaphore::new(QUEUE), decoy })))
    }

    /// The argon2id hash in PHC form. `salt` is random text of at least 32 characters.
    ///
    /// # Errors
    /// RATE_LIMITED when too many wait.
    pub async fn hash(&self, password: &str, salt: String) -> Result<String> {
        let password = password.to_owned();
        self.run(move |_| hash(&password, &salt)).await
    }

    /// Whether the password is that of the hash. Without a hash the answer is no, and takes as long.
    ///
    /// # Errors
    /// RATE_LIMITED when too many wait.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let (password, hash) = (password.to_owned(), hash.map(str::to_owned));
        self.run(move |decoy| {
            let matches = verify(&password, hash.as_deref().unwrap_or(decoy))?;
            Ok(matches && hash.is_some())
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&str) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let busy = |_| Error::RateLimited(Duration::from_secs(1));
        let _place = self.0.queue.try_acquire().map_err(busy)?;
        let _core = self.0.cores.acquire().await.expect("the semaphore is never closed");
        let shared = self.0.clone();
        let worked = tokio::task::spawn_blocking(move || work(&shared.decoy)).await;
        worked.unwrap_or_else(|panic| Err(Error::Internal(format!("password hashing: {panic}"))))
    }
}

fn hash(password: &str, salt: &str) -> Result<String> {
    let salt = salt.get(..32).ok_or_else(|| Error::Internal("the salt is too short".to_owned()))?;
    let salt = SaltString::encode_b64(salt.as_bytes()).map_err(internal)?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt).map_err(internal)?;
    Ok(hash.to_string())
}

fn verify(password: &str, hash: &str) -> Result<bool> {
    let hash = PasswordHash::new(hash).map_err(internal)?;
    match Argon2::default().verify_password(password.as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(error) => Err(internal(error)),
    }
}

fn internal(error: argon2::password_hash::Error) -> Error {
    Error::Internal(format!("password hash: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "abcdefghijklmnopqrstuvwxyz-_0123456789ABCDE";

    #[test]
    fn lengths_count_code_points() {
        assert!(check(&"é".repeat(10), &[]).is_ok());
        assert!(check(&"é".repeat(200), &[]).is_ok());
        assert_eq!(check("short", &[]).map_err(|r| r.code), Err(RefusalCode::OutOfRange));
        assert_eq!(check(&"é".repeat(201), &[]).map_err(|r| r.code), Err(RefusalCode::TooLong));
    }

    #[tokio::test]
    async fn a_hash_knows_its_password_only() {
        let passwords = Passwords::try_new(SECRET).expect("the parameters are right");
        let hash = passwords.hash("correct horse", SECRET.to_owned()).await.expect("it hashes");
        assert!(hash.starts_with("$argon2id$"));
        assert!(passwords.verify("correct horse", Some(&hash)).await.expect("it verifies"));
        assert!(!passwords.verify("correct  horse", Some(&hash)).await.expect("it verifies"));
        assert!(!passwords.verify(SECRET, None).await.expect("it verifies"));
    }
}
