//! `lamel prune` and `lamel system prune`: remove unused containers, images and volumes.

use crate::commands::context::Context;
use crate::commands::prune::report;
use crate::commands::prune::report::PruneReport;
use crate::commands::{DONE, Outcome};
use crate::container::volume;
use crate::image::list::filter::Filter;
use crate::image::remove::prune;
use crate::store::objects::volumes::VolumeRecord;
use crate::ui::{confirm, print};
use anyhow::ensure;
use chrono::Utc;

/// The options of `prune`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Remove all images that no container uses, not only those without a name
    #[arg(short, long)]
    all: bool,
    /// Do not ask for confirmation
    #[arg(short, long)]
    force: bool,
    /// Print what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
    /// Remove only images and containers that match: until=TIME, label=KEY[=VALUE], label!=KEY[=VALUE]
    #[arg(long, value_name = "KEY=VALUE")]
    filter: Vec<String>,
    /// Remove anonymous volumes that no container uses as well
    #[arg(long)]
    volumes: bool,
}

/// Removes stopped containers, then images that no remaining container uses, then leftovers of interrupted work.
pub fn run(options: Options, context: &Context) -> Outcome {
    let filter = Filter::parse(&options.filter, Filter::PRUNE, Utc::now())?;
    ensure!(
        !options.volumes || !options.filter.iter().any(|filter| filter.starts_with("until=")),
        "volumes have no age: --volumes and --filter until do not go together"
    );
    if !options.force && !options.dry_run && !confirm::confirm(&warning(&options))? {
        return Ok(DONE);
    }
    context.enter_userns()?;
    let store = context.store()?;
    let (containers, code) = report::prune_containers(&store, &filter, options.dry_run)?;
    let warn = &mut print::warn_skipped();
    let mut report = PruneReport::new(options.dry_run);
    report.containers(&containers);
    let mut freed = containers.iter().map(|(_, bytes)| bytes).sum::<u64>();
    if options.volumes {
        let wanted = |volume: &VolumeRecord| volume.anonymous && filter.wants_labels(&volume.labels);
        let (gone, bytes) = match options.dry_run {
            true => {
                let without: Vec<String> = containers.iter().map(|(record, _)| record.id.clone()).collect();
                volume::prune_dry_run(&store, &wanted, &without, warn)?
            }
            false => volume::prune(&store, &wanted, warn)?,
        };
        report.volumes(&gone);
        freed += bytes;
    }
    let removal = match options.dry_run {
        true => store.begin_dry_run(containers.iter().map(|(record, _)| record.id.clone()).collect())?,
        false => store.begin_removal()?,
    };
    report.images(&prune::prune(&store, &removal, options.all, &filter, warn)?);
    report.leftovers(&store.sweep(&removal)?);
    report.print(freed + store.finish_removal(removal)?)?;
    Ok(code)
}

fn warning(options: &Options) -> String {
    let images = report::which_images(options.all);
    let volumes = match options.volumes {
        true => "  - all anonymous volumes not used by at least one container\n",
        false => "",
    };
    let mut text = format!(
        "This will remove:\n  - all stopped containers\n{volumes}  - {images}\n  - what interrupted work left behind\n"
    );
    if !options.filter.is_empty() {
        text += "\n  Items to be pruned will be filtered with:\n";
        let filters = options.filter.iter().map(|filter| format!("  - {filter}\n"));
        text.extend(filters);
    }
    text
}
