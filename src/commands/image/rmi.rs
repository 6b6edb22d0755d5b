//! `lamel rmi`: removes images.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome, SOME_FAILED};
use crate::container;
use crate::image::names::resolve::ResolveError;
use crate::image::remove;
use crate::image::remove::Removed;
use crate::store::objects::records::ContainerRecord;
use crate::ui::print;

/// The options of `rmi`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Remove an image with several names by its ID, untag an image that a container uses, and ignore missing images
    #[arg(short, long)]
    force: bool,
    /// Keep unnamed parent images
    #[arg(long)]
    no_prune: bool,
    /// Ignore images that do not exist
    #[arg(short, long)]
    ignore: bool,
    /// Remove all images
    #[arg(short, long, conflicts_with = "images")]
    all: bool,
    /// Names or IDs of the images
    #[arg(required_unless_present = "all", value_name = "IMAGE")]
    images: Vec<String>,
}

/// Removes images. One that cannot be removed does not stop the others.
pub fn run(options: Options, context: &Context) -> Outcome {
    context.enter_userns()?;
    let store = context.store()?;
    let is_running = |record: &ContainerRecord| container::is_running(&store, &record.id);
    let outcomes = match options.all {
        true => remove::remove_all(&store, options.force, &is_running)?,
        false => remove::remove(&store, &options.images, options.force, !options.no_prune, &is_running)?,
    };
    let mut code = DONE;
    let mut lines = String::new();
    let mut errors = Vec::new();
    for outcome in outcomes {
        for removed in outcome.removed {
            lines += &match removed {
                Removed::Untagged(name) => format!("Untagged: {}\n", name.familiar()),
                Removed::Deleted(digest) => format!("Deleted: {digest}\n"),
            };
        }
        errors.extend(outcome.result.err());
    }
    // A closed stdout must not keep the trash from being emptied, so the error is returned after that.
    let printed = print::text(&lines);
    for error in errors {
        let missing = matches!(error.downcast_ref(), Some(ResolveError::NoSuchImage(_)));
        if missing && options.ignore {
            continue;
        }
        print::error(&error);
        // As in Docker, a missing image is no failure with --force.
        if !(missing && options.force) {
            code = SOME_FAILED;
        }
    }
    store.empty_trash()?;
    printed.map(|()| code)
}
