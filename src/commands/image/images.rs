//! `lamel images`: lists images.

use crate::commands::context::Context;
use crate::commands::image::images_tree;
use crate::commands::{DONE, Outcome};
use crate::image::list;
use crate::image::list::filter::Filter;
use crate::image::list::{ImageSelection, ListedImage, Order, Sharing};
use crate::text::{size, time};
use crate::ui::listing::{Field, Fields, Listing};
use crate::ui::print;
use chrono::{DateTime, Utc};
use std::borrow::Cow;

/// The options of `images`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Print only IDs
    #[arg(short, long)]
    quiet: bool,
    /// Show intermediate images of builds as well
    #[arg(short, long)]
    all: bool,
    /// Do not shorten IDs
    #[arg(long)]
    no_trunc: bool,
    /// Show digests
    #[arg(long)]
    digests: bool,
    /// Set the output format: 'table', 'table TEMPLATE', 'json' or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Show only images that match: dangling=true|false, before=IMAGE, since=IMAGE, label=KEY[=VALUE], reference=GLOB,
    /// until=TIME, intermediate=true|false, containers=true|false, id=ID
    #[arg(short, long, value_name = "KEY=VALUE")]
    filter: Vec<String>,
    /// Sort by a field
    #[arg(long, value_name = "BY", value_enum, default_value = "created")]
    sort: Sort,
    /// Show images below the layers that they share; with --format, the tree as one document
    #[arg(long, conflicts_with_all = ["quiet", "digests", "sort"])]
    tree: bool,
    /// Do not print the table headings
    #[arg(short = 'n', long)]
    noheading: bool,
    /// Show only images of this name
    #[arg(value_name = "REPOSITORY[:TAG]")]
    name: Option<String>,
}

/// The fields to sort by. Created: the newest first; size: the smallest first.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Sort {
    Created,
    Id,
    Repository,
    Size,
    Tag,
}

impl From<Sort> for Order {
    fn from(sort: Sort) -> Order {
        match sort {
            Sort::Created => Order::Created,
            Sort::Id => Order::Id,
            Sort::Repository => Order::Repository,
            Sort::Size => Order::Size,
            Sort::Tag => Order::Tag,
        }
    }
}

pub const FIELDS: [Field; 11] = [
    ("Repository", "REPOSITORY"),
    ("Tag", "TAG"),
    ("Digest", "DIGEST"),
    ("ID", "IMAGE ID"),
    ("CreatedSince", "CREATED"),
    ("CreatedAt", "CREATED AT"),
    ("Size", "SIZE"),
    ("VirtualSize", "SIZE"),
    ("SharedSize", "SHARED SIZE"),
    ("UniqueSize", "UNIQUE SIZE"),
    ("Containers", "CONTAINERS"),
];
const COLUMNS: [&str; 5] = ["Repository", "Tag", "ID", "CreatedSince", "Size"];
const COLUMNS_WITH_DIGESTS: [&str; 6] = ["Repository", "Tag", "Digest", "ID", "CreatedSince", "Size"];
/// Printed for a missing repository, tag or digest.
const NONE: &str = "<none>";
/// Printed for a value that is computed only where `--format` names it.
const NOT_COMPUTED: &str = "N/A";

/// Lists images.
pub fn run(options: Options, context: &Context) -> Outcome {
    let now = Utc::now();
    let mut filter = Filter::parse(&options.filter, Filter::LIST, now)?;
    if let Some(name) = &options.name {
        filter = filter.with_reference(name)?;
    }
    if options.tree {
        let tree = images_tree::Options {
            all: options.all,
            no_trunc: options.no_trunc,
            headings: !options.noheading,
            format: options.format.as_deref(),
            filter: &filter,
        };
        return images_tree::run(&tree, &context.store()?);
    }
    let asks_for = |field: &str| options.format.as_ref().is_some_and(|format| format.contains(field));
    let selection = ImageSelection {
        all: options.all,
        digests: options.digests || asks_for(".Digest"),
        filter: &filter,
        order: options.sort.into(),
    };
    let store = context.store()?;
    let listed = list::list(&store, &selection)?;
    let id = |listed: &ListedImage| match options.no_trunc {
        true => listed.id.to_string(),
        false => listed.id.short(),
    };
    if options.quiet && matches!(options.format.as_deref(), None | Some("table")) {
        let ids: String = listed.iter().map(|listed| id(listed) + "\n").collect();
        return print::text(&ids).map(|()| DONE);
    }
    let sharing = match asks_for("SharedSize") || asks_for("UniqueSize") || asks_for("Containers") {
        true => Some(list::sharing(&store)?),
        false => None,
    };
    let rows: Vec<ImageRow> = listed
        .iter()
        .map(|listed| ImageRow {
            listed,
            sharing: sharing
                .as_ref()
                .map(|sharing| sharing.get(&listed.id).copied().unwrap_or_default()),
            no_trunc: options.no_trunc,
            now,
        })
        .collect();
    let listing = Listing {
        fields: &FIELDS,
        columns: if options.digests {
            &COLUMNS_WITH_DIGESTS
        } else {
            &COLUMNS
        },
        headings: !options.noheading,
    };
    listing.print(options.format.as_deref(), &rows)?;
    Ok(DONE)
}

/// A row. Its texts are made when they are printed.
pub struct ImageRow<'a> {
    pub listed: &'a ListedImage,
    /// Computed only where they are printed.
    pub sharing: Option<Sharing>,
    pub no_trunc: bool,
    pub now: DateTime<Utc>,
}

impl Fields for ImageRow<'_> {
    fn text(&self, field: &str) -> Cow<'_, str> {
        let listed = self.listed;
        let shared = |value: &dyn Fn(Sharing) -> String| self.sharing.map_or(NOT_COMPUTED.into(), |s| value(s).into());
        match field {
            "Repository" => listed.repository.as_deref().unwrap_or(NONE).into(),
            "Tag" => listed.tag.as_deref().unwrap_or(NONE).into(),
            "Digest" => listed.digest.map_or(NONE.into(), |digest| digest.to_string().into()),
            "ID" if self.no_trunc => listed.id.to_string().into(),
            "ID" => listed.id.short().into(),
            "CreatedSince" => time::ago(listed.created, self.now).into(),
            "CreatedAt" => time::at(listed.created).into(),
            "Size" => size::short(listed.size).into(),
            // The same with more digits, as in `system df`.
            "VirtualSize" => size::human(listed.size).into(),
            "SharedSize" => shared(&|sharing| size::human(sharing.shared)),
            "UniqueSize" => shared(&|sharing| size::human(listed.size.saturating_sub(sharing.shared))),
            "Containers" => shared(&|sharing| sharing.containers.to_string()),
            _ => "".into(),
        }
    }
}
