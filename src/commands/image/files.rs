//! `lamel image files`: lists the files of an image, or the entries of one of its layers.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome};
use crate::image::contents::files;
use crate::image::contents::files::ImageFile;
use crate::image::names::resolve;
use crate::layer::model::{EntryKind, LayerEntry};
use crate::text::{safe, size, time};
use crate::ui::listing::{Field, Fields, Listing};
use chrono::DateTime;
use serde_json::{Value, json};
use std::borrow::Cow;

/// The options of `image files`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Name or ID of the image
    #[arg(value_name = "IMAGE")]
    image: String,
    /// List the entries of one layer as in its tar archive: a number from 1 (the base), or a diff_id
    #[arg(long, value_name = "LAYER")]
    layer: Option<String>,
    /// Do not print the table headings
    #[arg(short = 'n', long)]
    noheading: bool,
    /// Set the output format: 'table', 'table TEMPLATE', 'json' or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
}

const FIELDS: &[Field] = &[
    ("Layer", "LAYER"),
    ("Type", "TYPE"),
    ("Mode", "MODE"),
    ("Uid", "UID"),
    ("Gid", "GID"),
    ("Owner", "OWNER"),
    ("Size", "SIZE"),
    ("Modified", "MODIFIED"),
    ("Path", "PATH"),
    ("Link", "LINK"),
    ("Device", "DEVICE"),
];
const COLUMNS: &[&str] = &["Layer", "Mode", "Owner", "Size", "Modified", "Path"];

/// Lists the files, each with the layer that it comes from.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let image = resolve::resolve(&store, &options.image)?.record;
    let files = match &options.layer {
        None => files::files(&store, &image)?,
        Some(layer) => files::layer_files(&store, &image, layer)?,
    };
    let listing = Listing {
        fields: FIELDS,
        columns: COLUMNS,
        headings: !options.noheading,
    };
    listing.print(options.format.as_deref(), &files)?;
    Ok(DONE)
}

impl Fields for ImageFile {
    fn text(&self, field: &str) -> Cow<'_, str> {
        let entry = self.entry.as_ref();
        match field {
            "Layer" if self.layer == 0 => "".into(),
            "Mode" => entry.map_or("".into(), |entry| mode(entry).into()),
            "Owner" => entry.map_or("".into(), |entry| format!("{}:{}", entry.uid, entry.gid).into()),
            "Size" => size::short(entry.map_or(0, |entry| entry.size)).into(),
            "Path" => {
                let mut path = safe::path(&self.path).into_owned();
                path.insert(0, '/');
                match entry.map(|entry| (entry.kind, safe::path(&entry.link))) {
                    Some((EntryKind::Symlink, link)) => path.push_str(&format!(" -> {link}")),
                    Some((EntryKind::HardLink, link)) => path.push_str(&format!(" link to /{link}")),
                    Some((EntryKind::Whiteout, _)) => path.push_str(" (deleted)"),
                    Some((EntryKind::Opaque, _)) => path.push_str(" (all below deleted)"),
                    _ => {}
                }
                path.into()
            }
            other => match self.value(other) {
                Value::String(text) => text.into(),
                other => other.to_string().into(),
            },
        }
    }

    fn value(&self, field: &str) -> Value {
        let Some(entry) = &self.entry else {
            return match field {
                "Layer" => json!(self.layer),
                "Type" => json!("directory"),
                "Path" => json!(format!("/{}", self.path.display())),
                "Uid" | "Gid" | "Size" => json!(0),
                _ => json!(""),
            };
        };
        match field {
            "Layer" => json!(self.layer),
            "Type" => json!(kind(entry.kind)),
            "Mode" => json!(format!("{:04o}", entry.mode)),
            "Uid" => json!(entry.uid),
            "Gid" => json!(entry.gid),
            "Owner" => json!(format!("{}:{}", entry.uid, entry.gid)),
            "Size" => json!(entry.size),
            "Modified" => json!(
                DateTime::from_timestamp(entry.mtime, 0).map_or(time::UNKNOWN.to_owned(), |time| {
                    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
                })
            ),
            "Path" => json!(format!("/{}", self.path.display())),
            "Link" => json!(entry.link.display().to_string()),
            "Device" => match entry.kind {
                EntryKind::CharDevice | EntryKind::BlockDevice => {
                    json!(format!("{}:{}", entry.device.0, entry.device.1))
                }
                _ => json!(""),
            },
            _ => json!(""),
        }
    }
}

/// The name of a kind of file.
pub fn kind(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::File => "file",
        EntryKind::HardLink => "hard link",
        EntryKind::Symlink => "symlink",
        EntryKind::Directory => "directory",
        EntryKind::CharDevice => "character device",
        EntryKind::BlockDevice => "block device",
        EntryKind::Fifo => "fifo",
        EntryKind::Whiteout => "whiteout",
        EntryKind::Opaque => "opaque",
    }
}

/// The mode as `ls -l` prints it. The letter of a whiteout is `w`, of an opaque marker `o`, of a hard link `h`.
fn mode(entry: &LayerEntry) -> String {
    let letter = match entry.kind {
        EntryKind::File => '-',
        EntryKind::HardLink => 'h',
        EntryKind::Symlink => 'l',
        EntryKind::Directory => 'd',
        EntryKind::CharDevice => 'c',
        EntryKind::BlockDevice => 'b',
        EntryKind::Fifo => 'p',
        EntryKind::Whiteout => 'w',
        EntryKind::Opaque => 'o',
    };
    let mut text = String::from(letter);
    for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
        let bits = entry.mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (entry.mode & special != 0, bits & 1 != 0) {
            (true, true) => letter,
            (true, false) => letter.to_ascii_uppercase(),
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_as_ls_writes_them() {
        for (kind, bits, text) in [
            (EntryKind::File, 0o644, "-rw-r--r--"),
            (EntryKind::Directory, 0o1777, "drwxrwxrwt"),
            (EntryKind::File, 0o4755, "-rwsr-xr-x"),
            (EntryKind::File, 0o2644, "-rw-r-Sr--"),
            (EntryKind::Symlink, 0o777, "lrwxrwxrwx"),
        ] {
            let entry = LayerEntry {
                path: "x".into(),
                kind,
                mode: bits,
                uid: 0,
                gid: 0,
                mtime: 0,
                size: 0,
                link: "".into(),
                device: (0, 0),
                xattrs: Default::default(),
            };
            assert_eq!(mode(&entry), text);
        }
    }
}
