//! `lamel pull`: pulls images.

use crate::commands::context::Context;
use crate::commands::options::access::AccessOptions;
use crate::commands::output::each::report;
use crate::commands::{DONE, Outcome, SOME_FAILED};
use crate::image::names::resolve;
use crate::image::pull;
use crate::image::pull::PullOptions;
use crate::oci::platform::Platform;
use crate::oci::reference::Reference;
use crate::progress::Progress;
use crate::registry::http::access::Access;
use crate::store::Store;
use crate::sys::userns::enter::Mapping;
use crate::ui::print;
use crate::ui::progress::lines::Lines;
use crate::ui::progress::{Style, json, styled};
use anyhow::{Result, bail};
use std::sync::Arc;

/// The options of `pull`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Pull all tagged images of the repository
    #[arg(short, long)]
    all_tags: bool,
    /// Print only the full name of the image
    #[arg(short, long)]
    quiet: bool,
    /// Set the style of the progress display
    #[arg(long, value_enum, value_name = "STYLE", default_value_t, hide_default_value = true)]
    progress: Style,
    /// Platform of the image
    #[arg(long, value_name = "OS/ARCH[/VARIANT]")]
    platform: Option<Platform>,
    #[command(flatten)]
    access: AccessOptions,
    /// Names of the images
    #[arg(required = true, value_name = "NAME[:TAG|@DIGEST]")]
    names: Vec<String>,
}

/// Pulls images. One that fails does not stop the others.
pub fn run(options: Options, context: &Context) -> Outcome {
    let style = if options.quiet { Style::None } else { options.progress };
    let single_id = context.enter_userns_for_ids()? == Mapping::Single;
    let mut puller = Puller {
        store: context.store()?,
        platform: context.platform(options.platform)?.unwrap_or_else(Platform::host),
        single_id,
        access: options.access.access()?,
        style,
        failed: false,
    };
    for name in &options.names {
        let pulled = match options.all_tags {
            true => puller.all_tags(name),
            false => puller.one(name),
        };
        if let Err(error) = pulled {
            if style == Style::Json {
                json::failed(&error);
            }
            if options.names.len() == 1 {
                return Err(error);
            }
            puller.failed |= report(error)?;
        }
    }
    Ok(if puller.failed { SOME_FAILED } else { DONE })
}

/// What all pulls of a command share.
struct Puller {
    store: Store,
    platform: Platform,
    single_id: bool,
    access: Access,
    style: Style,
    failed: bool,
}

impl Puller {
    fn progress(&self) -> Arc<dyn Progress> {
        styled(self.style, Lines::Result)
    }

    fn options(&self) -> PullOptions<'_> {
        PullOptions {
            platform: &self.platform,
            single_id: self.single_id,
            access: &self.access,
        }
    }

    fn one(&self, name: &str) -> Result<()> {
        let pull = |name: &_| pull::pull(&self.store, name, &self.options(), self.progress());
        let name = resolve::first_of(&resolve::names_to_pull(name)?, pull)?;
        self.print(&name, &[&name])
    }

    fn all_tags(&mut self, name: &str) -> Result<()> {
        let names = resolve::names_to_pull(name)?;
        if names.iter().any(|name| name.tag().is_some() || name.digest().is_some()) {
            bail!("{name} names one image already, and --all-tags wants all of a repository");
        }
        let mut some_failed = false;
        let mut failed = |error| {
            if self.style == Style::Json {
                json::failed(&error);
            }
            some_failed |= report(error)?;
            Ok(())
        };
        let (name, pulled) = resolve::first_of(&names, |name| {
            let pulled = pull::pull_all_tags(&self.store, name, &self.options(), self.progress(), &mut failed)?;
            Ok((name.clone(), pulled))
        })?;
        self.failed |= some_failed;
        match pulled.is_empty() {
            true => Ok(()),
            false => self.print(&name, &pulled.iter().collect::<Vec<_>>()),
        }
    }

    /// Prints the result: the name that was asked for, or as JSON every image.
    fn print(&self, name: &Reference, images: &[&Reference]) -> Result<()> {
        if self.style != Style::Json {
            return print::line(name);
        }
        for name in images {
            let image = resolve::resolve(&self.store, &name.to_string())?;
            json::pulled(&name.to_string(), &image.record.id.to_string());
        }
        Ok(())
    }
}
