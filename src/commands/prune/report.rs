//! What the prune commands share: which containers match a filter, and the report of what was removed.

use crate::commands::{DONE, SOME_FAILED};
use crate::container;
use crate::container::Container;
use crate::container::control::remove;
use crate::image::list::filter::Filter;
use crate::image::remove::Removed;
use crate::store::Store;
use crate::store::objects::records::ContainerRecord;
use crate::store::remove::leftovers::Leftover;
use crate::text::size;
use crate::ui::print;

/// Removes the stopped containers that match. Returns them with the bytes that were, or would be, freed, and the
/// command's exit code. Errors of single containers are printed.
pub fn prune_containers(
    store: &Store,
    filter: &Filter,
    dry_run: bool,
) -> anyhow::Result<(Vec<(ContainerRecord, u64)>, u8)> {
    let wanted = |container: &Container| {
        filter.wants_time(container::created(&container.record)) && filter.wants_labels(&container.config.labels)
    };
    let mut code = DONE;
    let mut failed = |error: anyhow::Error| {
        print::error(&error);
        code = SOME_FAILED;
    };
    let removed = remove::prune_stopped(store, &wanted, dry_run, &mut print::warn_skipped(), &mut failed)?;
    Ok((removed, code))
}

/// The images that a prune removes, in the words of its warning.
pub fn which_images(all: bool) -> &'static str {
    match all {
        true => "all images without at least one container associated to them",
        false => "all dangling images",
    }
}

/// The report. Those of a dry run and of the real run after it differ only in headings and the last line.
pub struct PruneReport {
    dry_run: bool,
    text: String,
}

impl PruneReport {
    pub fn new(dry_run: bool) -> PruneReport {
        let text = String::new();
        PruneReport { dry_run, text }
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

    /// Adds a heading and lines; nothing where there are no lines.
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

    /// Prints the report. `freed`: the space that was or would be reclaimed, bytes.
    pub fn print(mut self, freed: u64) -> anyhow::Result<()> {
        let what = if self.dry_run { "reclaimable" } else { "reclaimed" };
        self.text += &format!("Total {what} space: {}\n", size::human(freed));
        print::text(&self.text)
    }
}
