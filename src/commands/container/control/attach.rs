//! `lamel attach`: attaches to a running container.

use crate::commands::container::run::with_code;
use crate::commands::context::Context;
use crate::commands::options::containers::latest::OneContainer;
use crate::commands::{DONE, Outcome};
use crate::container::control::attach;
use crate::runtime::attach::client::{FrontOptions, Parted};
use crate::runtime::attach::detach_keys::DetachKeys;
use anyhow::{Context as _, Result, bail};
use std::io::IsTerminal;

/// The options of `attach`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Do not attach standard input
    #[arg(long)]
    no_stdin: bool,
    #[command(flatten)]
    front: FrontArgs,
    #[command(flatten)]
    container: OneContainer,
}

/// Passes on a container's output, and input and signals to it, until it ends; its exit code is returned.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let container = options.container.find(&store)?;
    let terminal = container.config.tty;
    let input = !options.no_stdin && container.config.open_stdin;
    check_terminal(input, terminal)?;
    let front = FrontOptions {
        redraw: true,
        // The keys of a terminal are the command's, and so is what they mean; what ends this process is its own.
        proxy: options.front.sig_proxy && !terminal,
        ..options.front.options(context, input, terminal)?
    };
    parted(attach::attach(&store, &container, front).map_err(with_code)?)
}

/// The options of all commands that attach.
#[derive(Debug, Clone, clap::Args)]
pub struct FrontArgs {
    /// Set the keys that detach from the terminal, such as ctrl-p,ctrl-q; an empty value disables detaching
    #[arg(long, value_name = "KEYS")]
    detach_keys: Option<DetachKeys>,
    /// Forward signals to the process
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    sig_proxy: bool,
}

impl FrontArgs {
    /// Whether signals are passed on.
    pub fn proxies(&self) -> bool {
        self.sig_proxy
    }

    /// With both outputs.
    pub fn options(&self, context: &Context, input: bool, terminal: bool) -> Result<FrontOptions> {
        Ok(FrontOptions {
            input,
            stdout: true,
            stderr: true,
            terminal,
            keys: detach_keys(self.detach_keys.clone(), context)?,
            proxy: self.sig_proxy,
            redraw: false,
        })
    }
}

/// The keys by the option, or by the settings, or Docker's.
pub fn detach_keys(option: Option<DetachKeys>, context: &Context) -> Result<DetachKeys> {
    match (option, &context.settings()?.detach_keys) {
        (Some(keys), _) => Ok(keys),
        (None, Some(setting)) => setting
            .value
            .parse()
            .with_context(|| format!("detach keys by {}", setting.origin)),
        (None, None) => Ok(DetachKeys::default()),
    }
}

/// A terminal inside needs one outside where it is typed on.
pub fn check_terminal(input: bool, terminal: bool) -> Result<()> {
    if input && terminal && !std::io::stdin().is_terminal() {
        bail!("the input is not a terminal: -t needs one with -i");
    }
    Ok(())
}

/// The exit code: the command's own, or as of a program that a signal ended; leaving is no failure.
pub fn parted(parted: Parted) -> Outcome {
    match parted {
        // An exit code has eight bits.
        Parted::Ended(code) => Ok(code as u8),
        Parted::Signalled(number) => Ok(128 + number as u8),
        Parted::Detached | Parted::Closed => Ok(DONE),
        Parted::Lost => bail!("what supervised the command is gone"),
    }
}
