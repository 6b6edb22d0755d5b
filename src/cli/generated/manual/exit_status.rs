//! The section EXIT STATUS of the manual pages.

const DONE: (&str, &str) = ("0", "The command did all that was asked.");
const FAILED: (&str, &str) = (
    "1",
    "The command failed; of several objects, it failed for at least one.",
);
const USAGE: (&str, &str) = ("2", "The command line is invalid.");
const ENGINE: (&str, &str) = ("125", "lamel failed, or the command line is invalid.");
const TEMPLATE: (&str, &str) = ("64", "The template of --format is invalid.");
const NOT_RUNNABLE: (&str, &str) = ("126", "The command in the container cannot be run.");
const NOT_FOUND: (&str, &str) = ("127", "The command in the container was not found.");
const COMMAND: (&str, &str) = (
    "other",
    "The exit code of the command in the container; 128 + N if signal N ended it.",
);

/// Exit codes of a command, and what each says.
pub fn of(command: &str) -> Vec<(&'static str, &'static str)> {
    match command {
        "" => vec![
            DONE,
            FAILED,
            USAGE,
            (
                "other",
                "The pages of run, exec, create, start, attach and inspect say which other codes these commands have.",
            ),
        ],
        "run" => vec![
            (
                "0",
                "The command in the container succeeded; with --detach, the container was started.",
            ),
            ENGINE,
            NOT_RUNNABLE,
            NOT_FOUND,
            COMMAND,
        ],
        "exec" => vec![
            (
                "0",
                "The command in the container succeeded; with --detach, it was started.",
            ),
            ENGINE,
            NOT_RUNNABLE,
            NOT_FOUND,
            COMMAND,
        ],
        "create" => vec![DONE, ENGINE],
        "attach" => vec![
            (
                "0",
                "The command in the container succeeded, or the terminal was detached.",
            ),
            FAILED,
            USAGE,
            COMMAND,
        ],
        "start" => vec![
            DONE,
            FAILED,
            USAGE,
            (
                "other",
                "With --attach, the exit code of the command in the container; 128 + N if signal N ended it.",
            ),
        ],
        "container exists" => vec![
            ("0", "The container exists."),
            ("1", "There is no such container."),
            USAGE,
        ],
        "network exists" => vec![("0", "The network exists."), ("1", "There is no such network."), USAGE],
        "volume exists" => vec![("0", "The volume exists."), ("1", "There is no such volume."), USAGE],
        "image exists" => vec![
            ("0", "The image exists."),
            ("1", "There is no such image."),
            USAGE,
            ("125", "The store could not be read."),
        ],
        "healthcheck run" => vec![
            ("0", "The container is healthy."),
            ("1", "The check failed, or could not be run."),
            USAGE,
        ],
        "inspect" | "container inspect" | "image inspect" | "info" | "version" => vec![DONE, FAILED, USAGE, TEMPLATE],
        _ => vec![DONE, FAILED, USAGE],
    }
}
