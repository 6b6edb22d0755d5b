//! `lamel create`: creates a container without starting it. Also the options that `create` and `run` share.

use crate::commands::context::Context;
use crate::commands::options::access::AccessOptions;
use crate::commands::options::attach::check_terminal;
use crate::commands::options::create::image::{ImageSource, PullPolicy};
use crate::commands::options::create::limits::LimitOptions;
use crate::commands::options::create::mounts::MountOptions;
use crate::commands::options::create::name_resolution::NameResolutionOptions;
use crate::commands::options::create::namespaces::NamespaceOptions;
use crate::commands::options::create::networks;
use crate::commands::options::create::networks::NetworkOptions;
use crate::commands::options::create::replacement::Replacement;
use crate::commands::options::create::streams::StreamOptions;
use crate::commands::options::create::supervision::SupervisionOptions;
use crate::commands::options::labels;
use crate::commands::output::id_file::IdFile;
use crate::commands::{DONE, Outcome};
use crate::container::Container;
use crate::container::config::ports;
use crate::container::config::process::ulimits;
use crate::container::config::storage::devices;
use crate::container::config::storage::rootfs::RootDirectory;
use crate::container::config::supervision::restart_policy;
use crate::container::create;
use crate::container::processes::shared_namespaces;
use crate::oci::platform::Platform;
use crate::runtime::security::users::KEEP_GROUPS;
use crate::settings::Setting;
use crate::store::Store;
use crate::sys::userns::enter::Mapping;
use crate::ui::print;
use anyhow::{Context as _, Result, bail, ensure};
use std::path::PathBuf;

/// The options of `create`.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub struct Options {
    #[command(flatten)]
    container: ContainerOptions,
}

/// Creates a container and prints its ID.
pub fn run(mut options: Options, context: &Context) -> Outcome {
    let mapping = options.container.enter(context)?;
    let store = context.store()?;
    let container = options
        .container
        .create(context, &store, mapping, StartMode::NotStarted)?;
    print::line(&container.record.id)?;
    Ok(DONE)
}

/// Whether and how the new container is started by the same command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartMode {
    /// `create`
    NotStarted,
    /// `run`
    Attached,
    /// `run -d`
    Detached,
}

/// The options that `run` and `create` share.
#[derive(Debug, clap::Args)]
pub struct ContainerOptions {
    #[command(flatten)]
    pub streams: StreamOptions,
    /// Remove the container when it exits
    #[arg(long = "rm", help_heading = "Container")]
    remove: bool,
    /// Name of the container
    #[arg(long, help_heading = "Container")]
    name: Option<String>,
    /// Stop and remove an existing container of the same name
    #[arg(long, requires = "name", help_heading = "Container")]
    replace: bool,
    #[arg(skip)]
    replacement: Option<Replacement>,
    /// Set an environment variable; NAME alone passes on the value from this environment
    #[arg(short, long, value_name = "NAME[=VALUE]", help_heading = "Process")]
    env: Vec<String>,
    /// Set the environment variables listed in a file
    #[arg(long, value_name = "FILE", help_heading = "Process")]
    env_file: Vec<PathBuf>,
    /// Working directory of the command
    #[arg(short, long, value_name = "DIR", help_heading = "Process")]
    workdir: Option<String>,
    /// User and group of the command, by name or number
    #[arg(short, long, value_name = "USER[:GROUP]", help_heading = "Process")]
    user: Option<String>,
    /// Add a supplementary group; keep-groups keeps the groups of the calling user instead
    #[arg(long, value_name = "GROUP", help_heading = "Process")]
    group_add: Vec<String>,
    #[command(flatten, next_help_heading = "Storage")]
    mounts: MountOptions,
    /// Replace the image's entrypoint
    #[arg(long, value_name = "COMMAND", help_heading = "Process")]
    entrypoint: Option<String>,
    /// Hostname of the container
    #[arg(short = 'h', long, value_name = "NAME", help_heading = "Network")]
    hostname: Option<String>,
    #[command(flatten, next_help_heading = "Network")]
    network: NetworkOptions,
    /// Publish a port of the container on the host
    #[arg(
        short,
        long,
        value_name = "[[ADDRESS:]HOST:]PORT[/PROTOCOL]",
        help_heading = "Network"
    )]
    publish: Vec<String>,
    /// Publish all exposed ports on free ports of the host
    #[arg(short = 'P', long, help_heading = "Network")]
    publish_all: bool,
    /// Expose a port without publishing it
    #[arg(long, value_name = "PORT[/PROTOCOL]", help_heading = "Network")]
    expose: Vec<String>,
    #[command(flatten, next_help_heading = "Namespaces")]
    namespaces: NamespaceOptions,
    /// Mount the root filesystem read-only
    #[arg(long, help_heading = "Storage")]
    read_only: bool,
    /// Add a Linux capability, or ALL
    #[arg(long, value_name = "CAPABILITY", help_heading = "Security")]
    cap_add: Vec<String>,
    /// Drop a Linux capability, or ALL
    #[arg(long, value_name = "CAPABILITY", help_heading = "Security")]
    cap_drop: Vec<String>,
    /// Run without seccomp filter and masked paths, with all capabilities and devices
    #[arg(long, help_heading = "Security")]
    privileged: bool,
    /// Set a security option: seccomp=unconfined|FILE, no-new-privileges, mask=PATH:…, unmask=ALL|PATH:…,
    /// systempaths=unconfined, label=…, apparmor=unconfined
    #[arg(long, value_name = "OPTION", help_heading = "Security")]
    security_opt: Vec<String>,
    /// Set a resource limit of the process (getrlimit(2)), such as nofile=1024:2048
    #[arg(long, value_name = "NAME=SOFT[:HARD]", help_heading = "Resources")]
    ulimit: Vec<String>,
    #[command(flatten, next_help_heading = "Resources")]
    limits: LimitOptions,
    #[command(flatten)]
    supervision: SupervisionOptions,
    /// Give the container access to a device of the host
    #[arg(long, value_name = "HOST[:CONTAINER[:rwm]]", help_heading = "Security")]
    device: Vec<String>,
    /// Set a kernel parameter in the container's namespaces
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Namespaces")]
    sysctl: Vec<String>,
    /// Set an annotation
    #[arg(long, value_name = "KEY=VALUE", help_heading = "Container")]
    annotation: Vec<String>,
    /// Size of /dev/shm, such as 64m
    #[arg(long, value_name = "SIZE", help_heading = "Storage")]
    shm_size: Option<String>,
    /// Use the directory IMAGE as the root filesystem; with :O appended, changes go to an overlay and the directory
    /// stays as it is
    #[arg(long, help_heading = "Image")]
    rootfs: bool,
    /// Umask of the command, in octal (default 0022)
    #[arg(long, value_name = "MASK", value_parser = umask, help_heading = "Process")]
    umask: Option<u32>,
    /// Adjust the kernel's choice of which process to kill when memory runs out: -1000 (never) to 1000 (first)
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true, value_parser = clap::value_parser!(i32).range(-1000..=1000), help_heading = "Resources")]
    oom_score_adj: Option<i32>,
    /// Time zone, such as Europe/Berlin; local is that of the host
    #[arg(long = "tz", value_name = "ZONE", help_heading = "Process")]
    time_zone: Option<String>,
    /// Run an init process that forwards signals and reaps zombies
    #[arg(long, help_heading = "Process")]
    init: bool,
    /// When to pull the image
    #[arg(long, value_enum, default_value = "missing", help_heading = "Image")]
    pull: PullPolicy,
    /// Suppress the pull progress
    #[arg(short, long, help_heading = "Image")]
    quiet: bool,
    /// Platform of the image
    #[arg(long, value_name = "OS/ARCH[/VARIANT]", help_heading = "Image")]
    platform: Option<Platform>,
    #[command(flatten, next_help_heading = "Image")]
    access: AccessOptions,
    /// Write the container ID to a new file
    #[arg(long, value_name = "FILE", help_heading = "Container")]
    cidfile: Option<PathBuf>,
    /// Set a label
    #[arg(short, long, value_name = "KEY[=VALUE]", help_heading = "Container")]
    label: Vec<String>,
    /// Set the labels listed in a file
    #[arg(long, value_name = "FILE", help_heading = "Container")]
    label_file: Vec<PathBuf>,
    #[command(flatten, next_help_heading = "Network")]
    name_resolution: NameResolutionOptions,
    /// Signal that stops the container
    #[arg(long, value_name = "SIGNAL", help_heading = "Container")]
    stop_signal: Option<String>,
    /// Seconds between the stop signal and SIGKILL
    #[arg(long, value_name = "SECONDS", help_heading = "Container")]
    stop_timeout: Option<u64>,
    /// Print help
    // The heading of a flattened group counts for all that comes after it.
    #[arg(long, action = clap::ArgAction::Help, help_heading = None::<&str>)]
    help: Option<bool>,
    /// Image to run, and the command with its arguments in place of the default one
    // A single list, since everything after the image belongs to the command, options too.
    #[arg(required = true, trailing_var_arg = true, value_names = ["IMAGE", "COMMAND"], help_heading = None::<&str>)]
    words: Vec<String>,
}

impl ContainerOptions {
    /// Enters the user namespace in which the container is created: a new one, or that of the container whose
    /// namespaces it shares. Before that, `--replace` starts the process that can stop the container of the same name.
    pub fn enter(&mut self, context: &Context) -> Result<Mapping> {
        if let Some(name) = self.name.as_ref().filter(|_| self.replace) {
            self.replacement = Replacement::prepare(context, name)?;
        }
        let modes = self.namespaces.modes().chain(self.network.modes());
        let names = modes.filter_map(|mode| mode.strip_prefix("container:"));
        let names: Vec<String> = names.map(str::to_owned).collect();
        match names.is_empty() {
            true => context.enter_userns_for_ids(),
            false => match shared_namespaces::first_peer(&context.store()?, &names)? {
                Some(peer) => context.join_userns(&peer),
                None => context.enter_userns_for_ids(),
            },
        }
    }

    /// Finds or pulls the image, and creates the container. Called inside the user namespace.
    pub fn create(mut self, context: &Context, store: &Store, mapping: Mapping, start: StartMode) -> Result<Container> {
        if self.remove && self.supervision.restart() != restart_policy::RestartPolicy::No {
            bail!("conflicting options: cannot specify both --restart and --rm");
        }
        if start == StartMode::Attached {
            check_terminal(self.streams.attached().stdin, self.streams.tty)?;
        }
        let replacement = self.replacement.take();
        let id_file = self.cidfile.as_deref().map(IdFile::reserve).transpose()?;
        let access = self.access.access()?;
        let source = ImageSource {
            name: self.words[0].clone(),
            pull: self.pull,
            quiet: self.quiet,
            platform: context.platform(self.platform.clone())?,
            access,
        };
        let root = self.rootfs.then(|| RootDirectory::find(&self.words[0])).transpose()?;
        let options = self.options(
            context,
            start == StartMode::Detached,
            mapping == Mapping::Host,
            root.clone(),
        )?;
        let image = match root {
            Some(root) => root.image(),
            None => source.find_or_pull(context, store, mapping == Mapping::Single)?,
        };
        if let Some(replacement) = replacement {
            replacement.replace(store)?;
        }
        let container = create::create(store, &image, options, start != StartMode::NotStarted, &mut |warning| {
            print::warning(warning);
        })?;
        if let Some(file) = id_file {
            file.write(&container.record.id)?;
        }
        Ok(container)
    }

    fn options(
        self,
        context: &Context,
        detach: bool,
        is_root: bool,
        rootfs: Option<RootDirectory>,
    ) -> Result<create::Options> {
        self.name_resolution.check()?;
        let userns = self.namespaces.userns(is_root)?;
        ensure!(
            self.group_add.len() < 2 || !self.group_add.iter().any(|group| group == KEEP_GROUPS),
            "--group-add {KEEP_GROUPS} is not allowed with any other --group-add"
        );
        let network = self.network.network()?;
        let default_network = match &context.settings()?.network {
            Some(Setting { value, origin }) => {
                networks::parse(std::slice::from_ref(value)).with_context(|| format!("network by {origin}"))?
            }
            None => None,
        };
        let namespaces = self.namespaces.namespaces()?;
        Ok(create::Options {
            rootfs,
            name: self.name,
            args: self.words[1..].to_vec(),
            entrypoint: self.entrypoint,
            env: self.env,
            env_files: self.env_file,
            working_dir: self.workdir,
            user: self.user,
            groups: self.group_add,
            hostname: self.hostname,
            labels: labels::parse(&self.label_file, &self.label)?,
            stop_signal: self.stop_signal,
            stop_timeout: self.stop_timeout,
            interactive: self.streams.interactive,
            tty: self.streams.tty,
            detach,
            auto_remove: self.remove,
            limits: self.limits.limits()?,
            devices: self
                .device
                .iter()
                .map(|text| devices::device(text))
                .collect::<Result<_>>()?,
            sysctls: self
                .sysctl
                .iter()
                .map(|text| devices::sysctl(text, &namespaces, network.as_ref().or(default_network.as_ref())))
                .collect::<Result<_>>()?,
            annotations: self.annotation.iter().map(|text| labels::pair(text)).collect(),
            mounts: self.mounts.mounts()?,
            volumes_from: self.mounts.volumes_from,
            network,
            default_network,
            ports: flatten(&self.publish, ports::publish)?,
            publish_all: self.publish_all,
            expose: flatten(&self.expose, ports::expose)?,
            namespaces,
            userns,
            read_only: self.read_only,
            cap_add: self.cap_add,
            cap_drop: self.cap_drop,
            privileged: self.privileged,
            security: self.security_opt,
            ulimits: self.ulimit.iter().map(|text| text.parse()).collect::<Result<_>>()?,
            umask: self.umask,
            oom_score_adj: self.oom_score_adj,
            time_zone: self.time_zone,
            init: self.init,
            shm_size: self.shm_size.as_deref().map(ulimits::bytes).transpose()?,
            dns: self.name_resolution.dns,
            dns_search: self.name_resolution.dns_search,
            dns_options: self.name_resolution.dns_option,
            no_hosts: self.name_resolution.no_hosts,
            extra_hosts: self.name_resolution.add_host,
            id_file: self.cidfile,
            restart: self.supervision.restart(),
            supervision: self.supervision.supervision(context, detach || self.streams.tty)?,
            create_command: std::env::args_os()
                .map(|word| word.to_string_lossy().into_owned())
                .collect(),
        })
    }
}

fn umask(text: &str) -> Result<u32, String> {
    let mask = u32::from_str_radix(text, 8).ok().filter(|mask| *mask <= 0o7777);
    mask.ok_or_else(|| "expected an octal number such as 0027".into())
}

/// Parses texts each of which gives several values.
fn flatten<T>(texts: &[String], read: fn(&str) -> Result<Vec<T>>) -> Result<Vec<T>> {
    let lists = texts.iter().map(|text| read(text)).collect::<Result<Vec<_>>>()?;
    Ok(lists.into_iter().flatten().collect())
}
