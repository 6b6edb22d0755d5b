//! The examples of commands for images and registries.

use crate::cli::generated::manual::page_examples::{Examples, page};

pub const IMAGES: &[Examples] = &[
    page(
        "commit",
        &["diff", "export", "history"],
        &[
            (
                "Create an image from a container's changes:",
                "lamel commit -m 'new index page' web me/site:2",
            ),
            (
                "Set the default command of the new image:",
                "lamel commit -c 'CMD [\"sleep\", \"60\"]' web me/site:3",
            ),
        ],
    ),
    page(
        "history",
        &["images", "image-tree", "inspect"],
        &[
            ("Show how an image was made:", "lamel history alpine"),
            (
                "Show the whole command of each step:",
                "lamel history --no-trunc --format '{{.CreatedBy}}' alpine",
            ),
        ],
    ),
    page(
        "image diff",
        &["diff", "image-files"],
        &[(
            "Show what changed from one image to the next:",
            "lamel commit -q web me/site:4; lamel image diff alpine me/site:4",
        )],
    ),
    page(
        "image exists",
        &["images", "pull"],
        &[(
            "Pull an image only if it is missing:",
            "lamel image exists alpine || lamel pull alpine",
        )],
    ),
    page(
        "image files",
        &["image-tree", "image-diff"],
        &[
            ("List the files of an image:", "lamel image files alpine"),
            ("List what the base layer holds:", "lamel image files --layer 1 alpine"),
        ],
    ),
    page(
        "image inspect",
        &["inspect", "history", "image-tree"],
        &[
            ("Show all details of an image:", "lamel image inspect alpine"),
            (
                "Print the default command:",
                "lamel image inspect -f '{{.Config.Cmd}}' alpine",
            ),
        ],
    ),
    page(
        "image prune",
        &["rmi", "prune", "system-df"],
        &[
            ("Remove images that lost their names:", "lamel image prune -f"),
            (
                "Show which unused images are older than ten days:",
                "lamel image prune -a --dry-run --filter until=240h",
            ),
        ],
    ),
    page(
        "image tree",
        &["history", "image-files", "images"],
        &[("Show the layers of an image:", "lamel image tree alpine")],
    ),
    page(
        "images",
        &["pull", "rmi", "history", "system-df"],
        &[
            ("List all images:", "lamel images"),
            (
                "Print the names of images that are younger than another one:",
                "lamel images --filter since=alpine --format '{{.Repository}}:{{.Tag}}'",
            ),
            ("Show which images share which layers:", "lamel images --tree"),
        ],
    ),
    page(
        "import",
        &["export", "load", "tag"],
        &[(
            "Create an image from a tar archive, with a default command:",
            "lamel import -c 'CMD /bin/sh' rootfs.tar.gz me/base:1",
        )],
    ),
    page(
        "load",
        &["save", "import", "pull"],
        &[
            (
                "Load the images of an archive:",
                "lamel save -o alpine.tar alpine; lamel load -i alpine.tar",
            ),
            ("Load them from a pipe:", "lamel save alpine | gzip | lamel load"),
        ],
    ),
    page(
        "login",
        &["logout", "pull", "push"],
        &[
            (
                "Log in, and be asked for the password:",
                "lamel login -u me registry.example.com",
            ),
            (
                "Log in from a script:",
                "lamel login -u me --password-stdin registry.example.com < password",
            ),
        ],
    ),
    page(
        "logout",
        &["login"],
        &[
            (
                "Forget the credentials of a registry:",
                "lamel logout registry.example.com",
            ),
            ("Forget all credentials:", "lamel logout --all"),
        ],
    ),
    page(
        "pull",
        &["images", "push", "login", "image-tree"],
        &[
            ("Pull an image from docker.io:", "lamel pull alpine"),
            (
                "Pull the image of another platform:",
                "lamel pull --platform linux/arm64 registry.example.com/tools/app:1",
            ),
        ],
    ),
    page(
        "push",
        &["tag", "login", "pull"],
        &[
            (
                "Push an image under the registry's name:",
                "lamel tag alpine registry.example.com/me/alpine:1; lamel push registry.example.com/me/alpine:1",
            ),
            (
                "Push it with layers compressed by zstd:",
                "lamel push --compression-format zstd alpine registry.example.com/me/alpine:2",
            ),
        ],
    ),
    page(
        "rmi",
        &["images", "image-prune", "untag"],
        &[
            (
                "Remove a name, and with its last name the image:",
                "lamel tag alpine me/old; lamel rmi me/old",
            ),
            ("Remove an image unless it is missing:", "lamel rmi --ignore me/none"),
        ],
    ),
    page(
        "save",
        &["load", "export", "push"],
        &[
            ("Save an image to a file:", "lamel save -o alpine.tar alpine"),
            (
                "Save it as an OCI layout:",
                "lamel save --format oci-dir -o alpine-layout alpine",
            ),
        ],
    ),
    page(
        "tag",
        &["untag", "images", "push"],
        &[("Add a name to an image:", "lamel tag alpine me/base:1")],
    ),
    page(
        "untag",
        &["tag", "rmi"],
        &[(
            "Remove a name and keep the image:",
            "lamel tag alpine me/old; lamel untag alpine me/old",
        )],
    ),
];
