//! The examples of commands for networks and volumes.

use crate::cli::generated::manual::page_examples::{Examples, page};

pub const RESOURCES: &[Examples] = &[
    page(
        "network connect",
        &["network-disconnect", "network-create", "run"],
        &[(
            "Connect a container to one more network, under another name:",
            "lamel network connect --alias www front web",
        )],
    ),
    page(
        "network create",
        &["network-connect", "network-rm", "run"],
        &[
            (
                "Create a network, and run a container on it:",
                "lamel network create back; lamel run -d --network back alpine sleep 600",
            ),
            (
                "Create a network that leads nowhere else, with addresses of one's choice:",
                "lamel network create --internal --subnet 10.123.7.0/24 inner",
            ),
        ],
    ),
    page(
        "network disconnect",
        &["network-connect"],
        &[(
            "Disconnect a container from a network:",
            "lamel network disconnect front web",
        )],
    ),
    page(
        "network exists",
        &["network-create", "network-ls"],
        &[(
            "Create a network only if it does not exist:",
            "lamel network exists back || lamel network create back",
        )],
    ),
    page(
        "network inspect",
        &["network-ls", "network-create"],
        &[
            ("Show all details of a network:", "lamel network inspect front"),
            (
                "Print the name of its bridge:",
                "lamel network inspect -f '{{.NetworkInterface}}' front",
            ),
        ],
    ),
    page(
        "network ls",
        &["network-create", "network-inspect"],
        &[
            ("List networks:", "lamel network ls"),
            (
                "Print the IDs of those that no container uses:",
                "lamel network ls -q --filter dangling=true",
            ),
        ],
    ),
    page(
        "network prune",
        &["network-rm", "prune"],
        &[("Remove networks that no container uses:", "lamel network prune -f")],
    ),
    page(
        "network rm",
        &["network-create", "network-prune"],
        &[("Remove a network:", "lamel network create old; lamel network rm old")],
    ),
    page(
        "volume create",
        &["volume-rm", "run"],
        &[(
            "Create a volume, and use it in a container:",
            "lamel volume create photos; lamel run --rm -v photos:/photos alpine touch /photos/one",
        )],
    ),
    page(
        "volume exists",
        &["volume-create", "volume-ls"],
        &[(
            "Create a volume only if it does not exist:",
            "lamel volume exists data || lamel volume create data",
        )],
    ),
    page(
        "volume inspect",
        &["volume-ls", "volume-create"],
        &[(
            "Print the directory of a volume:",
            "lamel volume inspect -f '{{.Mountpoint}}' data",
        )],
    ),
    page(
        "volume ls",
        &["volume-create", "volume-inspect"],
        &[
            ("List volumes:", "lamel volume ls"),
            (
                "Print the names of those that no container uses:",
                "lamel volume ls -q --filter dangling=true",
            ),
        ],
    ),
    page(
        "volume prune",
        &["volume-rm", "prune"],
        &[
            (
                "Remove anonymous volumes that no container uses:",
                "lamel volume prune -f",
            ),
            (
                "Remove named ones with a label as well:",
                "lamel volume prune -a -f --filter label=temporary",
            ),
        ],
    ),
    page(
        "volume rm",
        &["volume-create", "volume-prune"],
        &[("Remove a volume:", "lamel volume rm data")],
    ),
];
