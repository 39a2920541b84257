//! Requests and answers over HTTP.

mod accept;
mod answer;
mod body;
mod credentials;
mod handler;
mod identifier;

pub(crate) use self::{
    accept::Media,
    credentials::{authorization, origin_is_allowed, peer},
    handler::serve,
    identifier::{new_id, request_id},
};
