//! The tiny init of `--init`: starts the command as its child, forwards signals, reaps what is orphaned.

/// The name that our own binary is started by to be the init; `main` looks for it in `argv[0]`.
pub const NAME: &str = "lamel-init";

/// Runs `args[1..]` as a child and returns its exit code. Called by `main`, first thing, where the file name of
/// `argv[0]` is [`NAME`].
pub fn main(args: Vec<std::ffi::OsString>) -> i32 {
    let _ = args;
    todo!()
}
