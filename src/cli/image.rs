//! The commands on images: `lamel image …`, and those of them that are commands of their own.

use crate::commands::{self, Context, Outcome};
use clap::Subcommand;

/// What is said with and without `image` before it.
#[derive(Debug, Subcommand)]
pub(super) enum Short {
    /// Fetch an image from a registry
    Pull(commands::pull::Options),
    /// Send an image to a registry
    Push(commands::push::Options),
    /// Show how an image was made
    History(commands::history::Options),
    /// Give an image one more name
    Tag(commands::tag::Options),
    /// Take names from an image
    Untag(commands::untag::Options),
    /// Write images into an archive
    Save(commands::save::Options),
    /// Read images from an archive
    Load(commands::load::Options),
    /// Make an image of one layer from a tar
    Import(commands::import::Options),
}

/// `lamel image …`.
#[derive(Debug, Subcommand)]
pub(super) enum Image {
    /// List images
    #[command(visible_alias = "list")]
    Ls(commands::images::Options),
    #[command(flatten)]
    Short(Short),
    /// Show all that is known of images
    Inspect(commands::inspect::Options),
    /// Show the layers of an image
    Tree(commands::image_tree::Options),
    /// Show what differs between two images
    Diff(commands::image_diff::Options),
    /// List what is in an image, or in one of its layers
    Files(commands::image_files::Options),
    /// Tell by the exit code whether an image is held: 0, or 1 where it is not
    Exists(commands::exists::Options),
    /// Remove images
    #[command(visible_alias = "remove")]
    Rm(commands::rmi::Options),
    /// Remove images that nothing uses
    Prune(commands::image_prune::Options),
}

impl Short {
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Short::Pull(options) => commands::pull::run(options, context),
            Short::Push(options) => commands::push::run(options, context),
            Short::History(options) => commands::history::run(options, context),
            Short::Tag(options) => commands::tag::run(options, context),
            Short::Untag(options) => commands::untag::run(options, context),
            Short::Save(options) => commands::save::run(options, context),
            Short::Load(options) => commands::load::run(options, context),
            Short::Import(options) => commands::import::run(options, context),
        }
    }
}

impl Image {
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Image::Short(command) => command.run(context),
            Image::Ls(options) => commands::images::run(options, context),
            Image::Inspect(options) => commands::inspect::run(options.of_images(), context),
            Image::Tree(options) => commands::image_tree::run(options, context),
            Image::Diff(options) => commands::image_diff::run(options, context),
            Image::Files(options) => commands::image_files::run(options, context),
            Image::Exists(options) => commands::exists::run(options, context),
            Image::Rm(options) => commands::rmi::run(options, context),
            Image::Prune(options) => commands::image_prune::run(options, context),
        }
    }
}
