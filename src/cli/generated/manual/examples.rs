//! The examples and references of the manual pages, by the page's command.
//!
//! The command tests run them: there is a container `web` that runs and a container `db` that does not, an image
//! `alpine`, a volume `data`, a network `front`, and in the current directory `page.html`, `variables.env` and
//! `rootfs.tar.gz`.

/// What is said about a command beside its options.
pub struct Examples {
    /// As it is typed, without `lamel`; empty for the page of lamel itself.
    pub command: &'static str,
    /// What a command line is for, and the command line.
    pub examples: &'static [(&'static str, &'static str)],
    /// Pages about what belongs to it, without `lamel-` and `(1)`.
    pub see_also: &'static [&'static str],
}

const fn of(
    command: &'static str,
    see_also: &'static [&'static str],
    examples: &'static [(&'static str, &'static str)],
) -> Examples {
    Examples {
        command,
        examples,
        see_also,
    }
}

pub const EXAMPLES: &[Examples] = &[
    of(
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
    of(
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
    of(
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
    of(
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
    of(
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
    of(
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
    of(
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
    of(
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
    of(
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
    of(
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
    of(
        "healthcheck run",
        &["run", "ps"],
        &[(
            "Check a container's health now:",
            "lamel run -d --name nap --health-cmd true alpine sleep 600; lamel healthcheck run nap && echo well",
        )],
    ),
    of(
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
    of(
        "image diff",
        &["diff", "image-files"],
        &[(
            "Show what changed from one image to the next:",
            "lamel commit -q web me/site:4; lamel image diff alpine me/site:4",
        )],
    ),
    of(
        "image exists",
        &["images", "pull"],
        &[(
            "Pull an image only if it is missing:",
            "lamel image exists alpine || lamel pull alpine",
        )],
    ),
    of(
        "image files",
        &["image-tree", "image-diff"],
        &[
            ("List the files of an image:", "lamel image files alpine"),
            ("List what the base layer holds:", "lamel image files --layer 1 alpine"),
        ],
    ),
    of(
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
    of(
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
    of(
        "image tree",
        &["history", "image-files", "images"],
        &[("Show the layers of an image:", "lamel image tree alpine")],
    ),
    of(
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
    of(
        "import",
        &["export", "load", "tag"],
        &[(
            "Create an image from a tar archive, with a default command:",
            "lamel import -c 'CMD /bin/sh' rootfs.tar.gz me/base:1",
        )],
    ),
    of(
        "info",
        &["version", "system-df"],
        &[
            ("Show the host, the store and the settings:", "lamel info"),
            ("Print the store's directory:", "lamel info -f '{{.DockerRootDir}}'"),
        ],
    ),
    of(
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
    of(
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
    of(
        "container exists",
        &["ps", "inspect"],
        &[(
            "Create a container only if it does not exist:",
            "lamel container exists web || lamel create --name web alpine sleep 600",
        )],
    ),
    of(
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
    of(
        "kill",
        &["stop", "rm"],
        &[
            ("Kill a container:", "lamel kill web"),
            ("Make a service read its configuration again:", "lamel kill -s HUP web"),
        ],
    ),
    of(
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
    of(
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
    of(
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
    of(
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
    of(
        "network connect",
        &["network-disconnect", "network-create", "run"],
        &[(
            "Connect a container to one more network, under another name:",
            "lamel network connect --alias www front web",
        )],
    ),
    of(
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
    of(
        "network disconnect",
        &["network-connect"],
        &[(
            "Disconnect a container from a network:",
            "lamel network disconnect front web",
        )],
    ),
    of(
        "network exists",
        &["network-create", "network-ls"],
        &[(
            "Create a network only if it does not exist:",
            "lamel network exists back || lamel network create back",
        )],
    ),
    of(
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
    of(
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
    of(
        "network prune",
        &["network-rm", "prune"],
        &[("Remove networks that no container uses:", "lamel network prune -f")],
    ),
    of(
        "network rm",
        &["network-create", "network-prune"],
        &[("Remove a network:", "lamel network create old; lamel network rm old")],
    ),
    of(
        "pause",
        &["unpause", "stop"],
        &[(
            "Pause a container, and resume it:",
            "lamel pause web; lamel unpause web",
        )],
    ),
    of(
        "port",
        &["run", "ps"],
        &[
            ("List the published ports of a container:", "lamel port web"),
            ("List those of all running containers:", "lamel port --all"),
        ],
    ),
    of(
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
    of(
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
    of(
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
    of(
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
    of(
        "rename",
        &["ps", "create"],
        &[("Rename a container:", "lamel rename db database")],
    ),
    of(
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
    of(
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
    of(
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
    of(
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
    of(
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
    of(
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
    of(
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
    of(
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
    of(
        "system df",
        &["prune", "images", "info"],
        &[
            ("Show disk usage, and how much could be freed:", "lamel system df"),
            ("Show it for each image, container and volume:", "lamel system df -v"),
        ],
    ),
    of(
        "system reset",
        &["prune", "rm"],
        &[("Remove everything that lamel keeps:", "lamel system reset")],
    ),
    of(
        "tag",
        &["untag", "images", "push"],
        &[("Add a name to an image:", "lamel tag alpine me/base:1")],
    ),
    of(
        "top",
        &["exec", "stats"],
        &[
            ("List the processes of a container:", "lamel top web"),
            ("Choose the columns:", "lamel top web pid user comm"),
        ],
    ),
    of(
        "unpause",
        &["pause"],
        &[("Resume a paused container:", "lamel pause web; lamel unpause web")],
    ),
    of(
        "untag",
        &["tag", "rmi"],
        &[(
            "Remove a name and keep the image:",
            "lamel tag alpine me/old; lamel untag alpine me/old",
        )],
    ),
    of(
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
    of(
        "version",
        &["info"],
        &[
            ("Print the version:", "lamel version"),
            ("Print the version alone:", "lamel version -f '{{.Version}}'"),
        ],
    ),
    of(
        "volume create",
        &["volume-rm", "run"],
        &[(
            "Create a volume, and use it in a container:",
            "lamel volume create photos; lamel run --rm -v photos:/photos alpine touch /photos/one",
        )],
    ),
    of(
        "volume exists",
        &["volume-create", "volume-ls"],
        &[(
            "Create a volume only if it does not exist:",
            "lamel volume exists data || lamel volume create data",
        )],
    ),
    of(
        "volume inspect",
        &["volume-ls", "volume-create"],
        &[(
            "Print the directory of a volume:",
            "lamel volume inspect -f '{{.Mountpoint}}' data",
        )],
    ),
    of(
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
    of(
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
    of(
        "volume rm",
        &["volume-create", "volume-prune"],
        &[("Remove a volume:", "lamel volume rm data")],
    ),
    of(
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

/// What is known of a command.
pub fn find(command: &str) -> Option<&'static Examples> {
    EXAMPLES.iter().find(|of| of.command == command)
}
