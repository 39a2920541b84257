//! One operation: its parameters, its checks, its execution.

mod execute;
mod parameters;
mod prepare;
mod subscribe;

pub(crate) use self::{
    execute::{execute, shorten},
    parameters::Parameters,
    prepare::{Kind, Prepared, prepare},
    subscribe::{Item, events, subscribe},
};
