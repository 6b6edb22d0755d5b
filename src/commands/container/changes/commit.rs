//! `lamel commit`: creates an image from the changes of a container.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome};
use crate::container::Container;
use crate::container::changes::commit;
use crate::container::changes::commit::Commit;
use crate::container::changes::instruction::Instruction;
use crate::container::processes::freeze;
use crate::oci::reference::Reference;
use crate::sys::userns::enter::Mapping;
use crate::ui::print;
use anyhow::{Context as _, ensure};
use chrono::{DateTime, Utc};
use std::path::PathBuf;

/// The options of `commit`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Author of the image
    #[arg(short, long)]
    author: Option<String>,
    /// Commit message, kept in the history of the image
    #[arg(short, long)]
    message: Option<String>,
    /// Apply a Dockerfile instruction to the image: CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, SHELL,
    /// STOPSIGNAL, USER, VOLUME, WORKDIR
    #[arg(short, long, value_name = "INSTRUCTION")]
    change: Vec<String>,
    /// Pause the container during the commit
    #[arg(short, long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pause: bool,
    /// Accepted for compatibility: only the image ID is printed in any case
    #[arg(short, long)]
    quiet: bool,
    /// Creation time of the image in seconds since 1970; newer file times in the new layer are set to it
    #[arg(
        long = "source-date-epoch",
        value_name = "SECONDS",
        env = "SOURCE_DATE_EPOCH",
        hide_env_values = true,
        value_parser = seconds
    )]
    time: Option<DateTime<Utc>>,
    /// Write the image ID to a file
    #[arg(long, value_name = "FILE")]
    iidfile: Option<PathBuf>,
    /// Name or ID of the container
    #[arg(value_name = "CONTAINER")]
    container: String,
    /// Name of the new image
    #[arg(value_name = "REPOSITORY[:TAG]")]
    name: Option<String>,
}

fn seconds(text: &str) -> Result<DateTime<Utc>, String> {
    let time = text
        .parse()
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    time.ok_or_else(|| "expected seconds since 1970".into())
}

/// Creates the image and prints its ID.
pub fn run(options: Options, context: &Context) -> Outcome {
    let name = match &options.name {
        Some(name) => Some(name.parse::<Reference>().context("the image's name")?.or_latest()),
        None => None,
    };
    ensure!(
        name.as_ref().is_none_or(|name| name.digest().is_none()),
        "a new image cannot be named by a digest"
    );
    // Before the container is paused: an instruction that is wrong must not disturb it.
    let changes = options.change.iter().map(|text| text.parse());
    let changes = changes.collect::<anyhow::Result<Vec<Instruction>>>()?;
    let container = Container::find(&context.store()?, &options.container)?;
    // Not inside the user namespace: from there the processes of the container cannot be paused.
    let still = match options.pause {
        true => freeze::hold_still(&container, &mut |warning| print::warning(warning))?,
        false => None,
    };
    let single_id = context.enter_userns_for_ids()? == Mapping::Single;
    let store = context.store()?;
    let commit = Commit {
        author: options.author,
        message: options.message,
        changes,
        name,
        time: options.time,
    };
    let image = commit::commit(&store, &container, &commit, still, single_id)?;
    if let Some(path) = options.iidfile {
        std::fs::write(&path, image.to_string()).with_context(|| format!("--iidfile {}", path.display()))?;
    }
    print::line(image)?;
    Ok(DONE)
}
