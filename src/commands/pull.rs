//! `lamel pull`: fetches an image and gives it its name.

use super::{Context, DONE, Outcome, SOME_FAILED};
use crate::image;
use crate::oci::Platform;
use crate::sys::userns::Mapping;
use crate::ui;

/// The options of `pull`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Print the image's full name alone
    #[arg(short, long)]
    quiet: bool,
    /// Choose the image for this platform
    #[arg(long, value_name = "OS/ARCH[/VARIANT]")]
    platform: Option<Platform>,
    /// The images to fetch
    #[arg(required = true, value_name = "NAME[:TAG|@DIGEST]")]
    names: Vec<String>,
}

/// Pulls images, each by itself: one that fails does not stop the others.
pub fn run(options: Options, context: &Context) -> Outcome {
    let single_id = context.enter_userns_for_ids()? == Mapping::Single;
    let store = context.store()?;
    let platform = options.platform.unwrap_or_else(Platform::host);
    let pull = |name: &str| -> anyhow::Result<()> {
        let pull = |name: &_| image::pull(&store, name, &platform, single_id, context.progress(options.quiet));
        let name = image::first_of(&image::names_to_pull(name)?, pull)?;
        ui::print::line(name)
    };
    if let [name] = &options.names[..] {
        return pull(name).map(|()| DONE);
    }
    let mut code = DONE;
    for name in &options.names {
        if let Err(error) = pull(name) {
            if error.is::<ui::print::Closed>() {
                return Err(error);
            }
            ui::print::error(&error);
            code = SOME_FAILED;
        }
    }
    Ok(code)
}
