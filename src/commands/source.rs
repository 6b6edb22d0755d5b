//! The image of a new container: held, or pulled now.

use super::Context;
use crate::image::{self, Image, PullOptions, ResolveError};
use crate::oci::Platform;
use crate::registry::Access;
use crate::store::Store;
use crate::ui;
use anyhow::{Result, bail};

/// When `run` and `create` pull.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Pull {
    Always,
    Missing,
    Never,
}

/// Where the image comes from.
pub(super) struct Source {
    pub(super) name: String,
    pub(super) pull: Pull,
    pub(super) quiet: bool,
    pub(super) platform: Option<Platform>,
    pub(super) access: Access,
}

impl Source {
    /// The image that is held, or that was pulled now.
    pub(super) fn image(&self, context: &Context, store: &Store, single_id: bool) -> Result<Image> {
        if image::parse_name(&self.name).is_ok_and(|name| image::is_hello(&name)) {
            // Made on the spot, and again when this program is another than the one it was made from.
            image::ensure_hello(store, single_id)?;
        }
        if self.pull != Pull::Always {
            match image::resolve(store, &self.name) {
                Ok(image) if self.fits(&image) => return Ok(image),
                Ok(_) if self.pull == Pull::Never => bail!("image {} is for another platform", self.name),
                Ok(_) => {}
                Err(error) => match error.downcast_ref() {
                    Some(ResolveError::NoSuchImage(_)) if self.pull == Pull::Missing => {}
                    _ => return Err(error),
                },
            }
        }
        let names = image::names_to_pull(&self.name)?;
        if !self.quiet {
            ui::print::note(format_args!("Pulling image {}", ui::safe::text(&self.name)));
        }
        let platform = self.platform.clone().unwrap_or_else(Platform::host);
        let options = PullOptions {
            platform: &platform,
            single_id,
            access: &self.access,
        };
        // The container's own output is the result here: what is said of the pull must not get into it.
        let pull = |name: &_| image::pull(store, name, &options, context.progress_aside(self.quiet));
        let name = image::first_of(&names, pull)?;
        image::resolve(store, &name.to_string())
    }

    fn fits(&self, image: &Image) -> bool {
        let config = &image.config;
        let accepts =
            |platform: &Platform| platform.accepts(&config.os, &config.architecture, config.variant.as_deref());
        self.platform.as_ref().is_none_or(accepts)
    }
}
