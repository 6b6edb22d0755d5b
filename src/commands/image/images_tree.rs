//! `lamel images --tree`: prints images as a tree of the layers that they share.

use crate::commands::{DONE, Outcome};
use crate::image::list::filter::Filter;
use crate::image::list::tree;
use crate::image::list::tree::Leaf;
use crate::store::Store;
use crate::text::{safe, size};
use crate::ui::branches;
use crate::ui::branches::TreeRow;
use crate::ui::{print, table, template};
use serde_json::{Value, json};

/// The options of `images` that apply to the tree.
pub struct Options<'a> {
    pub all: bool,
    pub no_trunc: bool,
    pub headings: bool,
    pub format: Option<&'a str>,
    pub filter: &'a Filter,
}

/// Prints the tree.
pub fn run(options: &Options<'_>, store: &Store) -> Outcome {
    let tree = tree::tree(store, options.all, options.filter)?;
    if let Some(format) = options.format.filter(|format| *format != "table") {
        let text = template::render_one(format, &document(&tree))?;
        return print::line(safe::on_terminal(&text)).map(|()| DONE);
    }
    let mut rows = Vec::new();
    if options.headings {
        rows.push(
            ["LAYERS AND IMAGES", "ID", "SIZE", "SHARED", "UNIQUE"]
                .map(str::to_owned)
                .to_vec(),
        );
    }
    rows.extend(branches::rows(children(&tree, options)));
    print::text(&table::render_to_fit(&rows, 0))?;
    Ok(DONE)
}

fn children(branch: &tree::LayerBranch, options: &Options<'_>) -> Vec<TreeRow> {
    let images = branch.images.iter().map(|leaf| TreeRow {
        cells: cells(leaf, options),
        children: Vec::new(),
    });
    let branches = branch.branches.iter().map(|branch| {
        let bytes = branch.layers.iter().map(|(_, size)| size).sum();
        let top = branch.layers.last();
        TreeRow {
            cells: vec![
                counted(branch.layers.len(), "layer"),
                top.map_or(String::new(), |(id, _)| match options.no_trunc {
                    true => id.to_string(),
                    false => id.short(),
                }),
                size::short(bytes),
                String::new(),
                String::new(),
            ],
            children: children(branch, options),
        }
    });
    images.chain(branches).collect()
}

fn cells(leaf: &Leaf, options: &Options<'_>) -> Vec<String> {
    let name = match leaf.names.is_empty() {
        true => "<none>".to_owned(),
        false => safe::text(&leaf.names.join(", ")).into_owned(),
    };
    let own = match leaf.own_layers {
        0 => String::new(),
        count => format!(" (+ {})", counted(count, "layer")),
    };
    vec![
        name + &own,
        match options.no_trunc {
            true => leaf.id.to_string(),
            false => leaf.id.short(),
        },
        size::short(leaf.size),
        size::short(leaf.shared),
        size::short(leaf.unique()),
    ]
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn document(branch: &tree::LayerBranch) -> Value {
    let layers: Vec<Value> = branch
        .layers
        .iter()
        .map(|(id, size)| json!({ "DiffID": id, "Size": size }))
        .collect();
    let images: Vec<Value> = branch
        .images
        .iter()
        .map(|leaf| {
            json!({
                "Id": leaf.id,
                "Names": leaf.names,
                "OwnLayers": leaf.own_layers,
                "Size": leaf.size,
                "SharedSize": leaf.shared,
                "UniqueSize": leaf.unique(),
            })
        })
        .collect();
    let branches: Vec<Value> = branch.branches.iter().map(document).collect();
    json!({ "Layers": layers, "Images": images, "Branches": branches })
}
