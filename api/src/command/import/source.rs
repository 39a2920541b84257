//! A file, read record by record, however large it is.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
};

use anyhow::{Context, Result, bail};
use serde::de::IgnoredAny;
use serde_json::Value as Json;
use tokio::sync::mpsc;

use super::{
    csv,
    draft::{Draft, People},
    json::{Walk, Wanted},
    system::System,
};

/// The longest line that is read: 64 MiB.
const LONGEST_LINE: usize = 64 * 1024 * 1024;
/// What is looked at to tell a document from lines: 1 MiB.
const LOOKED_AT: usize = 1024 * 1024;

/// Where a record stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The line on which it begins, from 1.
    Line(u64),
    /// Its number among the tickets of the document, from 1.
    Ticket(u64),
}

/// One ticket as it stands in the file, or why it cannot be read.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) place: Place,
    pub(super) draft: Result<Draft, String>,
}

/// The file and whose it is.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) system: System,
}

type Reader = BufReader<File>;

impl Source {
    /// Sends every record, in the file's order, until nobody takes them any more. Blocks.
    ///
    /// # Errors
    /// The file cannot be read any further.
    pub(super) fn read(&self, records: &mpsc::Sender<Record>) -> Result<()> {
        let mut send = |record| records.blocking_send(record).is_ok();
        if self.system == System::Csv {
            return csv::read(self.open()?, &mut send).with_context(|| self.path.display().to_string());
        }
        let people = self.people()?;
        self.walk(Wanted::Tickets, &mut |place, found| {
            let draft = found.and_then(|ticket| match ticket.is_object() {
                true => Ok(self.system.draft(&ticket, &people)),
                false => Err("stands where a ticket should, and is no object".to_owned()),
            });
            send(Record { place, draft })
        })
        .with_context(|| self.path.display().to_string())
    }

    /// The people whom tickets name by id. They may stand behind the tickets, so the file is read for them first; what
    /// is wrong with it is told when it is read for the tickets.
    fn people(&self) -> Result<People> {
        let mut people = People::new();
        if self.system.people_lists().is_empty() {
            return Ok(people);
        }
        let mut take = |_, found: Result<Json, String>| {
            let person = found.ok().map(|person| self.system.person(&person));
            if let Some((id, person)) = person.and_then(|person| Some((person.id.clone()?, person))) {
                people.insert(id, person);
            }
            true
        };
        match self.walk(Wanted::People, &mut take) {
            Ok(()) => {}
            Err(error) => tracing::debug!(%error, "the people of the file were not all read"),
        }
        Ok(people)
    }

    fn walk(&self, wanted: Wanted, found: &mut dyn FnMut(Place, Result<Json, String>) -> bool) -> Result<()> {
        let mut reader = self.open()?;
        let named = self.path.extension().is_some_and(|end| end == "jsonl" || end == "ndjson");
        if named || is_lines(reader.fill_buf()?) {
            self.walk_lines(reader, wanted, found)
        } else {
            self.walk_document(reader, wanted, found)
        }
    }

    /// A JSON value a line: a broken one spoils no other.
    fn walk_lines(
        &self,
        mut reader: Reader,
        wanted: Wanted,
        found: &mut dyn FnMut(Place, Result<Json, String>) -> bool,
    ) -> Result<()> {
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let limit = u64::try_from(LONGEST_LINE).unwrap_or(u64::MAX);
            let length = reader.by_ref().take(limit).read_until(b'\n', &mut line)?;
            if length == 0 {
                break;
            }
            let place = Place::Line(number);
            if length == LONGEST_LINE && line.last() != Some(&b'\n') {
                reader.skip_until(b'\n')?;
                found(place, Err("is longer than 64 MiB".to_owned()));
                continue;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            let mut value = serde_json::Deserializer::from_slice(&line);
            let mut walk = Walk { system: self.system, wanted, found: &mut |json| found(place, Ok(json)) };
            let done = walk.through(&mut value).and_then(|()| value.end());
            if let Err(error) = done
                && !found(place, Err(format!("is no JSON ({error})")))
            {
                break;
            }
        }
        Ok(())
    }

    /// One document, or several one after the other.
    fn walk_document(
        &self,
        reader: Reader,
        wanted: Wanted,
        found: &mut dyn FnMut(Place, Result<Json, String>) -> bool,
    ) -> Result<()> {
        let mut document = serde_json::Deserializer::from_reader(reader);
        let (mut number, mut is_taken) = (0, true);
        while is_taken && document.end().is_err() {
            let mut take = |json| {
                number += 1;
                is_taken = found(Place::Ticket(number), Ok(json));
                is_taken
            };
            let mut walk = Walk { system: self.system, wanted, found: &mut take };
            let done = walk.through(&mut document);
            if let Err(error) = done
                && is_taken
            {
                bail!("is no JSON ({error}): what stands behind it was not read");
            }
        }
        Ok(())
    }

    /// The file, behind its byte order mark.
    fn open(&self) -> Result<Reader> {
        let opened =
            File::open(&self.path).with_context(|| format!("{} cannot be read", self.path.display()))?;
        let mut reader = BufReader::with_capacity(LOOKED_AT, opened);
        let start = reader.fill_buf().with_context(|| format!("{} cannot be read", self.path.display()))?;
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            bail!("{} is UTF-16: save it as UTF-8", self.path.display());
        }
        if start.starts_with(&[0xef, 0xbb, 0xbf]) {
            reader.consume(3);
        }
        Ok(reader)
    }
}

/// Whether the first line is a value by itself, and more follow.
fn is_lines(start: &[u8]) -> bool {
    let start = start.trim_ascii_start();
    let Some(end) = start.iter().position(|byte| *byte == b'\n') else { return false };
    let (first, rest) = start.split_at(end);
    let is_container = matches!(first.first(), Some(b'{' | b'['));
    is_container && !rest.trim_ascii().is_empty() && serde_json::from_slice::<IgnoredAny>(first).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_told_from_lines() {
        for (text, expected) in [
            ("{\"id\":1}\n{\"id\":2}", true),
            ("\n[{\"id\":1}]\n[{\"id\":2}]\n", true),
            ("{\"id\":1}\n\n", false),
            ("[\n{\"id\":1},\n{\"id\":2}\n]", false),
            ("{\n  \"tickets\": []\n}", false),
            ("", false),
        ] {
            assert_eq!(is_lines(text.as_bytes()), expected, "{text}");
        }
    }
}
