//! The options of `create` and `run` on the standard streams of the container's process.

/// The standard streams of the process.
#[derive(Debug, clap::Args)]
pub struct StreamOptions {
    /// Keep standard input open
    #[arg(short, long, help_heading = "Input and output")]
    pub interactive: bool,
    /// Allocate a terminal
    #[arg(short, long, help_heading = "Input and output")]
    pub tty: bool,
    /// Attach only this stream: stdin, stdout or stderr; may be repeated
    #[arg(
        short,
        long,
        value_name = "STREAM",
        value_enum,
        ignore_case = true,
        help_heading = "Input and output"
    )]
    attach: Vec<StandardStream>,
}

/// A standard stream, as `--attach` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum StandardStream {
    Stdin,
    Stdout,
    Stderr,
}

/// The streams that this command attaches to.
#[derive(Debug, Clone, Copy)]
pub struct AttachedStreams {
    /// Whether `--attach` named them.
    pub is_chosen: bool,
    pub stdin: bool,
    pub stdout: bool,
    pub stderr: bool,
}

impl StreamOptions {
    pub fn attached(&self) -> AttachedStreams {
        let has = |stream| self.attach.is_empty() || self.attach.contains(&stream);
        AttachedStreams {
            is_chosen: !self.attach.is_empty(),
            stdin: self.interactive && has(StandardStream::Stdin),
            stdout: has(StandardStream::Stdout),
            stderr: has(StandardStream::Stderr),
        }
    }
}
