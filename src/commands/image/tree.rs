//! `lamel image tree`: prints the layers of an image.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome};
use crate::image::list::tree;
use crate::image::list::tree::Layering;
use crate::image::names::resolve;
use crate::text::{safe, size};
use crate::ui::branches;
use crate::ui::branches::TreeRow;
use crate::ui::{print, template};
use serde_json::{Value, json};

/// The options of `image tree`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Name or ID of the image
    #[arg(value_name = "IMAGE")]
    image: String,
    /// Do not shorten diff_ids
    #[arg(long)]
    no_trunc: bool,
    /// Set the output format: 'json' or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
}

/// Prints the layers, the base first.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let image = resolve::resolve(&store, &options.image)?;
    let layering = tree::layering(&store, &image)?;
    if let Some(format) = &options.format {
        let text = template::render_one(format, &document(&layering))?;
        return print::line(safe::on_terminal(&text)).map(|()| DONE);
    }
    let mut text = format!(
        "Image ID: {}\nTags:     [{}]\nSize:     {}\n",
        layering.id.short(),
        safe::text(&layering.names.join(" ")),
        size::human(layering.size)
    );
    if layering.layers.is_empty() {
        text.push_str("No Image Layers\n");
        return print::text(&text).map(|()| DONE);
    }
    text.push_str("Image Layers\n");
    let layers = layering.layers.iter().map(|layer| {
        let id = match options.no_trunc {
            true => layer.diff_id.to_string(),
            false => layer.diff_id.short(),
        };
        let mut line = format!("ID: {id} Size: {}", size::human(layer.size));
        if layer.images > 1 {
            line.push_str(&format!(" Shared by {} images", layer.images));
        }
        if !layer.top_of.is_empty() {
            line.push_str(&format!(" Top Layer of: [{}]", layer.top_of.join(" ")));
        }
        TreeRow {
            cells: vec![safe::text(&line).into_owned()],
            children: Vec::new(),
        }
    });
    for row in branches::rows_below(layers.collect()) {
        text.push_str(&row.concat());
        text.push('\n');
    }
    print::text(&text)?;
    Ok(DONE)
}

fn document(layering: &Layering) -> Value {
    let layers: Vec<Value> = layering
        .layers
        .iter()
        .map(|layer| {
            json!({
                "DiffID": layer.diff_id,
                "Size": layer.size,
                "Images": layer.images,
                "TopLayerOf": layer.top_of,
            })
        })
        .collect();
    json!({
        "Id": layering.id,
        "Names": layering.names,
        "Size": layering.size,
        "Layers": layers,
    })
}
