//! The commands on images: `lamel image …`, and those that exist without `image` as well.

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::image::archive::{import, load, save};
use crate::commands::image::{diff, exists, files, history, images, rmi, tag, tree};
use crate::commands::prune::image_prune;
use crate::commands::registry::{pull, push};
use crate::commands::system::inspect;
use clap::Subcommand;

/// Commands that exist as `lamel NAME` and as `lamel image NAME`.
#[derive(Debug, Subcommand)]
pub enum TopLevel {
    /// Pull images from a registry
    Pull(pull::Options),
    /// Push an image to a registry
    Push(push::Options),
    /// Show the history of an image
    History(history::Options),
    /// Add a name to an image
    Tag(tag::TagOptions),
    /// Remove names from an image
    Untag(tag::UntagOptions),
    /// Save images to an archive
    Save(save::Options),
    /// Load images from an archive
    Load(load::Options),
    /// Create an image of one layer from a tar archive
    Import(import::Options),
}

/// `lamel image …`.
#[derive(Debug, Subcommand)]
pub enum Image {
    /// List images
    #[command(visible_alias = "list")]
    Ls(images::Options),
    #[command(flatten)]
    TopLevel(TopLevel),
    /// Show details of images
    Inspect(inspect::Options),
    /// Show the layers of an image
    Tree(tree::Options),
    /// Compare two images
    Diff(diff::Options),
    /// List the files of an image or of one of its layers
    Files(files::Options),
    /// Check whether an image exists: exit code 0 or 1
    Exists(exists::Options),
    /// Remove images
    #[command(visible_alias = "remove")]
    Rm(rmi::Options),
    /// Remove unused images
    Prune(image_prune::Options),
}

impl TopLevel {
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            TopLevel::Pull(options) => pull::run(options, context),
            TopLevel::Push(options) => push::run(options, context),
            TopLevel::History(options) => history::run(options, context),
            TopLevel::Tag(options) => tag::tag(options, context),
            TopLevel::Untag(options) => tag::untag(options, context),
            TopLevel::Save(options) => save::run(options, context),
            TopLevel::Load(options) => load::run(options, context),
            TopLevel::Import(options) => import::run(options, context),
        }
    }
}

impl Image {
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Image::TopLevel(command) => command.run(context),
            Image::Ls(options) => images::run(options, context),
            Image::Inspect(options) => inspect::run(options.of_images(), context),
            Image::Tree(options) => tree::run(options, context),
            Image::Diff(options) => diff::run(options, context),
            Image::Files(options) => files::run(options, context),
            Image::Exists(options) => exists::run(options, context),
            Image::Rm(options) => rmi::run(options, context),
            Image::Prune(options) => image_prune::run(options, context),
        }
    }
}
