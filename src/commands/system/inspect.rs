//! `lamel inspect`: prints all that is known of images and containers.

use crate::commands::context::Context;
use crate::commands::options::containers::latest::newest_container;
use crate::commands::{DONE, Outcome, SOME_FAILED, template};
use crate::container::Container;
use crate::container::query::inspect as container_inspect;
use crate::image::inspect;
use crate::image::names::resolve;
use crate::image::names::resolve::ResolveError;
use crate::store::Store;
use crate::store::objects::records::ContainerRecord;
use crate::text::safe;
use crate::ui::print;
use anyhow::{anyhow, bail};
use serde::Serialize;
use serde_json::{Value, json};

/// The options of `inspect`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Use the newest container
    #[arg(short, long, conflicts_with = "names")]
    latest: bool,
    /// Names or IDs of images and containers
    #[arg(required_unless_present = "latest", value_name = "NAME")]
    names: Vec<String>,
    /// Format each object with a Go template instead of JSON
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
    /// Type of object to look for
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<Kind>,
    /// Show the sizes of containers
    #[arg(short, long)]
    size: bool,
}

/// The value of `--type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    Image,
    Container,
}

impl Options {
    /// These options, with only images allowed.
    pub fn of_images(self) -> Options {
        self.with_kind(Kind::Image)
    }

    /// These options, with only containers allowed.
    pub fn of_containers(self) -> Options {
        self.with_kind(Kind::Container)
    }

    fn with_kind(self, kind: Kind) -> Options {
        Options {
            kind: Some(kind),
            ..self
        }
    }
}

/// Prints the objects in the order of the names. Those that exist are printed even if others do not.
pub fn run(options: Options, context: &Context) -> Outcome {
    let template = match options.format.as_deref() {
        None | Some("json") => None,
        Some(format) => Some(template(format)?),
    };
    if options.size {
        // Only root of the user namespace can read every directory of a container.
        context.enter_userns()?;
    }
    let store = context.store()?;
    let mut failures = Vec::new();
    let mut objects = Vec::new();
    let names = match options.latest {
        true => &vec![newest_container(&store)?.record.id],
        false => &options.names,
    };
    for name in names {
        match object(&store, name, &options) {
            Ok(object) => objects.push(object),
            Err(error) => failures.push(error),
        }
    }
    match template {
        Some(template) => {
            for object in &objects {
                print::line(safe::on_terminal(&template.render(object)?))?;
            }
        }
        None if options.format.is_some() => {
            for object in &objects {
                print::line(safe::on_terminal(&object.to_string()))?;
            }
        }
        None => print::line(safe::on_terminal(&pretty(&Value::Array(objects))?))?,
    }
    failures.iter().for_each(print::error);
    Ok(if failures.is_empty() { DONE } else { SOME_FAILED })
}

/// The object of a name: the container, where both a container and an image have it.
fn object(store: &Store, name: &str, options: &Options) -> anyhow::Result<Value> {
    if options.kind != Some(Kind::Image) {
        match store.find_container(name)? {
            Some(record) => return container_object(store, &record, options.size),
            None if options.kind == Some(Kind::Container) => bail!("no such container: {name}"),
            None => {}
        }
    }
    match resolve::resolve(store, name) {
        Ok(image) => inspect::inspect(store, &image),
        Err(error) if options.kind.is_none() && is_missing(&error) => Err(anyhow!("no such object: {name}")),
        Err(error) => Err(error),
    }
}

fn container_object(store: &Store, record: &ContainerRecord, size: bool) -> anyhow::Result<Value> {
    let mut object = container_inspect::inspect(store, record)?;
    if size {
        let size = Container::from_record(store, record.clone())?.size(store)?;
        object["SizeRw"] = json!(size.written);
        object["SizeRootFs"] = json!(size.whole);
    }
    Ok(object)
}

/// Whether the error says that there is no such image. A text that cannot be the name of an image names no object
/// either.
fn is_missing(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(ResolveError::NoSuchImage(_)))
        || error.is::<crate::oci::reference::InvalidReference>()
}

/// JSON indented as in Docker, by four spaces.
fn pretty(value: &Value) -> anyhow::Result<String> {
    let mut out = Vec::new();
    let layout = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut out, layout))?;
    Ok(String::from_utf8(out)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_laid_out_as_docker_does() {
        let text = "[\n    {\n        \"Id\": \"x\",\n        \"RepoTags\": []\n    }\n]";
        assert_eq!(pretty(&json!([{ "Id": "x", "RepoTags": [] }])).unwrap(), text);
        assert_eq!(pretty(&json!([])).unwrap(), "[]");
    }
}
