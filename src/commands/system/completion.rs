//! `lamel completion`: the script that makes a shell complete lamel's command line.

use crate::commands::{DONE, Outcome};
use crate::ui::print;

/// The options of `completion`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "bash: source <(lamel completion bash)\nzsh:  source <(lamel completion zsh)\nfish: lamel completion fish | source"
)]
pub struct Options {
    /// Shell to complete in
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

/// A shell for which there is a script.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// Prints the script, which packages install as a file.
pub fn run(options: Options) -> Outcome {
    print::text(match options.shell {
        Shell::Bash => include_str!("../../../completions/lamel.bash"),
        Shell::Zsh => include_str!("../../../completions/_lamel"),
        Shell::Fish => include_str!("../../../completions/lamel.fish"),
    })?;
    Ok(DONE)
}
