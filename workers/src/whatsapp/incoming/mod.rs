//! From the provider's envelope to what the desk knows: every entry, change, message and status of it.

mod message;
mod status;
mod work;

pub(super) use work::work_on;
