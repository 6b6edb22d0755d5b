//! The examples of commands for containers.

use crate::cli::generated::manual::page_examples::{Examples, page};

pub const CONTAINERS: &[Examples] = &[
    page(
        "attach",
        &["run", "exec", "logs"],
        &[
            (
                "Attach to the output of a container, without its input:",
                "lamel attach --no-stdin web",
            ),
            (
                "Attach to a terminal, and detach from it with ctrl-x:",
                "lamel attach --detach-keys ctrl-x web",
            ),
        ],
    ),
    page(
        "cp",
        &["diff", "export"],
        &[
            (
                "Copy a file into a container:",
                "lamel cp page.html web:/root/index.html",
            ),
            ("Copy a directory out of a container:", "lamel cp web:/etc ./etc-of-web"),
            (
                "List the files of a directory in a container:",
                "lamel cp web:/etc - | tar -t",
            ),
        ],
    ),
    page(
        "create",
        &["run", "start", "rm"],
        &[
            (
                "Create a container, start it, and see its output:",
                "lamel create --name once alpine echo hello; lamel start -a once",
            ),
            (
                "Create a container that is to be restarted when it fails:",
                "lamel create --name worker --restart on-failure:5 alpine sleep 600",
            ),
        ],
    ),
    page(
        "diff",
        &["commit", "image-diff"],
        &[
            (
                "List the files that a container added, changed and deleted:",
                "lamel diff web",
            ),
            ("The same as JSON:", "lamel diff --format json web"),
        ],
    ),
    page(
        "exec",
        &["run", "attach", "top"],
        &[
            ("Run a shell in a container:", "lamel exec -it web sh"),
            (
                "Run a command as another user, in another directory:",
                "lamel exec -u nobody -w /tmp web pwd",
            ),
            (
                "Feed a command from a file:",
                "lamel exec -i web sh -c 'cat > /tmp/page' < page.html",
            ),
        ],
    ),
    page(
        "export",
        &["import", "commit", "cp"],
        &[
            (
                "Write a container's filesystem to a file:",
                "lamel export -o web.tar web",
            ),
            (
                "Copy it into a new image of one layer:",
                "lamel export web | lamel import - me/flat",
            ),
        ],
    ),
    page(
        "healthcheck run",
        &["run", "ps"],
        &[(
            "Check a container's health now:",
            "lamel run -d --name nap --health-cmd true alpine sleep 600; lamel healthcheck run nap && echo well",
        )],
    ),
    page(
        "inspect",
        &["ps", "images", "history"],
        &[
            ("Show all details of a container:", "lamel inspect web"),
            ("Print its state:", "lamel inspect -f '{{.State.Status}}' web"),
            (
                "Print the default command of an image:",
                "lamel inspect --type image -f '{{json .Config.Cmd}}' alpine",
            ),
        ],
    ),
    page(
        "container inspect",
        &["inspect", "ps"],
        &[
            ("Show all details of a container:", "lamel container inspect web"),
            (
                "Print its exit code:",
                "lamel container inspect -f '{{.State.ExitCode}}' db",
            ),
        ],
    ),
    page(
        "container exists",
        &["ps", "inspect"],
        &[(
            "Create a container only if it does not exist:",
            "lamel container exists web || lamel create --name web alpine sleep 600",
        )],
    ),
    page(
        "container prune",
        &["rm", "prune"],
        &[
            ("Remove all stopped containers:", "lamel container prune -f"),
            (
                "Remove those that are older than a day:",
                "lamel container prune -f --filter until=24h",
            ),
        ],
    ),
    page(
        "kill",
        &["stop", "rm"],
        &[
            ("Kill a container:", "lamel kill web"),
            ("Make a service read its configuration again:", "lamel kill -s HUP web"),
        ],
    ),
    page(
        "logs",
        &["run", "attach"],
        &[
            (
                "Show the last ten lines with their times:",
                "lamel logs -t --tail 10 web",
            ),
            (
                "Show the last minute's output, and follow:",
                "lamel logs -f --since 1m web",
            ),
        ],
    ),
    page(
        "pause",
        &["unpause", "stop"],
        &[(
            "Pause a container, and resume it:",
            "lamel pause web; lamel unpause web",
        )],
    ),
    page(
        "port",
        &["run", "ps"],
        &[
            ("List the published ports of a container:", "lamel port web"),
            ("List those of all running containers:", "lamel port --all"),
        ],
    ),
    page(
        "ps",
        &["run", "inspect", "stats"],
        &[
            ("List all containers:", "lamel ps -a"),
            (
                "Print names and states of those made from an image:",
                "lamel ps -a --filter ancestor=alpine --format '{{.Names}} {{.State}}'",
            ),
            ("Print the ID of the newest container:", "lamel ps -l -q"),
        ],
    ),
    page(
        "rename",
        &["ps", "create"],
        &[("Rename a container:", "lamel rename db database")],
    ),
    page(
        "restart",
        &["start", "stop"],
        &[
            ("Restart a container:", "lamel restart web"),
            (
                "Restart all running containers, killing those that take longer than 3 seconds to stop:",
                "lamel restart --all --running -t 3",
            ),
        ],
    ),
    page(
        "rm",
        &["stop", "container-prune", "volume-rm"],
        &[
            (
                "Remove a stopped container and its anonymous volumes:",
                "lamel rm -v db",
            ),
            ("Remove a container even if it runs:", "lamel rm -f web"),
            ("Remove all containers that exited:", "lamel rm --filter status=exited"),
        ],
    ),
    page(
        "run",
        &["create", "start", "exec", "rm", "logs"],
        &[
            (
                "Run a shell in a new container, and remove the container afterwards:",
                "lamel run --rm -it alpine sh",
            ),
            (
                "Run a service in the background, with a volume and a published port:",
                "lamel run -d --name site -v data:/data -p 127.0.0.1:8089:80 alpine sleep 600",
            ),
            (
                "Show the host's directory in a container, and set variables:",
                "lamel run --rm -v .:/work:ro -w /work --env-file variables.env -e LANG=C alpine ls",
            ),
            (
                "Run a command without network, with a read-only root filesystem and no capabilities:",
                "lamel run --rm --network none --read-only --cap-drop ALL alpine id",
            ),
            (
                "Limit memory and CPUs:",
                "lamel run --rm -m 256m --cpus 0.5 alpine true",
            ),
        ],
    ),
    page(
        "start",
        &["create", "stop", "attach"],
        &[
            ("Start a container again:", "lamel start db"),
            (
                "Start it and see its output; its exit code is returned:",
                "lamel start -a db",
            ),
        ],
    ),
    page(
        "stats",
        &["top", "update", "ps"],
        &[
            (
                "Show the resource usage of all running containers once:",
                "lamel stats --no-stream",
            ),
            (
                "Print the memory of one:",
                "lamel stats --no-stream --format '{{.MemUsage}}' web",
            ),
        ],
    ),
    page(
        "stop",
        &["start", "kill", "rm"],
        &[
            (
                "Stop a container, and kill it if that takes longer than 3 seconds:",
                "lamel stop -t 3 web",
            ),
            ("Stop all containers:", "lamel stop --all"),
        ],
    ),
    page(
        "top",
        &["exec", "stats"],
        &[
            ("List the processes of a container:", "lamel top web"),
            ("Choose the columns:", "lamel top web pid user comm"),
        ],
    ),
    page(
        "unpause",
        &["pause"],
        &[("Resume a paused container:", "lamel pause web; lamel unpause web")],
    ),
    page(
        "update",
        &["run", "stats"],
        &[
            (
                "Change the restart policy:",
                "lamel update --restart unless-stopped web",
            ),
            (
                "Change the limits of a running container:",
                "lamel update -m 512m --cpus 2 web",
            ),
        ],
    ),
    page(
        "wait",
        &["run", "stop", "ps"],
        &[
            (
                "Wait for a container to exit, and print its exit code:",
                "lamel wait web",
            ),
            ("Wait until a container runs:", "lamel wait --condition running web"),
        ],
    ),
];
