//! The examples of lamel itself, and of commands for the whole store.

use crate::cli::generated::manual::page_examples::{Examples, page};

pub const SYSTEM: &[Examples] = &[
    page(
        "",
        &[],
        &[
            ("Check that this machine can run containers:", "lamel run --rm hello"),
            (
                "Run a command in an image from docker.io:",
                "lamel run --rm alpine ls -l /",
            ),
            ("See what there is:", "lamel images; lamel ps -a; lamel system df"),
        ],
    ),
    page(
        "completion",
        &[],
        &[
            ("Complete in the running bash:", "source <(lamel completion bash)"),
            (
                "Install the completion of a user's fish:",
                "mkdir -p ~/.config/fish/completions; lamel completion fish > ~/.config/fish/completions/lamel.fish",
            ),
        ],
    ),
    page(
        "generate systemd",
        &["run", "healthcheck-run"],
        &[
            (
                "Print a unit that starts and stops a container:",
                "lamel generate systemd --name web",
            ),
            (
                "Write a unit that creates the container anew at each start:",
                "lamel generate systemd --new --files --name web",
            ),
        ],
    ),
    page(
        "info",
        &["version", "system-df"],
        &[
            ("Show the host, the store and the settings:", "lamel info"),
            ("Print the store's directory:", "lamel info -f '{{.DockerRootDir}}'"),
        ],
    ),
    page(
        "prune",
        &[
            "image-prune",
            "container-prune",
            "volume-prune",
            "network-prune",
            "system-df",
        ],
        &[
            ("Show what would be removed:", "lamel prune --dry-run"),
            (
                "Remove all images that no container uses, without asking:",
                "lamel prune -a -f",
            ),
        ],
    ),
    page(
        "system df",
        &["prune", "images", "info"],
        &[
            ("Show disk usage, and how much could be freed:", "lamel system df"),
            ("Show it for each image, container and volume:", "lamel system df -v"),
        ],
    ),
    page(
        "system reset",
        &["prune", "rm"],
        &[("Remove everything that lamel keeps:", "lamel system reset")],
    ),
    page(
        "version",
        &["info"],
        &[
            ("Print the version:", "lamel version"),
            ("Print the version alone:", "lamel version -f '{{.Version}}'"),
        ],
    ),
];
