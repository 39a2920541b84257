//! Signing by Standard Webhooks: HMAC-SHA256 over `webhook-id.webhook-timestamp.body`, one signature for each secret.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sportello_domain::{digest::signed, webhook::SigningKey};

/// The header `webhook-signature`.
pub(super) fn signature(keys: &[SigningKey], id: &str, seconds: i64, body: &[u8]) -> String {
    let sign = |SigningKey(key): &SigningKey| {
        let head = format!("{id}.{seconds}.");
        format!("v1,{}", STANDARD.encode(signed(key, &[head.as_bytes(), body])))
    };
    keys.iter().map(sign).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn it_is_the_specifications_signature() {
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signed = signature(&[SigningKey(key)], id, 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn each_secret_signs() {
        let keys = [SigningKey(vec![1; 32]), SigningKey(vec![2; 32])];
        let signed = signature(&keys, "msg_1", 1, b"{}");
        let parts: Vec<_> = signed.split(' ').collect();
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[0], signature(&keys[..1], "msg_1", 1, b"{}"));
        assert_ne!(parts[0], parts[1]);
    }
}
