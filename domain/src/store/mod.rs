//! The one door to the database: it alone opens transactions, gives time and ids, appends events and wakes followers.

mod batch;
mod bells;
mod connect;
mod connection;
mod difference;
mod durability;
mod idempotency;
mod options;
mod transaction;
mod turn;
mod writers;

pub(crate) use batch::Batch;
pub use bells::{Bell, Bells, Queue};
pub use connect::{Store, StoreSettings};
pub use connection::Connection;
pub use transaction::{NewEvent, Tx};
pub(crate) use turn::HandingOn;
