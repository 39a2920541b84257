//! SHA-256, as the tables keep it of secrets and of inputs.

use sha2::{Digest, Sha256};

/// SHA-256 in hex.
pub fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
