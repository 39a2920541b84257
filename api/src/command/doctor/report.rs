//! What the doctor says, line by line.

/// Prints findings as they come, and counts the problems.
#[derive(Default)]
pub(super) struct Report {
    problems: usize,
}

impl Report {
    /// Something is right.
    pub(super) fn ok(&mut self, text: &str) {
        println!("ok       {text}");
    }

    /// Something is wrong, and how to mend it.
    pub(super) fn problem(&mut self, text: &str, mend: &str) {
        self.problems += 1;
        println!("problem  {text}\n         mend: {mend}");
    }

    /// One or the other.
    pub(super) fn result(&mut self, right: &str, result: Result<(), String>, mend: &str) {
        match result {
            Ok(()) => self.ok(right),
            Err(problem) => self.problem(&problem, mend),
        }
    }

    pub(super) fn problems(&self) -> usize {
        self.problems
    }
}
