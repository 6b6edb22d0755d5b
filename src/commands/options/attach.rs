//! The options of commands that attach to a container, and how they become those of the attach client.

use crate::commands::context::Context;
use crate::runtime::attach::client::ClientOptions;
use crate::runtime::attach::detach_keys::DetachKeys;
use anyhow::{Context as _, Result, bail};
use std::io::IsTerminal;

/// The options that `attach`, `run` and `start` share.
#[derive(Debug, Clone, clap::Args)]
pub struct AttachOptions {
    /// Set the keys that detach from the terminal, such as ctrl-p,ctrl-q; an empty value disables detaching
    #[arg(long, value_name = "KEYS")]
    detach_keys: Option<DetachKeys>,
    /// Forward signals to the process
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    sig_proxy: bool,
}

impl AttachOptions {
    /// Whether signals are forwarded to the container's process (`--sig-proxy`).
    pub fn forwards_signals(&self) -> bool {
        self.sig_proxy
    }

    /// The options of an attach client that shows stdout and stderr.
    pub fn client_options(&self, context: &Context, input: bool, terminal: bool) -> Result<ClientOptions> {
        Ok(ClientOptions {
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

/// The detach keys: those of the option, of the settings, or Docker's default.
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

/// A container with a terminal and open input needs a terminal here to read the keys from.
pub fn check_terminal(input: bool, terminal: bool) -> Result<()> {
    if input && terminal && !std::io::stdin().is_terminal() {
        bail!("the input is not a terminal: -t needs one with -i");
    }
    Ok(())
}
