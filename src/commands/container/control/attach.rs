//! `lamel attach`: attaches to a running container.

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::options::attach::{AttachOptions, check_terminal};
use crate::commands::options::containers::latest::OneContainer;
use crate::commands::output::exit_code;
use crate::container::control::attach;
use crate::runtime::attach::client::ClientOptions;

/// The options of `attach`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Do not attach standard input
    #[arg(long)]
    no_stdin: bool,
    #[command(flatten)]
    attach: AttachOptions,
    #[command(flatten)]
    container: OneContainer,
}

/// Forwards input and signals to the container and prints its output until it ends; returns its exit code.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let container = options.container.find(&store)?;
    let terminal = container.config.tty;
    let input = !options.no_stdin && container.config.open_stdin;
    check_terminal(input, terminal)?;
    let client = ClientOptions {
        redraw: true,
        // With a terminal of its own the container gets ctrl-c as a key. A signal to this process is for this process.
        proxy: options.attach.forwards_signals() && !terminal,
        ..options.attach.client_options(context, input, terminal)?
    };
    exit_code::of_attach(attach::attach(&store, &container, client))
}
