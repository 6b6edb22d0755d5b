//! What the prune commands share: which objects are meant, and the lines on what went, or would.

use crate::container::Container;
use crate::container::control::remove;
use crate::image::list::filter::Filter;
use crate::image::remove::Removed;
use crate::store::objects::records::ContainerRecord;
use crate::store::remove::leftovers::Leftover;
use crate::text::size;
use crate::ui::print;

/// Whether a container is old enough and has the labels.
pub fn wants(filter: &Filter, container: &Container) -> bool {
    filter.wants_time(remove::created(&container.record)) && filter.wants_labels(&container.config.labels)
}

/// The lines. Between a dry run and the real one after it, only headings and the last line differ.
pub struct Report {
    dry_run: bool,
    text: String,
}

impl Report {
    pub fn new(dry_run: bool) -> Report {
        let text = String::new();
        Report { dry_run, text }
    }

    pub fn containers(&mut self, removed: &[(ContainerRecord, u64)]) {
        self.section("Containers", removed.iter().map(|(record, _)| record.id.clone()));
    }

    pub fn volumes(&mut self, removed: &[String]) {
        self.section("Volumes", removed.iter().cloned());
    }

    pub fn images(&mut self, removed: &[Removed]) {
        let line = |removed: &Removed| match removed {
            Removed::Untagged(name) => format!("untagged: {}", name.familiar()),
            Removed::Deleted(digest) => format!("deleted: {digest}"),
        };
        self.section("Images", removed.iter().map(line));
    }

    pub fn leftovers(&mut self, removed: &[Leftover]) {
        let line = |left: &Leftover| format!("{}: {}", left.kind, left.name);
        self.section("Leftovers", removed.iter().map(line));
    }

    /// Nothing where nothing went.
    fn section(&mut self, what: &str, lines: impl ExactSizeIterator<Item = String>) {
        if lines.len() == 0 {
            return;
        }
        self.text += &match self.dry_run {
            true => format!("{what} To Delete:\n"),
            false => format!("Deleted {what}:\n"),
        };
        for line in lines {
            self.text += &(line + "\n");
        }
        self.text.push('\n');
    }

    /// Prints all of it; `freed` bytes came back, or would.
    pub fn print(mut self, freed: u64) -> anyhow::Result<()> {
        let what = if self.dry_run { "reclaimable" } else { "reclaimed" };
        self.text += &format!("Total {what} space: {}\n", size::human(freed));
        print::text(&self.text)
    }
}
