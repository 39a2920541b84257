//! Messages on their way out.

mod courier;

pub use courier::Courier;
