//! `lamel images`: lists images.

use super::{Context, DONE, Outcome};
use crate::image::{self, Filter, Listed, Selection, Shares};
use crate::oci::ImageId;
use crate::ui::listing::{Listing, Row};
use crate::ui::{print, size, time};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// The options of `images`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Print IDs alone
    #[arg(short, long)]
    quiet: bool,
    /// Show the intermediate images that a build leaves as well
    #[arg(short, long)]
    all: bool,
    /// Show IDs in full
    #[arg(long)]
    no_trunc: bool,
    /// Show digests
    #[arg(long)]
    digests: bool,
    /// Print as 'table', 'table TEMPLATE', 'json' or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Show only images with this: dangling=true|false, before=IMAGE, since=IMAGE, label=KEY[=VALUE], reference=GLOB,
    /// until=TIME
    #[arg(short, long, value_name = "KEY=VALUE")]
    filter: Vec<String>,
    /// Show only images with such a name
    #[arg(value_name = "REPOSITORY[:TAG]")]
    name: Option<String>,
}

const FIELDS: [(&str, &str); 10] = [
    ("Repository", "REPOSITORY"),
    ("Tag", "TAG"),
    ("Digest", "DIGEST"),
    ("ID", "IMAGE ID"),
    ("CreatedSince", "CREATED"),
    ("CreatedAt", "CREATED AT"),
    ("Size", "SIZE"),
    ("SharedSize", "SHARED SIZE"),
    ("UniqueSize", "UNIQUE SIZE"),
    ("Containers", "CONTAINERS"),
];
const COLUMNS: [&str; 5] = ["Repository", "Tag", "ID", "CreatedSince", "Size"];
const COLUMNS_WITH_DIGESTS: [&str; 6] = ["Repository", "Tag", "Digest", "ID", "CreatedSince", "Size"];
/// Stands for a name that is not there.
const NONE: &str = "<none>";
/// Stands for what was not computed, because nobody asked for it by name.
const NOT_COMPUTED: &str = "N/A";

/// Lists images.
pub fn run(options: Options, context: &Context) -> Outcome {
    let now = Utc::now();
    let mut filter = Filter::parse(&options.filter, Filter::LIST, now)?;
    if let Some(name) = &options.name {
        filter = filter.with_reference(name);
    }
    let asks_for = |field: &str| options.format.as_ref().is_some_and(|format| format.contains(field));
    let selection = Selection {
        all: options.all,
        digests: options.digests || asks_for(".Digest"),
        filter: &filter,
    };
    let store = context.store()?;
    let listed = image::list(&store, &selection)?;
    let id = |row: &Listed| match options.no_trunc {
        true => row.image.id.to_string(),
        false => row.image.id.short(),
    };
    if options.quiet && matches!(options.format.as_deref(), None | Some("table")) {
        let ids: String = listed.iter().map(|row| id(row) + "\n").collect();
        return print::text(&ids).map(|()| DONE);
    }
    let shares = match asks_for("SharedSize") || asks_for("UniqueSize") || asks_for("Containers") {
        true => Some(image::shares(&store)?),
        false => None,
    };
    let rows: Vec<Row> = listed
        .iter()
        .map(|listed| row(listed, id(listed), shares.as_ref(), now))
        .collect();
    let listing = Listing {
        fields: &FIELDS,
        columns: if options.digests {
            &COLUMNS_WITH_DIGESTS
        } else {
            &COLUMNS
        },
        headings: true,
    };
    listing.print(options.format.as_deref(), &rows)?;
    Ok(DONE)
}

fn row(listed: &Listed, id: String, shares: Option<&HashMap<ImageId, Shares>>, now: DateTime<Utc>) -> Row {
    let image = &listed.image;
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| NONE.to_owned());
    let shares = shares.map(|shares| shares.get(&image.id).copied().unwrap_or_default());
    let computed = |value: &dyn Fn(Shares) -> String| shares.map_or_else(|| NOT_COMPUTED.to_owned(), value);
    let values = [
        text(&listed.repository),
        text(&listed.tag),
        text(&listed.digest.map(|digest| digest.to_string())),
        id,
        time::ago(listed.created, now),
        time::at(listed.created),
        size::short(image.size),
        computed(&|shares| size::short(shares.shared)),
        computed(&|shares| size::short(image.size.saturating_sub(shares.shared))),
        computed(&|shares| shares.containers.to_string()),
    ];
    let names = FIELDS.iter().map(|(name, _)| (*name).to_owned());
    names.zip(values.map(Into::into)).collect()
}
