//! `lamel create`: makes a container without starting it.

use crate::commands::container::control::attach::check_terminal;
use crate::commands::context::Context;
use crate::commands::options::access::AccessOptions;
use crate::commands::options::image::{Pull, Source};
use crate::commands::options::labels;
use crate::commands::options::limits::LimitOptions;
use crate::commands::options::mounts::MountOptions;
use crate::commands::options::names::NameOptions;
use crate::commands::options::namespaces::NamespaceOptions;
use crate::commands::options::networks;
use crate::commands::options::networks::NetworkOptions;
use crate::commands::options::replacement::Replacement;
use crate::commands::options::supervision::SupervisionOptions;
use crate::commands::output::id_file::IdFile;
use crate::commands::{DONE, Outcome};
use crate::container::Container;
use crate::container::config::rootfs::RootDirectory;
use crate::container::config::{devices, ports, restart_policy, ulimits};
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

/// Makes a container and prints its ID.
pub fn run(mut options: Options, context: &Context) -> Outcome {
    let mapping = options.container.enter(context)?;
    let store = context.store()?;
    let container = options.container.create(context, &store, mapping, Aim::Keep)?;
    print::line(&container.record.id)?;
    Ok(DONE)
}

/// What a container is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// `create`
    Keep,
    /// `run`
    RunAttached,
    /// `run -d`
    RunDetached,
}

/// A standard stream, as `--attach` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Standard {
    Stdin,
    Stdout,
    Stderr,
}

/// Which of the command's streams are ours.
#[derive(Debug, Clone, Copy)]
pub struct Streams {
    /// Whether they were named.
    pub is_chosen: bool,
    pub stdin: bool,
    pub stdout: bool,
    pub stderr: bool,
}

/// The options that `run` and `create` share.
#[derive(Debug, clap::Args)]
pub struct ContainerOptions {
    /// Keep the command's input open
    #[arg(short, long)]
    interactive: bool,
    /// Give the command a terminal
    #[arg(short, long)]
    tty: bool,
    /// Attach to this stream alone; may be repeated
    #[arg(short, long, value_name = "STREAM", value_enum, ignore_case = true)]
    attach: Vec<Standard>,
    /// Remove the container when its command ends
    #[arg(long = "rm")]
    remove: bool,
    /// Name the container
    #[arg(long)]
    name: Option<String>,
    /// Stop and remove the container that has this name
    #[arg(long, requires = "name")]
    replace: bool,
    #[arg(skip)]
    replacement: Option<Replacement>,
    /// Set a variable; NAME alone takes the value it has here
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    env: Vec<String>,
    /// Set the variables that a file lists
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,
    /// Run in this directory
    #[arg(short, long, value_name = "DIR")]
    workdir: Option<String>,
    /// Run as this user
    #[arg(short, long, value_name = "USER[:GROUP]")]
    user: Option<String>,
    /// Run with this group as well; keep-groups: with those of whoever starts it, instead of any
    #[arg(long, value_name = "GROUP")]
    group_add: Vec<String>,
    #[command(flatten)]
    mounts: MountOptions,
    /// Run this in place of the image's entrypoint
    #[arg(long, value_name = "COMMAND")]
    entrypoint: Option<String>,
    /// Name the container's host
    #[arg(short = 'h', long, value_name = "NAME")]
    hostname: Option<String>,
    #[command(flatten)]
    network: NetworkOptions,
    /// Make a port reachable through the host
    #[arg(short, long, value_name = "[[ADDRESS:]HOST:]PORT[/PROTOCOL]")]
    publish: Vec<String>,
    /// Make all exposed ports reachable through free ports of the host
    #[arg(short = 'P', long)]
    publish_all: bool,
    /// Say that the container listens on a port
    #[arg(long, value_name = "PORT[/PROTOCOL]")]
    expose: Vec<String>,
    #[command(flatten)]
    namespaces: NamespaceOptions,
    /// Make the root read-only
    #[arg(long)]
    read_only: bool,
    /// Add a capability
    #[arg(long, value_name = "CAPABILITY")]
    cap_add: Vec<String>,
    /// Take a capability away
    #[arg(long, value_name = "CAPABILITY")]
    cap_drop: Vec<String>,
    /// Confine the command by nothing but its namespaces
    #[arg(long)]
    privileged: bool,
    /// seccomp=unconfined|FILE, no-new-privileges, mask=PATH:…, unmask=ALL|PATH:…, systempaths=unconfined, label=…, apparmor=unconfined
    #[arg(long, value_name = "OPTION")]
    security_opt: Vec<String>,
    /// Limit a resource
    #[arg(long, value_name = "NAME=SOFT[:HARD]")]
    ulimit: Vec<String>,
    #[command(flatten)]
    limits: LimitOptions,
    #[command(flatten)]
    supervision: SupervisionOptions,
    /// Give the container a device of the host's
    #[arg(long, value_name = "HOST[:CONTAINER[:rwm]]")]
    device: Vec<String>,
    /// Set a kernel parameter of the container's own namespaces
    #[arg(long, value_name = "NAME=VALUE")]
    sysctl: Vec<String>,
    /// Annotate the container
    #[arg(long, value_name = "KEY=VALUE")]
    annotation: Vec<String>,
    /// Size of /dev/shm
    #[arg(long, value_name = "SIZE")]
    shm_size: Option<String>,
    /// IMAGE is a directory, whose files are the container's root; it writes into it, unless :O stands behind
    #[arg(long)]
    rootfs: bool,
    /// The permissions that new files do not get; 0022 unless given
    #[arg(long, value_name = "MASK", value_parser = umask)]
    umask: Option<u32>,
    /// How soon the kernel ends the command when memory is short: -1000 to 1000
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true, value_parser = clap::value_parser!(i32).range(-1000..=1000))]
    oom_score_adj: Option<i32>,
    /// The time zone, such as Europe/Berlin; local is the host's
    #[arg(long = "tz", value_name = "ZONE")]
    time_zone: Option<String>,
    /// Run a small init that forwards signals and reaps processes
    #[arg(long)]
    init: bool,
    /// When to pull the image
    #[arg(long, value_enum, default_value = "missing")]
    pull: Pull,
    /// Say nothing while pulling
    #[arg(short, long)]
    quiet: bool,
    /// Choose the image for this platform
    #[arg(long, value_name = "OS/ARCH[/VARIANT]")]
    platform: Option<Platform>,
    #[command(flatten)]
    access: AccessOptions,
    /// Write the container's ID into this new file
    #[arg(long, value_name = "FILE")]
    cidfile: Option<PathBuf>,
    /// Label the container
    #[arg(short, long, value_name = "KEY[=VALUE]")]
    label: Vec<String>,
    /// Give it the labels that a file lists
    #[arg(long, value_name = "FILE")]
    label_file: Vec<PathBuf>,
    #[command(flatten)]
    names: NameOptions,
    /// The signal that asks the command to end
    #[arg(long, value_name = "SIGNAL")]
    stop_signal: Option<String>,
    /// Seconds between that signal and SIGKILL
    #[arg(long, value_name = "SECONDS")]
    stop_timeout: Option<u64>,
    /// Print help
    #[arg(long, action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// The image, and what to run in place of its own command
    // One list: everything after the image is the command's, options too.
    #[arg(required = true, trailing_var_arg = true, value_names = ["IMAGE", "COMMAND"])]
    words: Vec<String>,
}

impl ContainerOptions {
    /// Which of the command's streams are ours.
    pub fn streams(&self) -> Streams {
        let has = |stream| self.attach.is_empty() || self.attach.contains(&stream);
        Streams {
            is_chosen: !self.attach.is_empty(),
            stdin: self.interactive && has(Standard::Stdin),
            stdout: has(Standard::Stdout),
            stderr: has(Standard::Stderr),
        }
    }

    /// Enters the user namespace: a new one, or that of the container whose namespaces are to be shared.
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

    /// Finds or pulls the image and makes the container.
    pub fn create(mut self, context: &Context, store: &Store, mapping: Mapping, aim: Aim) -> Result<Container> {
        if self.remove && self.supervision.restart() != restart_policy::RestartPolicy::No {
            bail!("conflicting options: cannot specify both --restart and --rm");
        }
        if aim == Aim::RunAttached {
            check_terminal(self.streams().stdin, self.tty)?;
        }
        let replacement = self.replacement.take();
        let id_file = self.cidfile.as_deref().map(IdFile::reserve).transpose()?;
        let access = self.access.access()?;
        let source = Source {
            name: self.words[0].clone(),
            pull: self.pull,
            quiet: self.quiet,
            platform: context.platform(self.platform.clone())?,
            access,
        };
        let root = self.rootfs.then(|| RootDirectory::find(&self.words[0])).transpose()?;
        let options = self.options(context, aim == Aim::RunDetached, mapping == Mapping::Host, root.clone())?;
        let image = match root {
            Some(root) => root.image(),
            None => source.image(context, store, mapping == Mapping::Single)?,
        };
        if let Some(replacement) = replacement {
            replacement.carry_out(store)?;
        }
        let container = create::create(store, &image, options, aim != Aim::Keep, &mut |warning| {
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
        self.names.check()?;
        let userns = self.namespaces.userns(is_root)?;
        ensure!(
            self.group_add.len() < 2 || !self.group_add.iter().any(|group| group == KEEP_GROUPS),
            "--group-add {KEEP_GROUPS} is not allowed with any other --group-add"
        );
        let network = self.network.network()?;
        let default_network = match &context.settings()?.network {
            Some(Setting { value, origin }) => {
                networks::read(std::slice::from_ref(value)).with_context(|| format!("network by {origin}"))?
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
            labels: labels::all(&self.label_file, &self.label)?,
            stop_signal: self.stop_signal,
            stop_timeout: self.stop_timeout,
            interactive: self.interactive,
            tty: self.tty,
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
            dns: self.names.dns,
            dns_search: self.names.dns_search,
            dns_options: self.names.dns_option,
            no_hosts: self.names.no_hosts,
            extra_hosts: self.names.add_host,
            id_file: self.cidfile,
            restart: self.supervision.restart(),
            supervision: self.supervision.supervision(context, detach || self.tty)?,
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

/// The ranges of all, in order.
fn flatten<T>(texts: &[String], read: fn(&str) -> Result<Vec<T>>) -> Result<Vec<T>> {
    let lists = texts.iter().map(|text| read(text)).collect::<Result<Vec<_>>>()?;
    Ok(lists.into_iter().flatten().collect())
}
