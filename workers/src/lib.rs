//! The floor of what happens because something happened. Nobody who changes a desk waits for it.

pub mod automation;
pub mod due;
pub mod mail;
pub mod message;
mod pause;
pub mod planner;
mod schedule;
pub mod webhook;
pub mod whatsapp;
