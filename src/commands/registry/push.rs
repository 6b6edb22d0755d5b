//! `lamel push`: pushes an image to a registry.

use crate::commands::context::Context;
use crate::commands::options::access::AccessOptions;
use crate::commands::{DONE, Outcome};
use crate::image::names::resolve;
use crate::image::push;
use crate::image::push::pushed_blobs::LayerForm;
use crate::layer::compression::compress::Compression;
use crate::oci::reference::Reference;
use crate::progress::Progress;
use crate::settings::{CompressionFormat, Settings};
use crate::store::Store;
use crate::ui::print;
use anyhow::{Context as _, Result, bail, ensure};

/// The options of `push`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Of a multi-platform image, only the platform that was pulled is pushed, not the index.")]
pub struct Options {
    /// Push all tags of the repository
    #[arg(short, long)]
    all_tags: bool,
    /// Print only the full name of the image
    #[arg(short, long)]
    quiet: bool,
    /// Compress every layer in this format (default: the setting, or whatever the registry already has)
    #[arg(long, visible_alias = "compression", value_enum, value_name = "FORMAT")]
    compression_format: Option<CompressionFormat>,
    /// Compression level: 0 to 9 for gzip (default 6), 1 to 22 for zstd (default 3)
    #[arg(long, value_name = "LEVEL", allow_negative_numbers = true)]
    compression_level: Option<i32>,
    #[command(flatten)]
    access: AccessOptions,
    /// Name or ID of the image
    #[arg(value_name = "NAME[:TAG]")]
    image: String,
    /// Name to push to (default: the image's own)
    #[arg(value_name = "DESTINATION", conflicts_with = "all_tags")]
    destination: Option<String>,
}

/// Pushes an image, or all tags of a repository.
pub fn run(options: Options, context: &Context) -> Outcome {
    let wanted = wanted(
        options.compression_format,
        options.compression_level,
        context.settings()?,
    )?;
    let destination = options.destination.as_deref().unwrap_or(&options.image);
    let name = resolve::parse_name(destination.strip_prefix("docker://").unwrap_or(destination))?;
    ensure!(name.digest().is_none(), "cannot push a digest reference");
    ensure!(
        !options.all_tags || name.tag().is_none(),
        "tag can't be used with --all-tags/-a"
    );
    let access = options.access.access()?;
    context.enter_userns()?;
    let store = context.store()?;
    let progress = context.progress(options.quiet);
    let names = match options.all_tags {
        true => tags(&store, &name)?,
        false => vec![default_tag(name, &*progress)],
    };
    let repository = &names[0];
    let repository = format!("{}/{}", repository.registry(), repository.repository());
    progress.line(&format!("The push refers to repository [{repository}]"));
    for name in &names {
        let source = match &options.destination {
            Some(_) => options.image.clone(),
            None => name.to_string(),
        };
        push::push(&store, &source, name, wanted, &access, progress.clone()).map_err(|error| {
            match error.downcast_ref::<resolve::ResolveError>() {
                // Docker's words.
                Some(_) if options.destination.is_none() => {
                    anyhow::anyhow!("an image does not exist locally with the tag: {}", name.familiar())
                }
                _ => error,
            }
        })?;
    }
    drop(progress);
    if options.quiet {
        let printed = if options.all_tags {
            repository
        } else {
            names[0].to_string()
        };
        print::line(printed)?;
    }
    Ok(DONE)
}

fn default_tag(name: Reference, progress: &dyn Progress) -> Reference {
    if name.tag().is_none() {
        progress.line("Using default tag: latest");
    }
    name.or_latest()
}

/// All names in the store with this repository.
fn tags(store: &Store, repository: &Reference) -> Result<Vec<Reference>> {
    let mut tags: Vec<Reference> = store.tags()?.into_iter().map(|tag| tag.reference).collect();
    tags.retain(|tag| {
        tag.tag().is_some() && (tag.registry(), tag.repository()) == (repository.registry(), repository.repository())
    });
    tags.sort();
    if tags.is_empty() {
        bail!(
            "an image does not exist locally with the tag: {}",
            repository.familiar_repository()
        );
    }
    Ok(tags)
}

/// The compression of the options, or else of the settings. The level of the settings applies only to their format.
fn wanted(form: Option<CompressionFormat>, level: Option<i32>, settings: &Settings) -> Result<LayerForm> {
    let set = settings.compression_level.as_ref();
    let set = set.filter(|_| form.is_none_or(|form| form == settings.compression_format.value));
    let format = form.unwrap_or(settings.compression_format.value);
    let (range, usual) = format.levels();
    let chosen = level.or(set.map(|set| set.value)).unwrap_or(usual);
    let by = match set.filter(|_| level.is_none()) {
        Some(set) => format!(" (by {})", set.origin),
        None => String::new(),
    };
    ensure!(
        range.contains(&chosen),
        "compression level {chosen}{by} is not from {} to {}",
        range.start(),
        range.end()
    );
    Ok(LayerForm {
        compression: match format {
            CompressionFormat::Zstd => Compression::Zstd(chosen),
            CompressionFormat::Gzip => Compression::Gzip(u32::try_from(chosen).context("compression level")?),
        },
        format_required: form.is_some() || level.is_some(),
        level_required: level.is_some(),
    })
}
