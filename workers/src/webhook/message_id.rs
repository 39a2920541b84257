//! The `webhook-id`: `msg_` and the delivery's id as a ULID (<https://github.com/ulid/spec>), the same for every attempt.

use sportello_entity::WebhookDeliveryId;

/// Crockford's base 32.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 26 digits hold 128 bits.
const LENGTH: u32 = 26;

/// What the receiver tells deliveries apart by.
pub(super) fn message_id(id: WebhookDeliveryId) -> String {
    let bits = id.0.as_u128();
    let digit =
        |place: u32| char::from(DIGITS[usize::try_from(bits >> (5 * place) & 31).expect("five bits")]);
    std::iter::once("msg_".to_owned())
        .chain((0..LENGTH).rev().map(|place| digit(place).to_string()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn it_is_a_ulid() {
        let id = |bits| message_id(WebhookDeliveryId(Uuid::from_u128(bits)));
        assert_eq!(id(0), "msg_00000000000000000000000000");
        assert_eq!(id(u128::MAX), "msg_7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
        assert_eq!(id(0x0156_3E3A_B5D3_D676_4C61_EFB9_9302_BD5B), "msg_01ARZ3NDEKTSV4RRFFQ69G5FAV");
    }
}
