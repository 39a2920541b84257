//! Hashes of secrets that have 256 bits of their own: looked up by, and of no use to whoever reads the table.

use sha2::{Digest, Sha256};

/// SHA-256 in hex.
pub fn digest(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
