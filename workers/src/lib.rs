//! The floor of what happens because something happened: e-mails so far. Nobody who changes a desk waits for it.

pub mod mail;
