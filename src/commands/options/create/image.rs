//! The image of a new container: found in the store, or pulled.

use crate::commands::context::Context;
use crate::image::names::resolve;
use crate::image::names::resolve::{Image, ResolveError};
use crate::image::pull;
use crate::image::pull::PullOptions;
use crate::image::pull::hello;
use crate::oci::platform::Platform;
use crate::registry::http::access::Access;
use crate::store::Store;
use crate::text::safe;
use crate::ui::print;
use anyhow::{Result, bail};

/// When `create` and `run` pull the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PullPolicy {
    Always,
    Missing,
    Never,
}

/// Where the image comes from.
pub struct ImageSource {
    pub name: String,
    pub pull: PullPolicy,
    pub quiet: bool,
    pub platform: Option<Platform>,
    pub access: Access,
}

impl ImageSource {
    /// Finds the image in the store, or pulls it, as the policy says.
    pub fn find_or_pull(&self, context: &Context, store: &Store, single_id: bool) -> Result<Image> {
        if resolve::parse_name(&self.name).is_ok_and(|name| hello::is_hello(&name)) {
            // This image is not pulled but made of the program itself, and made anew after an update of the program.
            hello::ensure_hello(store, single_id)?;
        }
        if self.pull != PullPolicy::Always {
            match resolve::resolve(store, &self.name) {
                Ok(image) if self.fits(&image) => return Ok(image),
                Ok(_) if self.pull == PullPolicy::Never => bail!("image {} is for another platform", self.name),
                Ok(_) => {}
                Err(error) => match error.downcast_ref() {
                    Some(ResolveError::NoSuchImage(_)) if self.pull == PullPolicy::Missing => {}
                    _ => return Err(error),
                },
            }
        }
        let names = resolve::names_to_pull(&self.name)?;
        if !self.quiet {
            print::note(format_args!("Pulling image {}", safe::text(&self.name)));
        }
        let platform = self.platform.clone().unwrap_or_else(Platform::host);
        let options = PullOptions {
            platform: &platform,
            single_id,
            access: &self.access,
        };
        // Stdout is for the output of the container.
        let pull = |name: &_| pull::pull(store, name, &options, context.progress_on_stderr(self.quiet));
        let name = resolve::first_of(&names, pull)?;
        resolve::resolve(store, &name.to_string())
    }

    fn fits(&self, image: &Image) -> bool {
        let platform = self.platform.as_ref();
        platform.is_none_or(|platform| image.config.is_for(platform))
    }
}
