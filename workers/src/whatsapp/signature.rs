//! Whether a body comes from the provider: `X-Hub-Signature-256: sha256=<hex of HMAC-SHA256(app secret, raw body)>`.

use sportello_domain::digest;

/// Compares in constant time. `header` is the header's whole text.
pub fn is_signed(app_secret: &str, body: &[u8], header: &str) -> bool {
    let Some(signature) = header.trim().strip_prefix("sha256=").and_then(digest::unhex) else { return false };
    digest::is_signed(app_secret.as_bytes(), &[body], &signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_signature_of_these_bytes_is_taken() {
        // RFC 4231, test case 2.
        let right = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert!(is_signed("Jefe", b"what do ya want for nothing?", right));
        for (secret, body, header) in [
            ("Jefe", "what do ya want for nothing!", right),
            ("jefe", "what do ya want for nothing?", right),
            ("Jefe", "what do ya want for nothing?", &right[..70]),
            ("Jefe", "what do ya want for nothing?", &right[7..]),
            ("Jefe", "what do ya want for nothing?", "sha256="),
            ("Jefe", "what do ya want for nothing?", "sha256=é"),
        ] {
            assert!(!is_signed(secret, body.as_bytes(), header), "{secret} {body} {header}");
        }
    }
}
