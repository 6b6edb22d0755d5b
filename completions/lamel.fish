# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_lamel_global_optspecs
    string join \n root= runroot= debug v/version h/help
end

function __fish_lamel_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_lamel_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_lamel_using_subcommand
    set -l cmd (__fish_lamel_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c lamel -n "__fish_lamel_needs_command" -l root -d 'Directory of images and containers' -r -F
complete -c lamel -n "__fish_lamel_needs_command" -l runroot -d 'Directory of the state of running containers' -r -F
complete -c lamel -n "__fish_lamel_needs_command" -l debug -d 'Print each step of an error on its own line'
complete -c lamel -n "__fish_lamel_needs_command" -s v -l version -d 'Print version'
complete -c lamel -n "__fish_lamel_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "ps" -d 'List containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "run" -d 'Run a command in a new container'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "exec" -d 'Run a command in a running container'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "attach" -d 'Attach to a running container'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "create" -d 'Create a container without starting it'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "start" -d 'Start containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "stop" -d 'Stop containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "restart" -d 'Restart containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "kill" -d 'Send a signal to containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "wait" -d 'Wait for containers to exit and print their exit codes'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "pause" -d 'Pause all processes of containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "unpause" -d 'Resume paused containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "update" -d 'Change resource limits and restart policies of containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "rename" -d 'Rename a container'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "logs" -d 'Show the output of containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "top" -d 'List the processes of a container'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "stats" -d 'Show the resource usage of containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "port" -d 'List the published ports of a container'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "cp" -d 'Copy files between a container and the host'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "diff" -d 'List the changes to a container\'s filesystem'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "commit" -d 'Create an image from a container\'s changes'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "export" -d 'Export a container\'s filesystem as a tar archive'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "rm" -d 'Remove containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "images" -d 'List images'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "pull" -d 'Pull images from a registry'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "push" -d 'Push an image to a registry'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "history" -d 'Show the history of an image'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "tag" -d 'Add a name to an image'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "untag" -d 'Remove names from an image'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "save" -d 'Save images to an archive'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "load" -d 'Load images from an archive'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "import" -d 'Create an image of one layer from a tar archive'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "rmi" -d 'Remove images'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "inspect" -d 'Show details of images and containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "login" -d 'Log in to a registry'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "logout" -d 'Log out of a registry'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "prune" -d 'Remove unused data: stopped containers, unused images and leftovers of interrupted work'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "image" -d 'Manage images'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "container" -d 'Manage containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "healthcheck" -d 'Manage health checks'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "network" -d 'Manage networks'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "volume" -d 'Manage volumes'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "system" -d 'Manage the store'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "generate" -d 'Generate systemd units'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "info" -d 'Show information about the host and the store'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "version" -d 'Show version information'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand ps" -s n -l last -d 'Show the newest NUMBER containers, in any state' -r
complete -c lamel -n "__fish_lamel_using_subcommand ps" -s f -l filter -d 'Show only containers that match: id, name, command, label, label!, status, exited, ancestor, before, since, until, volume, network, expose, publish, restart-policy, health' -r
complete -c lamel -n "__fish_lamel_using_subcommand ps" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand ps" -l sort -d 'Sort by a field instead of by creation time' -r -f -a "command\t''
created\t''
id\t''
image\t''
names\t''
runningfor\t''
size\t''
status\t''"
complete -c lamel -n "__fish_lamel_using_subcommand ps" -s a -l all -d 'Show all containers, not only running ones'
complete -c lamel -n "__fish_lamel_using_subcommand ps" -s l -l latest -d 'Show the newest container, in any state'
complete -c lamel -n "__fish_lamel_using_subcommand ps" -s q -l quiet -d 'Print only IDs'
complete -c lamel -n "__fish_lamel_using_subcommand ps" -l no-trunc -d 'Do not shorten IDs and commands'
complete -c lamel -n "__fish_lamel_using_subcommand ps" -s s -l size -d 'Show the size of what each container wrote'
complete -c lamel -n "__fish_lamel_using_subcommand ps" -l noheading -d 'Do not print the table headings'
complete -c lamel -n "__fish_lamel_using_subcommand ps" -l external -d 'Accepted for compatibility: lamel has no containers of other programs'
complete -c lamel -n "__fish_lamel_using_subcommand ps" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l preserve-fds -d 'Number of file descriptors after standard error to pass to the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l detach-keys -d 'Set the keys that detach from the terminal, such as ctrl-p,ctrl-q; an empty value disables detaching' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l sig-proxy -d 'Forward signals to the process' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand run" -s a -l attach -d 'Attach only this stream: stdin, stdout or stderr; may be repeated' -r -f -a "stdin\t''
stdout\t''
stderr\t''"
complete -c lamel -n "__fish_lamel_using_subcommand run" -l name -d 'Name of the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -s e -l env -d 'Set an environment variable; NAME alone passes on the value from this environment' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l env-file -d 'Set the environment variables listed in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand run" -s w -l workdir -d 'Working directory of the command' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -s u -l user -d 'User and group of the command, by name or number' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l group-add -d 'Add a supplementary group; keep-groups keeps the groups of the calling user instead' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -s v -l volume -d 'Mount a volume, or a file or directory of the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l mount -d 'Attach a mount: type=bind|volume|tmpfs,source=…,target=…,readonly…' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l volumes-from -d 'Mount the volumes of another container' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l tmpfs -d 'Mount a tmpfs' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l entrypoint -d 'Replace the image\'s entrypoint' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -s h -l hostname -d 'Hostname of the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l network -l net -d 'Network to connect to: none, host, pasta, bridge, container:NAME or a network by name; networks by name may be repeated' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l ip -d 'IPv4 address on the network' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l ip6 -d 'IPv6 address on the network' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l mac-address -d 'MAC address of the network interface' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l network-alias -l net-alias -d 'Additional DNS name on the container\'s networks' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -s p -l publish -d 'Publish a port of the container on the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l expose -d 'Expose a port without publishing it' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l pid -d 'PID namespace: private, host or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l ipc -d 'IPC namespace: private, host or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l uts -d 'UTS namespace (hostname): private, host or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cgroupns -d 'Cgroup namespace: private, host or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l userns -d 'User namespace. host: the one of lamel itself. keep-id[:uid=N,gid=N]: your own uid inside the container (for an ordinary user from Linux 6.16 on). auto[:size=N], as root: ids of its own from the ranges of "containers" in /etc/subuid and /etc/subgid' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l uidmap -d 'Map user ids of the container to the host, as root; may be repeated' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l gidmap -d 'Map group ids of the container to the host, as root (default: as --uidmap)' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cap-add -d 'Add a Linux capability, or ALL' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cap-drop -d 'Drop a Linux capability, or ALL' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l security-opt -d 'Set a security option: seccomp=unconfined|FILE, no-new-privileges, mask=PATH:…, unmask=ALL|PATH:…, systempaths=unconfined, label=…, apparmor=unconfined' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l ulimit -d 'Set a resource limit of the process (getrlimit(2)), such as nofile=1024:2048' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -s m -l memory -d 'Memory limit, such as 512m' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l memory-swap -d 'Limit of memory and swap together; -1 is unlimited' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l memory-reservation -d 'Memory kept for the container when the host runs short of it' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cpus -d 'Number of CPUs, such as 1.5' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -s c -l cpu-shares -d 'Relative CPU weight (default 1024)' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cpu-quota -d 'CPU time in each period' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cpu-period -d 'Length of a CPU quota period' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cpuset-cpus -d 'CPUs to run on, such as 0-2,4' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cpuset-mems -d 'NUMA nodes to allocate memory from, such as 0-1' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l pids-limit -d 'Maximum number of processes; -1 is unlimited' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l blkio-weight -d 'Relative block I/O weight, 10 to 1000' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l sdnotify -d 'Who reports READY=1 to systemd: a program in the container, or lamel when the command runs' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l log-driver -d 'Log driver: json-file, k8s-file, journald, none or passthrough' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l log-opt -d 'Set a log option: max-size=SIZE, max-file=NUMBER, tag=TAG, labels=…, env=…' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l restart -d 'Restart policy while the host is up; to start at boot, use generate systemd' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l timeout -d 'Kill the container after this many seconds; 0 never does' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l health-cmd -d 'Shell command that checks the health of the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l health-interval -d 'Time between checks, such as 1m30s (default 30s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l health-retries -d 'Consecutive failures after which the container is unhealthy (default 3)' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l health-start-period -d 'Time after the start in which failures do not count (default 0s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l health-start-interval -d 'Time between checks in the start period, until one succeeds (default 5s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l health-timeout -d 'Time after which a check is killed and counts as failed (default 30s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l device -d 'Give the container access to a device of the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l sysctl -d 'Set a kernel parameter in the container\'s namespaces' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l annotation -d 'Set an annotation' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l shm-size -d 'Size of /dev/shm, such as 64m' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l umask -d 'Umask of the command, in octal (default 0022)' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l oom-score-adj -d 'Adjust the kernel\'s choice of which process to kill when memory runs out: -1000 (never) to 1000 (first)' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l tz -d 'Time zone, such as Europe/Berlin; local is that of the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l pull -d 'When to pull the image' -r -f -a "always\t''
missing\t''
never\t''"
complete -c lamel -n "__fish_lamel_using_subcommand run" -l platform -d 'Platform of the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l authfile -d 'Read credentials only from this file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand run" -l creds -d 'Credentials to use instead of stored ones; a missing password is asked for' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l tls-verify -d 'Require HTTPS with a verified certificate; false allows plain HTTP and any certificate' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cert-dir -d 'Directory with the registry\'s certificates, instead of certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cidfile -d 'Write the container ID to a new file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand run" -s l -l label -d 'Set a label' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l label-file -d 'Set the labels listed in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand run" -l add-host -d 'Add an entry to /etc/hosts; the address host-gateway stands for the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l dns -d 'Add a DNS server' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l dns-search -d 'Add a DNS search domain' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l dns-option -l dns-opt -d 'Add a resolver option (resolv.conf(5))' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l stop-signal -d 'Signal that stops the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l stop-timeout -d 'Seconds between the stop signal and SIGKILL' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -s d -l detach -d 'Run in the background and print the container ID'
complete -c lamel -n "__fish_lamel_using_subcommand run" -s i -l interactive -d 'Keep standard input open'
complete -c lamel -n "__fish_lamel_using_subcommand run" -s t -l tty -d 'Allocate a terminal'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l rm -d 'Remove the container when it exits'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l replace -d 'Stop and remove an existing container of the same name'
complete -c lamel -n "__fish_lamel_using_subcommand run" -s P -l publish-all -d 'Publish all exposed ports on free ports of the host'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l read-only -d 'Mount the root filesystem read-only'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l privileged -d 'Run without seccomp filter and masked paths, with all capabilities and devices'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l no-healthcheck -d 'Disable the image\'s health check'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l rootfs -d 'Use the directory IMAGE as the root filesystem; with :O appended, changes go to an overlay and the directory stays as it is'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l init -d 'Run an init process that forwards signals and reaps zombies'
complete -c lamel -n "__fish_lamel_using_subcommand run" -s q -l quiet -d 'Suppress the pull progress'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l no-hosts -d 'Keep the image\'s /etc/hosts'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand exec" -s u -l user -d 'User and group of the command, by name or number' -r
complete -c lamel -n "__fish_lamel_using_subcommand exec" -s w -l workdir -d 'Working directory of the command' -r
complete -c lamel -n "__fish_lamel_using_subcommand exec" -s e -l env -d 'Set an environment variable; NAME alone passes on the value from this environment' -r
complete -c lamel -n "__fish_lamel_using_subcommand exec" -l env-file -d 'Set the environment variables listed in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand exec" -l detach-keys -d 'Set the keys that detach from the terminal, such as ctrl-p,ctrl-q; an empty value disables detaching' -r
complete -c lamel -n "__fish_lamel_using_subcommand exec" -s i -l interactive -d 'Keep standard input open'
complete -c lamel -n "__fish_lamel_using_subcommand exec" -s t -l tty -d 'Allocate a terminal'
complete -c lamel -n "__fish_lamel_using_subcommand exec" -s d -l detach -d 'Run in the background'
complete -c lamel -n "__fish_lamel_using_subcommand exec" -l privileged -d 'Grant all capabilities; the container\'s seccomp filter stays in force'
complete -c lamel -n "__fish_lamel_using_subcommand exec" -s l -l latest -d 'Use the newest container; CONTAINER is then omitted'
complete -c lamel -n "__fish_lamel_using_subcommand exec" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand attach" -l detach-keys -d 'Set the keys that detach from the terminal, such as ctrl-p,ctrl-q; an empty value disables detaching' -r
complete -c lamel -n "__fish_lamel_using_subcommand attach" -l sig-proxy -d 'Forward signals to the process' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand attach" -l no-stdin -d 'Do not attach standard input'
complete -c lamel -n "__fish_lamel_using_subcommand attach" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand attach" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand create" -s a -l attach -d 'Attach only this stream: stdin, stdout or stderr; may be repeated' -r -f -a "stdin\t''
stdout\t''
stderr\t''"
complete -c lamel -n "__fish_lamel_using_subcommand create" -l name -d 'Name of the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -s e -l env -d 'Set an environment variable; NAME alone passes on the value from this environment' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l env-file -d 'Set the environment variables listed in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand create" -s w -l workdir -d 'Working directory of the command' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -s u -l user -d 'User and group of the command, by name or number' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l group-add -d 'Add a supplementary group; keep-groups keeps the groups of the calling user instead' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -s v -l volume -d 'Mount a volume, or a file or directory of the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l mount -d 'Attach a mount: type=bind|volume|tmpfs,source=…,target=…,readonly…' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l volumes-from -d 'Mount the volumes of another container' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l tmpfs -d 'Mount a tmpfs' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l entrypoint -d 'Replace the image\'s entrypoint' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -s h -l hostname -d 'Hostname of the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l network -l net -d 'Network to connect to: none, host, pasta, bridge, container:NAME or a network by name; networks by name may be repeated' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l ip -d 'IPv4 address on the network' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l ip6 -d 'IPv6 address on the network' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l mac-address -d 'MAC address of the network interface' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l network-alias -l net-alias -d 'Additional DNS name on the container\'s networks' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -s p -l publish -d 'Publish a port of the container on the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l expose -d 'Expose a port without publishing it' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l pid -d 'PID namespace: private, host or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l ipc -d 'IPC namespace: private, host or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l uts -d 'UTS namespace (hostname): private, host or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cgroupns -d 'Cgroup namespace: private, host or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l userns -d 'User namespace. host: the one of lamel itself. keep-id[:uid=N,gid=N]: your own uid inside the container (for an ordinary user from Linux 6.16 on). auto[:size=N], as root: ids of its own from the ranges of "containers" in /etc/subuid and /etc/subgid' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l uidmap -d 'Map user ids of the container to the host, as root; may be repeated' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l gidmap -d 'Map group ids of the container to the host, as root (default: as --uidmap)' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cap-add -d 'Add a Linux capability, or ALL' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cap-drop -d 'Drop a Linux capability, or ALL' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l security-opt -d 'Set a security option: seccomp=unconfined|FILE, no-new-privileges, mask=PATH:…, unmask=ALL|PATH:…, systempaths=unconfined, label=…, apparmor=unconfined' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l ulimit -d 'Set a resource limit of the process (getrlimit(2)), such as nofile=1024:2048' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -s m -l memory -d 'Memory limit, such as 512m' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l memory-swap -d 'Limit of memory and swap together; -1 is unlimited' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l memory-reservation -d 'Memory kept for the container when the host runs short of it' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cpus -d 'Number of CPUs, such as 1.5' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -s c -l cpu-shares -d 'Relative CPU weight (default 1024)' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cpu-quota -d 'CPU time in each period' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cpu-period -d 'Length of a CPU quota period' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cpuset-cpus -d 'CPUs to run on, such as 0-2,4' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cpuset-mems -d 'NUMA nodes to allocate memory from, such as 0-1' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l pids-limit -d 'Maximum number of processes; -1 is unlimited' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l blkio-weight -d 'Relative block I/O weight, 10 to 1000' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l sdnotify -d 'Who reports READY=1 to systemd: a program in the container, or lamel when the command runs' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l log-driver -d 'Log driver: json-file, k8s-file, journald, none or passthrough' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l log-opt -d 'Set a log option: max-size=SIZE, max-file=NUMBER, tag=TAG, labels=…, env=…' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l restart -d 'Restart policy while the host is up; to start at boot, use generate systemd' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l timeout -d 'Kill the container after this many seconds; 0 never does' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l health-cmd -d 'Shell command that checks the health of the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l health-interval -d 'Time between checks, such as 1m30s (default 30s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l health-retries -d 'Consecutive failures after which the container is unhealthy (default 3)' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l health-start-period -d 'Time after the start in which failures do not count (default 0s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l health-start-interval -d 'Time between checks in the start period, until one succeeds (default 5s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l health-timeout -d 'Time after which a check is killed and counts as failed (default 30s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l device -d 'Give the container access to a device of the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l sysctl -d 'Set a kernel parameter in the container\'s namespaces' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l annotation -d 'Set an annotation' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l shm-size -d 'Size of /dev/shm, such as 64m' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l umask -d 'Umask of the command, in octal (default 0022)' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l oom-score-adj -d 'Adjust the kernel\'s choice of which process to kill when memory runs out: -1000 (never) to 1000 (first)' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l tz -d 'Time zone, such as Europe/Berlin; local is that of the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l pull -d 'When to pull the image' -r -f -a "always\t''
missing\t''
never\t''"
complete -c lamel -n "__fish_lamel_using_subcommand create" -l platform -d 'Platform of the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l authfile -d 'Read credentials only from this file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand create" -l creds -d 'Credentials to use instead of stored ones; a missing password is asked for' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l tls-verify -d 'Require HTTPS with a verified certificate; false allows plain HTTP and any certificate' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cert-dir -d 'Directory with the registry\'s certificates, instead of certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cidfile -d 'Write the container ID to a new file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand create" -s l -l label -d 'Set a label' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l label-file -d 'Set the labels listed in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand create" -l add-host -d 'Add an entry to /etc/hosts; the address host-gateway stands for the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l dns -d 'Add a DNS server' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l dns-search -d 'Add a DNS search domain' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l dns-option -l dns-opt -d 'Add a resolver option (resolv.conf(5))' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l stop-signal -d 'Signal that stops the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l stop-timeout -d 'Seconds between the stop signal and SIGKILL' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -s i -l interactive -d 'Keep standard input open'
complete -c lamel -n "__fish_lamel_using_subcommand create" -s t -l tty -d 'Allocate a terminal'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l rm -d 'Remove the container when it exits'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l replace -d 'Stop and remove an existing container of the same name'
complete -c lamel -n "__fish_lamel_using_subcommand create" -s P -l publish-all -d 'Publish all exposed ports on free ports of the host'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l read-only -d 'Mount the root filesystem read-only'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l privileged -d 'Run without seccomp filter and masked paths, with all capabilities and devices'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l no-healthcheck -d 'Disable the image\'s health check'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l rootfs -d 'Use the directory IMAGE as the root filesystem; with :O appended, changes go to an overlay and the directory stays as it is'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l init -d 'Run an init process that forwards signals and reaps zombies'
complete -c lamel -n "__fish_lamel_using_subcommand create" -s q -l quiet -d 'Suppress the pull progress'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l no-hosts -d 'Keep the image\'s /etc/hosts'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand start" -l sdnotify -d 'Override who reports READY=1 to systemd' -r
complete -c lamel -n "__fish_lamel_using_subcommand start" -l detach-keys -d 'Set the keys that detach from the terminal, such as ctrl-p,ctrl-q; an empty value disables detaching' -r
complete -c lamel -n "__fish_lamel_using_subcommand start" -l sig-proxy -d 'Forward signals to the process' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand start" -l cidfile -d 'Read the container ID from a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand start" -s f -l filter -d 'Select containers by a filter of ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand start" -s a -l attach -d 'Attach to output, and forward signals'
complete -c lamel -n "__fish_lamel_using_subcommand start" -s i -l interactive -d 'Attach to standard input as well'
complete -c lamel -n "__fish_lamel_using_subcommand start" -l all -d 'Select all containers to which the command applies'
complete -c lamel -n "__fish_lamel_using_subcommand start" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand start" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand stop" -s t -l time -l timeout -d 'Seconds to wait before SIGKILL; -1 waits forever' -r
complete -c lamel -n "__fish_lamel_using_subcommand stop" -s s -l signal -d 'Signal to send in place of the container\'s stop signal' -r
complete -c lamel -n "__fish_lamel_using_subcommand stop" -l cidfile -d 'Read the container ID from a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand stop" -s f -l filter -d 'Select containers by a filter of ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand stop" -s i -l ignore -d 'Ignore containers that do not exist'
complete -c lamel -n "__fish_lamel_using_subcommand stop" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand stop" -s a -l all -d 'Select all containers to which the command applies'
complete -c lamel -n "__fish_lamel_using_subcommand stop" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand restart" -s t -l time -l timeout -d 'Seconds to wait before SIGKILL; -1 waits forever' -r
complete -c lamel -n "__fish_lamel_using_subcommand restart" -s s -l signal -d 'Signal to send in place of the container\'s stop signal' -r
complete -c lamel -n "__fish_lamel_using_subcommand restart" -l cidfile -d 'Read the container ID from a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand restart" -s f -l filter -d 'Select containers by a filter of ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand restart" -l running -d 'Restart only running containers, when none are named'
complete -c lamel -n "__fish_lamel_using_subcommand restart" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand restart" -s a -l all -d 'Select all containers to which the command applies'
complete -c lamel -n "__fish_lamel_using_subcommand restart" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand kill" -s s -l signal -d 'Signal to send, by name or number' -r
complete -c lamel -n "__fish_lamel_using_subcommand kill" -l filter -d 'Select containers by a filter of ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand kill" -l cidfile -d 'Read the container ID from a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand kill" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand kill" -s a -l all -d 'Select all containers to which the command applies'
complete -c lamel -n "__fish_lamel_using_subcommand kill" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand wait" -l condition -d 'Wait for one of these states instead of the exit' -r -f -a "created\t''
running\t''
paused\t''
exited\t''
stopped\t''
dead\t''
healthy\t''
unhealthy\t''"
complete -c lamel -n "__fish_lamel_using_subcommand wait" -s i -l interval -d 'Interval between checks of the condition, as 1m30s or in milliseconds' -r
complete -c lamel -n "__fish_lamel_using_subcommand wait" -l ignore -d 'Ignore containers that do not exist'
complete -c lamel -n "__fish_lamel_using_subcommand wait" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand wait" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand pause" -l cidfile -d 'Read the container ID from a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand pause" -s f -l filter -d 'Select containers by a filter of ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand pause" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand pause" -s a -l all -d 'Select all containers to which the command applies'
complete -c lamel -n "__fish_lamel_using_subcommand pause" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand unpause" -l cidfile -d 'Read the container ID from a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand unpause" -s f -l filter -d 'Select containers by a filter of ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand unpause" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand unpause" -s a -l all -d 'Select all containers to which the command applies'
complete -c lamel -n "__fish_lamel_using_subcommand unpause" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand update" -s m -l memory -d 'Memory limit, such as 512m' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l memory-swap -d 'Limit of memory and swap together; -1 is unlimited' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l memory-reservation -d 'Memory kept for the container when the host runs short of it' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l cpus -d 'Number of CPUs, such as 1.5' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -s c -l cpu-shares -d 'Relative CPU weight (default 1024)' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l cpu-quota -d 'CPU time in each period' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l cpu-period -d 'Length of a CPU quota period' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l cpuset-cpus -d 'CPUs to run on, such as 0-2,4' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l cpuset-mems -d 'NUMA nodes to allocate memory from, such as 0-1' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l pids-limit -d 'Maximum number of processes; -1 is unlimited' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l blkio-weight -d 'Relative block I/O weight, 10 to 1000' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l restart -d 'Restart policy: no, always, unless-stopped, on-failure[:NUMBER]' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand rename" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand logs" -s n -l tail -d 'Number of lines to show from the end, or all' -r
complete -c lamel -n "__fish_lamel_using_subcommand logs" -l since -d 'Show output since a time (RFC 3339, Unix seconds) or since a duration ago, such as 10m' -r
complete -c lamel -n "__fish_lamel_using_subcommand logs" -l until -d 'Show output before a time (RFC 3339, Unix seconds) or before a duration ago, such as 10m' -r
complete -c lamel -n "__fish_lamel_using_subcommand logs" -s f -l follow -d 'Follow the output until the container exits'
complete -c lamel -n "__fish_lamel_using_subcommand logs" -s t -l timestamps -d 'Show the time of each line'
complete -c lamel -n "__fish_lamel_using_subcommand logs" -l details -d 'Show the fields that --log-opt labels, env and tag add to each line'
complete -c lamel -n "__fish_lamel_using_subcommand logs" -l names -d 'Prefix lines of several containers by name instead of ID'
complete -c lamel -n "__fish_lamel_using_subcommand logs" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand logs" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand top" -s l -l latest -d 'Use the newest container; CONTAINER is then omitted'
complete -c lamel -n "__fish_lamel_using_subcommand top" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand stats" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand stats" -s i -l interval -d 'Seconds between updates' -r
complete -c lamel -n "__fish_lamel_using_subcommand stats" -s a -l all -d 'Show all containers, not only running ones'
complete -c lamel -n "__fish_lamel_using_subcommand stats" -l no-stream -d 'Print the statistics once and exit'
complete -c lamel -n "__fish_lamel_using_subcommand stats" -l no-trunc -d 'Do not shorten IDs and names'
complete -c lamel -n "__fish_lamel_using_subcommand stats" -l no-reset -d 'Do not clear the terminal between updates'
complete -c lamel -n "__fish_lamel_using_subcommand stats" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand stats" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand port" -s a -l all -d 'Show the ports of all running containers'
complete -c lamel -n "__fish_lamel_using_subcommand port" -s l -l latest -d 'Use the newest container; CONTAINER is then omitted'
complete -c lamel -n "__fish_lamel_using_subcommand port" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand cp" -s a -l archive -d 'Keep owners; otherwise files belong to the user at the destination (root in a container)'
complete -c lamel -n "__fish_lamel_using_subcommand cp" -s L -l follow-link -d 'Follow SOURCE if it is a symbolic link'
complete -c lamel -n "__fish_lamel_using_subcommand cp" -s q -l quiet -d 'Suppress the summary'
complete -c lamel -n "__fish_lamel_using_subcommand cp" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lamel -n "__fish_lamel_using_subcommand diff" -l format -d 'Set the output format: json is an object that lists the paths by kind of change' -r -f -a "json\t''"
complete -c lamel -n "__fish_lamel_using_subcommand diff" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand diff" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand commit" -s a -l author -d 'Author of the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand commit" -s m -l message -d 'Commit message, kept in the history of the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand commit" -s c -l change -d 'Apply a Dockerfile instruction to the image: CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, SHELL, STOPSIGNAL, USER, VOLUME, WORKDIR' -r
complete -c lamel -n "__fish_lamel_using_subcommand commit" -s p -l pause -d 'Pause the container during the commit' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand commit" -l source-date-epoch -d 'Creation time of the image in seconds since 1970; newer file times in the new layer are set to it' -r
complete -c lamel -n "__fish_lamel_using_subcommand commit" -l iidfile -d 'Write the image ID to a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand commit" -s q -l quiet -d 'Accepted for compatibility: only the image ID is printed in any case'
complete -c lamel -n "__fish_lamel_using_subcommand commit" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand export" -s o -l output -d 'Write to a file instead of standard output' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand export" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand rm" -s t -l time -l timeout -d 'Seconds to wait after the stop signal before SIGKILL; implies --force (default 0: kill at once)' -r
complete -c lamel -n "__fish_lamel_using_subcommand rm" -l filter -d 'Select containers by a filter of ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand rm" -l cidfile -d 'Read the container ID from a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand rm" -s f -l force -d 'Kill running containers, and remove containers with unreadable records'
complete -c lamel -n "__fish_lamel_using_subcommand rm" -s v -l volumes -d 'Remove anonymous volumes of the containers as well'
complete -c lamel -n "__fish_lamel_using_subcommand rm" -s i -l ignore -d 'Ignore containers that do not exist'
complete -c lamel -n "__fish_lamel_using_subcommand rm" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand rm" -s a -l all -d 'Select all containers to which the command applies'
complete -c lamel -n "__fish_lamel_using_subcommand rm" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand images" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand images" -s f -l filter -d 'Show only images that match: dangling=true|false, before=IMAGE, since=IMAGE, label=KEY[=VALUE], reference=GLOB, until=TIME, intermediate=true|false, containers=true|false, id=ID' -r
complete -c lamel -n "__fish_lamel_using_subcommand images" -l sort -d 'Sort by a field' -r -f -a "created\t''
id\t''
repository\t''
size\t''
tag\t''"
complete -c lamel -n "__fish_lamel_using_subcommand images" -s q -l quiet -d 'Print only IDs'
complete -c lamel -n "__fish_lamel_using_subcommand images" -s a -l all -d 'Show intermediate images of builds as well'
complete -c lamel -n "__fish_lamel_using_subcommand images" -l no-trunc -d 'Do not shorten IDs'
complete -c lamel -n "__fish_lamel_using_subcommand images" -l digests -d 'Show digests'
complete -c lamel -n "__fish_lamel_using_subcommand images" -l tree -d 'Show images below the layers that they share; with --format, the tree as one document'
complete -c lamel -n "__fish_lamel_using_subcommand images" -s n -l noheading -d 'Do not print the table headings'
complete -c lamel -n "__fish_lamel_using_subcommand images" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand pull" -l progress -d 'Set the style of the progress display' -r -f -a "auto\t'Bars where stderr is a terminal, otherwise plain'
plain\t'A line for each layer when it is done'
json\t'An object a line on stdout, as Docker\'s API sends them: status, id (of a layer), progressDetail (current and total bytes); at the end aux (Name and ID of the image), or error'
none\t'Nothing but the image\'s name at the end'"
complete -c lamel -n "__fish_lamel_using_subcommand pull" -l platform -d 'Platform of the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand pull" -l authfile -d 'Read credentials only from this file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand pull" -l creds -d 'Credentials to use instead of stored ones; a missing password is asked for' -r
complete -c lamel -n "__fish_lamel_using_subcommand pull" -l tls-verify -d 'Require HTTPS with a verified certificate; false allows plain HTTP and any certificate' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand pull" -l cert-dir -d 'Directory with the registry\'s certificates, instead of certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand pull" -s a -l all-tags -d 'Pull all tagged images of the repository'
complete -c lamel -n "__fish_lamel_using_subcommand pull" -s q -l quiet -d 'Print only the full name of the image'
complete -c lamel -n "__fish_lamel_using_subcommand pull" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lamel -n "__fish_lamel_using_subcommand push" -l compression-format -l compression -d 'Compress every layer in this format (default: the setting, or whatever the registry already has)' -r -f -a "gzip\t''
zstd\t''"
complete -c lamel -n "__fish_lamel_using_subcommand push" -l compression-level -d 'Compression level: 0 to 9 for gzip (default 6), 1 to 22 for zstd (default 3)' -r
complete -c lamel -n "__fish_lamel_using_subcommand push" -l authfile -d 'Read credentials only from this file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand push" -l creds -d 'Credentials to use instead of stored ones; a missing password is asked for' -r
complete -c lamel -n "__fish_lamel_using_subcommand push" -l tls-verify -d 'Require HTTPS with a verified certificate; false allows plain HTTP and any certificate' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand push" -l cert-dir -d 'Directory with the registry\'s certificates, instead of certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand push" -s a -l all-tags -d 'Push all tags of the repository'
complete -c lamel -n "__fish_lamel_using_subcommand push" -s q -l quiet -d 'Print only the full name of the image'
complete -c lamel -n "__fish_lamel_using_subcommand push" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand history" -s H -l human -d 'Print readable sizes and times; =false prints bytes and dates' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand history" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand history" -l no-trunc -d 'Do not shorten IDs and commands'
complete -c lamel -n "__fish_lamel_using_subcommand history" -l layers -d 'Show the layer of each step, with the files and bytes that it added, changed and deleted'
complete -c lamel -n "__fish_lamel_using_subcommand history" -s q -l quiet -d 'Print only IDs'
complete -c lamel -n "__fish_lamel_using_subcommand history" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand tag" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand untag" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand save" -s o -l output -d 'Write to a file, or directory, instead of standard output' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand save" -l format -d 'Format of the archive' -r -f -a "docker-archive\t'What docker save writes, readable as an OCI layout as well'
oci-archive\t'An OCI layout in a tar'
oci-dir\t'An OCI layout in a directory'"
complete -c lamel -n "__fish_lamel_using_subcommand save" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lamel -n "__fish_lamel_using_subcommand load" -s i -l input -d 'Read from an archive file or OCI layout directory instead of standard input' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand load" -l platform -d 'Platform of the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand load" -s q -l quiet -d 'Suppress the progress'
complete -c lamel -n "__fish_lamel_using_subcommand load" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand import" -s c -l change -d 'Apply a Dockerfile instruction to the image: CMD, ENTRYPOINT, ENV, …' -r
complete -c lamel -n "__fish_lamel_using_subcommand import" -s m -l message -d 'Commit message, kept in the history of the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand import" -l platform -d 'Platform of the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand import" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand rmi" -s f -l force -d 'Remove an image with several names by its ID, untag an image that a container uses, and ignore missing images'
complete -c lamel -n "__fish_lamel_using_subcommand rmi" -l no-prune -d 'Keep unnamed parent images'
complete -c lamel -n "__fish_lamel_using_subcommand rmi" -s i -l ignore -d 'Ignore images that do not exist'
complete -c lamel -n "__fish_lamel_using_subcommand rmi" -s a -l all -d 'Remove all images'
complete -c lamel -n "__fish_lamel_using_subcommand rmi" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand inspect" -s f -l format -d 'Format each object with a Go template instead of JSON' -r
complete -c lamel -n "__fish_lamel_using_subcommand inspect" -l type -d 'Type of object to look for' -r -f -a "image\t''
container\t''"
complete -c lamel -n "__fish_lamel_using_subcommand inspect" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand inspect" -s s -l size -d 'Show the sizes of containers'
complete -c lamel -n "__fish_lamel_using_subcommand inspect" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand login" -s u -l username -d 'User name' -r
complete -c lamel -n "__fish_lamel_using_subcommand login" -s p -l password -d 'Password; visible to other users of this host, prefer --password-stdin' -r
complete -c lamel -n "__fish_lamel_using_subcommand login" -l authfile -d 'File to store the credentials in' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand login" -l tls-verify -d 'Require HTTPS with a verified certificate; false allows plain HTTP and any certificate' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand login" -l cert-dir -d 'Directory with the registry\'s certificates, instead of certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand login" -l password-stdin -d 'Read the password from standard input'
complete -c lamel -n "__fish_lamel_using_subcommand login" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand logout" -l authfile -d 'File with the stored credentials' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand logout" -s a -l all -d 'Remove the credentials of all registries'
complete -c lamel -n "__fish_lamel_using_subcommand logout" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand prune" -l filter -d 'Remove only images and containers that match: until=TIME, label=KEY[=VALUE], label!=KEY[=VALUE]' -r
complete -c lamel -n "__fish_lamel_using_subcommand prune" -s a -l all -d 'Remove all images that no container uses, not only those without a name'
complete -c lamel -n "__fish_lamel_using_subcommand prune" -s f -l force -d 'Do not ask for confirmation'
complete -c lamel -n "__fish_lamel_using_subcommand prune" -l dry-run -d 'Print what would be removed, and remove nothing'
complete -c lamel -n "__fish_lamel_using_subcommand prune" -l volumes -d 'Remove anonymous volumes that no container uses as well'
complete -c lamel -n "__fish_lamel_using_subcommand prune" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "ls" -d 'List images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "list" -d 'List images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "pull" -d 'Pull images from a registry'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "push" -d 'Push an image to a registry'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "history" -d 'Show the history of an image'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "tag" -d 'Add a name to an image'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "untag" -d 'Remove names from an image'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "save" -d 'Save images to an archive'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "load" -d 'Load images from an archive'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "import" -d 'Create an image of one layer from a tar archive'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "inspect" -d 'Show details of images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "tree" -d 'Show the layers of an image'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "diff" -d 'Compare two images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "files" -d 'List the files of an image or of one of its layers'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "exists" -d 'Check whether an image exists: exit code 0 or 1'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "rm" -d 'Remove images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "remove" -d 'Remove images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "prune" -d 'Remove unused images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -s f -l filter -d 'Show only images that match: dangling=true|false, before=IMAGE, since=IMAGE, label=KEY[=VALUE], reference=GLOB, until=TIME, intermediate=true|false, containers=true|false, id=ID' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -l sort -d 'Sort by a field' -r -f -a "created\t''
id\t''
repository\t''
size\t''
tag\t''"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Print only IDs'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -s a -l all -d 'Show intermediate images of builds as well'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -l no-trunc -d 'Do not shorten IDs'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -l digests -d 'Show digests'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -l tree -d 'Show images below the layers that they share; with --format, the tree as one document'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -s n -l noheading -d 'Do not print the table headings'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -s f -l filter -d 'Show only images that match: dangling=true|false, before=IMAGE, since=IMAGE, label=KEY[=VALUE], reference=GLOB, until=TIME, intermediate=true|false, containers=true|false, id=ID' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -l sort -d 'Sort by a field' -r -f -a "created\t''
id\t''
repository\t''
size\t''
tag\t''"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only IDs'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -s a -l all -d 'Show intermediate images of builds as well'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -l no-trunc -d 'Do not shorten IDs'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -l digests -d 'Show digests'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -l tree -d 'Show images below the layers that they share; with --format, the tree as one document'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -s n -l noheading -d 'Do not print the table headings'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -l progress -d 'Set the style of the progress display' -r -f -a "auto\t'Bars where stderr is a terminal, otherwise plain'
plain\t'A line for each layer when it is done'
json\t'An object a line on stdout, as Docker\'s API sends them: status, id (of a layer), progressDetail (current and total bytes); at the end aux (Name and ID of the image), or error'
none\t'Nothing but the image\'s name at the end'"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -l platform -d 'Platform of the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -l authfile -d 'Read credentials only from this file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -l creds -d 'Credentials to use instead of stored ones; a missing password is asked for' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -l tls-verify -d 'Require HTTPS with a verified certificate; false allows plain HTTP and any certificate' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -l cert-dir -d 'Directory with the registry\'s certificates, instead of certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -s a -l all-tags -d 'Pull all tagged images of the repository'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -s q -l quiet -d 'Print only the full name of the image'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -l compression-format -l compression -d 'Compress every layer in this format (default: the setting, or whatever the registry already has)' -r -f -a "gzip\t''
zstd\t''"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -l compression-level -d 'Compression level: 0 to 9 for gzip (default 6), 1 to 22 for zstd (default 3)' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -l authfile -d 'Read credentials only from this file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -l creds -d 'Credentials to use instead of stored ones; a missing password is asked for' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -l tls-verify -d 'Require HTTPS with a verified certificate; false allows plain HTTP and any certificate' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -l cert-dir -d 'Directory with the registry\'s certificates, instead of certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -s a -l all-tags -d 'Push all tags of the repository'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -s q -l quiet -d 'Print only the full name of the image'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from history" -s H -l human -d 'Print readable sizes and times; =false prints bytes and dates' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from history" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from history" -l no-trunc -d 'Do not shorten IDs and commands'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from history" -l layers -d 'Show the layer of each step, with the files and bytes that it added, changed and deleted'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Print only IDs'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from tag" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from untag" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from save" -s o -l output -d 'Write to a file, or directory, instead of standard output' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from save" -l format -d 'Format of the archive' -r -f -a "docker-archive\t'What docker save writes, readable as an OCI layout as well'
oci-archive\t'An OCI layout in a tar'
oci-dir\t'An OCI layout in a directory'"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from save" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from load" -s i -l input -d 'Read from an archive file or OCI layout directory instead of standard input' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from load" -l platform -d 'Platform of the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from load" -s q -l quiet -d 'Suppress the progress'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from load" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from import" -s c -l change -d 'Apply a Dockerfile instruction to the image: CMD, ENTRYPOINT, ENV, …' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from import" -s m -l message -d 'Commit message, kept in the history of the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from import" -l platform -d 'Platform of the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from inspect" -s f -l format -d 'Format each object with a Go template instead of JSON' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from inspect" -l type -d 'Type of object to look for' -r -f -a "image\t''
container\t''"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from inspect" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from inspect" -s s -l size -d 'Show the sizes of containers'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from tree" -l format -d 'Set the output format: \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from tree" -l no-trunc -d 'Do not shorten diff_ids'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from tree" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from diff" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from files" -l layer -d 'List the entries of one layer as in its tar archive: a number from 1 (the base), or a diff_id' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from files" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from files" -s n -l noheading -d 'Do not print the table headings'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from files" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from exists" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from rm" -s f -l force -d 'Remove an image with several names by its ID, untag an image that a container uses, and ignore missing images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from rm" -l no-prune -d 'Keep unnamed parent images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from rm" -s i -l ignore -d 'Ignore images that do not exist'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from rm" -s a -l all -d 'Remove all images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from remove" -s f -l force -d 'Remove an image with several names by its ID, untag an image that a container uses, and ignore missing images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from remove" -l no-prune -d 'Keep unnamed parent images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from remove" -s i -l ignore -d 'Ignore images that do not exist'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from remove" -s a -l all -d 'Remove all images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from prune" -l filter -d 'Remove only images that match: until=TIME, label=KEY[=VALUE], label!=KEY[=VALUE]' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from prune" -s a -l all -d 'Remove all images that no container uses, not only those without a name'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask for confirmation'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from prune" -l dry-run -d 'Print what would be removed, and remove nothing'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "pull" -d 'Pull images from a registry'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "push" -d 'Push an image to a registry'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "history" -d 'Show the history of an image'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "tag" -d 'Add a name to an image'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "untag" -d 'Remove names from an image'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "save" -d 'Save images to an archive'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "load" -d 'Load images from an archive'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "import" -d 'Create an image of one layer from a tar archive'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Show details of images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "tree" -d 'Show the layers of an image'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Compare two images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "files" -d 'List the files of an image or of one of its layers'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "exists" -d 'Check whether an image exists: exit code 0 or 1'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "rm" -d 'Remove images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove unused images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "ls" -d 'List containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "list" -d 'List containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "ps" -d 'List containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "run" -d 'Run a command in a new container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "exec" -d 'Run a command in a running container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "attach" -d 'Attach to a running container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "create" -d 'Create a container without starting it'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "start" -d 'Start containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "stop" -d 'Stop containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "restart" -d 'Restart containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "kill" -d 'Send a signal to containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "wait" -d 'Wait for containers to exit and print their exit codes'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "pause" -d 'Pause all processes of containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "unpause" -d 'Resume paused containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "update" -d 'Change resource limits and restart policies of containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "rename" -d 'Rename a container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "logs" -d 'Show the output of containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "top" -d 'List the processes of a container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "stats" -d 'Show the resource usage of containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "port" -d 'List the published ports of a container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "cp" -d 'Copy files between a container and the host'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "diff" -d 'List the changes to a container\'s filesystem'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "commit" -d 'Create an image from a container\'s changes'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "export" -d 'Export a container\'s filesystem as a tar archive'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "inspect" -d 'Show details of containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "rm" -d 'Remove containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "remove" -d 'Remove containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "exists" -d 'Check whether a container exists: exit code 0 or 1'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "prune" -d 'Remove stopped containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -s n -l last -d 'Show the newest NUMBER containers, in any state' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -s f -l filter -d 'Show only containers that match: id, name, command, label, label!, status, exited, ancestor, before, since, until, volume, network, expose, publish, restart-policy, health' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -l sort -d 'Sort by a field instead of by creation time' -r -f -a "command\t''
created\t''
id\t''
image\t''
names\t''
runningfor\t''
size\t''
status\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -s a -l all -d 'Show all containers, not only running ones'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -s l -l latest -d 'Show the newest container, in any state'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Print only IDs'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -l no-trunc -d 'Do not shorten IDs and commands'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -s s -l size -d 'Show the size of what each container wrote'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -l noheading -d 'Do not print the table headings'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -l external -d 'Accepted for compatibility: lamel has no containers of other programs'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -s n -l last -d 'Show the newest NUMBER containers, in any state' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -s f -l filter -d 'Show only containers that match: id, name, command, label, label!, status, exited, ancestor, before, since, until, volume, network, expose, publish, restart-policy, health' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -l sort -d 'Sort by a field instead of by creation time' -r -f -a "command\t''
created\t''
id\t''
image\t''
names\t''
runningfor\t''
size\t''
status\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -s a -l all -d 'Show all containers, not only running ones'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -s l -l latest -d 'Show the newest container, in any state'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only IDs'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -l no-trunc -d 'Do not shorten IDs and commands'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -s s -l size -d 'Show the size of what each container wrote'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -l noheading -d 'Do not print the table headings'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -l external -d 'Accepted for compatibility: lamel has no containers of other programs'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -s n -l last -d 'Show the newest NUMBER containers, in any state' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -s f -l filter -d 'Show only containers that match: id, name, command, label, label!, status, exited, ancestor, before, since, until, volume, network, expose, publish, restart-policy, health' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -l sort -d 'Sort by a field instead of by creation time' -r -f -a "command\t''
created\t''
id\t''
image\t''
names\t''
runningfor\t''
size\t''
status\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -s a -l all -d 'Show all containers, not only running ones'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -s l -l latest -d 'Show the newest container, in any state'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -s q -l quiet -d 'Print only IDs'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -l no-trunc -d 'Do not shorten IDs and commands'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -s s -l size -d 'Show the size of what each container wrote'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -l noheading -d 'Do not print the table headings'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -l external -d 'Accepted for compatibility: lamel has no containers of other programs'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l preserve-fds -d 'Number of file descriptors after standard error to pass to the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l detach-keys -d 'Set the keys that detach from the terminal, such as ctrl-p,ctrl-q; an empty value disables detaching' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l sig-proxy -d 'Forward signals to the process' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s a -l attach -d 'Attach only this stream: stdin, stdout or stderr; may be repeated' -r -f -a "stdin\t''
stdout\t''
stderr\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l name -d 'Name of the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s e -l env -d 'Set an environment variable; NAME alone passes on the value from this environment' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l env-file -d 'Set the environment variables listed in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s w -l workdir -d 'Working directory of the command' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s u -l user -d 'User and group of the command, by name or number' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l group-add -d 'Add a supplementary group; keep-groups keeps the groups of the calling user instead' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s v -l volume -d 'Mount a volume, or a file or directory of the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l mount -d 'Attach a mount: type=bind|volume|tmpfs,source=…,target=…,readonly…' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l volumes-from -d 'Mount the volumes of another container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l tmpfs -d 'Mount a tmpfs' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l entrypoint -d 'Replace the image\'s entrypoint' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s h -l hostname -d 'Hostname of the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l network -l net -d 'Network to connect to: none, host, pasta, bridge, container:NAME or a network by name; networks by name may be repeated' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l ip -d 'IPv4 address on the network' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l ip6 -d 'IPv6 address on the network' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l mac-address -d 'MAC address of the network interface' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l network-alias -l net-alias -d 'Additional DNS name on the container\'s networks' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s p -l publish -d 'Publish a port of the container on the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l expose -d 'Expose a port without publishing it' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l pid -d 'PID namespace: private, host or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l ipc -d 'IPC namespace: private, host or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l uts -d 'UTS namespace (hostname): private, host or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cgroupns -d 'Cgroup namespace: private, host or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l userns -d 'User namespace. host: the one of lamel itself. keep-id[:uid=N,gid=N]: your own uid inside the container (for an ordinary user from Linux 6.16 on). auto[:size=N], as root: ids of its own from the ranges of "containers" in /etc/subuid and /etc/subgid' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l uidmap -d 'Map user ids of the container to the host, as root; may be repeated' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l gidmap -d 'Map group ids of the container to the host, as root (default: as --uidmap)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cap-add -d 'Add a Linux capability, or ALL' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cap-drop -d 'Drop a Linux capability, or ALL' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l security-opt -d 'Set a security option: seccomp=unconfined|FILE, no-new-privileges, mask=PATH:…, unmask=ALL|PATH:…, systempaths=unconfined, label=…, apparmor=unconfined' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l ulimit -d 'Set a resource limit of the process (getrlimit(2)), such as nofile=1024:2048' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s m -l memory -d 'Memory limit, such as 512m' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l memory-swap -d 'Limit of memory and swap together; -1 is unlimited' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l memory-reservation -d 'Memory kept for the container when the host runs short of it' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cpus -d 'Number of CPUs, such as 1.5' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s c -l cpu-shares -d 'Relative CPU weight (default 1024)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cpu-quota -d 'CPU time in each period' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cpu-period -d 'Length of a CPU quota period' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cpuset-cpus -d 'CPUs to run on, such as 0-2,4' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cpuset-mems -d 'NUMA nodes to allocate memory from, such as 0-1' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l pids-limit -d 'Maximum number of processes; -1 is unlimited' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l blkio-weight -d 'Relative block I/O weight, 10 to 1000' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l sdnotify -d 'Who reports READY=1 to systemd: a program in the container, or lamel when the command runs' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l log-driver -d 'Log driver: json-file, k8s-file, journald, none or passthrough' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l log-opt -d 'Set a log option: max-size=SIZE, max-file=NUMBER, tag=TAG, labels=…, env=…' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l restart -d 'Restart policy while the host is up; to start at boot, use generate systemd' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l timeout -d 'Kill the container after this many seconds; 0 never does' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l health-cmd -d 'Shell command that checks the health of the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l health-interval -d 'Time between checks, such as 1m30s (default 30s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l health-retries -d 'Consecutive failures after which the container is unhealthy (default 3)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l health-start-period -d 'Time after the start in which failures do not count (default 0s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l health-start-interval -d 'Time between checks in the start period, until one succeeds (default 5s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l health-timeout -d 'Time after which a check is killed and counts as failed (default 30s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l device -d 'Give the container access to a device of the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l sysctl -d 'Set a kernel parameter in the container\'s namespaces' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l annotation -d 'Set an annotation' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l shm-size -d 'Size of /dev/shm, such as 64m' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l umask -d 'Umask of the command, in octal (default 0022)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l oom-score-adj -d 'Adjust the kernel\'s choice of which process to kill when memory runs out: -1000 (never) to 1000 (first)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l tz -d 'Time zone, such as Europe/Berlin; local is that of the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l pull -d 'When to pull the image' -r -f -a "always\t''
missing\t''
never\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l platform -d 'Platform of the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l authfile -d 'Read credentials only from this file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l creds -d 'Credentials to use instead of stored ones; a missing password is asked for' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l tls-verify -d 'Require HTTPS with a verified certificate; false allows plain HTTP and any certificate' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cert-dir -d 'Directory with the registry\'s certificates, instead of certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cidfile -d 'Write the container ID to a new file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s l -l label -d 'Set a label' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l label-file -d 'Set the labels listed in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l add-host -d 'Add an entry to /etc/hosts; the address host-gateway stands for the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l dns -d 'Add a DNS server' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l dns-search -d 'Add a DNS search domain' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l dns-option -l dns-opt -d 'Add a resolver option (resolv.conf(5))' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l stop-signal -d 'Signal that stops the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l stop-timeout -d 'Seconds between the stop signal and SIGKILL' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s d -l detach -d 'Run in the background and print the container ID'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s i -l interactive -d 'Keep standard input open'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s t -l tty -d 'Allocate a terminal'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l rm -d 'Remove the container when it exits'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l replace -d 'Stop and remove an existing container of the same name'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s P -l publish-all -d 'Publish all exposed ports on free ports of the host'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l read-only -d 'Mount the root filesystem read-only'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l privileged -d 'Run without seccomp filter and masked paths, with all capabilities and devices'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l no-healthcheck -d 'Disable the image\'s health check'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l rootfs -d 'Use the directory IMAGE as the root filesystem; with :O appended, changes go to an overlay and the directory stays as it is'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l init -d 'Run an init process that forwards signals and reaps zombies'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s q -l quiet -d 'Suppress the pull progress'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l no-hosts -d 'Keep the image\'s /etc/hosts'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -s u -l user -d 'User and group of the command, by name or number' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -s w -l workdir -d 'Working directory of the command' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -s e -l env -d 'Set an environment variable; NAME alone passes on the value from this environment' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -l env-file -d 'Set the environment variables listed in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -l detach-keys -d 'Set the keys that detach from the terminal, such as ctrl-p,ctrl-q; an empty value disables detaching' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -s i -l interactive -d 'Keep standard input open'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -s t -l tty -d 'Allocate a terminal'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -s d -l detach -d 'Run in the background'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -l privileged -d 'Grant all capabilities; the container\'s seccomp filter stays in force'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -s l -l latest -d 'Use the newest container; CONTAINER is then omitted'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from attach" -l detach-keys -d 'Set the keys that detach from the terminal, such as ctrl-p,ctrl-q; an empty value disables detaching' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from attach" -l sig-proxy -d 'Forward signals to the process' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from attach" -l no-stdin -d 'Do not attach standard input'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from attach" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from attach" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s a -l attach -d 'Attach only this stream: stdin, stdout or stderr; may be repeated' -r -f -a "stdin\t''
stdout\t''
stderr\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l name -d 'Name of the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s e -l env -d 'Set an environment variable; NAME alone passes on the value from this environment' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l env-file -d 'Set the environment variables listed in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s w -l workdir -d 'Working directory of the command' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s u -l user -d 'User and group of the command, by name or number' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l group-add -d 'Add a supplementary group; keep-groups keeps the groups of the calling user instead' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s v -l volume -d 'Mount a volume, or a file or directory of the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l mount -d 'Attach a mount: type=bind|volume|tmpfs,source=…,target=…,readonly…' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l volumes-from -d 'Mount the volumes of another container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l tmpfs -d 'Mount a tmpfs' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l entrypoint -d 'Replace the image\'s entrypoint' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s h -l hostname -d 'Hostname of the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l network -l net -d 'Network to connect to: none, host, pasta, bridge, container:NAME or a network by name; networks by name may be repeated' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l ip -d 'IPv4 address on the network' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l ip6 -d 'IPv6 address on the network' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l mac-address -d 'MAC address of the network interface' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l network-alias -l net-alias -d 'Additional DNS name on the container\'s networks' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s p -l publish -d 'Publish a port of the container on the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l expose -d 'Expose a port without publishing it' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l pid -d 'PID namespace: private, host or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l ipc -d 'IPC namespace: private, host or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l uts -d 'UTS namespace (hostname): private, host or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cgroupns -d 'Cgroup namespace: private, host or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l userns -d 'User namespace. host: the one of lamel itself. keep-id[:uid=N,gid=N]: your own uid inside the container (for an ordinary user from Linux 6.16 on). auto[:size=N], as root: ids of its own from the ranges of "containers" in /etc/subuid and /etc/subgid' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l uidmap -d 'Map user ids of the container to the host, as root; may be repeated' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l gidmap -d 'Map group ids of the container to the host, as root (default: as --uidmap)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cap-add -d 'Add a Linux capability, or ALL' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cap-drop -d 'Drop a Linux capability, or ALL' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l security-opt -d 'Set a security option: seccomp=unconfined|FILE, no-new-privileges, mask=PATH:…, unmask=ALL|PATH:…, systempaths=unconfined, label=…, apparmor=unconfined' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l ulimit -d 'Set a resource limit of the process (getrlimit(2)), such as nofile=1024:2048' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s m -l memory -d 'Memory limit, such as 512m' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l memory-swap -d 'Limit of memory and swap together; -1 is unlimited' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l memory-reservation -d 'Memory kept for the container when the host runs short of it' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cpus -d 'Number of CPUs, such as 1.5' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s c -l cpu-shares -d 'Relative CPU weight (default 1024)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cpu-quota -d 'CPU time in each period' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cpu-period -d 'Length of a CPU quota period' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cpuset-cpus -d 'CPUs to run on, such as 0-2,4' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cpuset-mems -d 'NUMA nodes to allocate memory from, such as 0-1' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l pids-limit -d 'Maximum number of processes; -1 is unlimited' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l blkio-weight -d 'Relative block I/O weight, 10 to 1000' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l sdnotify -d 'Who reports READY=1 to systemd: a program in the container, or lamel when the command runs' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l log-driver -d 'Log driver: json-file, k8s-file, journald, none or passthrough' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l log-opt -d 'Set a log option: max-size=SIZE, max-file=NUMBER, tag=TAG, labels=…, env=…' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l restart -d 'Restart policy while the host is up; to start at boot, use generate systemd' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l timeout -d 'Kill the container after this many seconds; 0 never does' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l health-cmd -d 'Shell command that checks the health of the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l health-interval -d 'Time between checks, such as 1m30s (default 30s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l health-retries -d 'Consecutive failures after which the container is unhealthy (default 3)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l health-start-period -d 'Time after the start in which failures do not count (default 0s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l health-start-interval -d 'Time between checks in the start period, until one succeeds (default 5s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l health-timeout -d 'Time after which a check is killed and counts as failed (default 30s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l device -d 'Give the container access to a device of the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l sysctl -d 'Set a kernel parameter in the container\'s namespaces' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l annotation -d 'Set an annotation' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l shm-size -d 'Size of /dev/shm, such as 64m' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l umask -d 'Umask of the command, in octal (default 0022)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l oom-score-adj -d 'Adjust the kernel\'s choice of which process to kill when memory runs out: -1000 (never) to 1000 (first)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l tz -d 'Time zone, such as Europe/Berlin; local is that of the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l pull -d 'When to pull the image' -r -f -a "always\t''
missing\t''
never\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l platform -d 'Platform of the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l authfile -d 'Read credentials only from this file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l creds -d 'Credentials to use instead of stored ones; a missing password is asked for' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l tls-verify -d 'Require HTTPS with a verified certificate; false allows plain HTTP and any certificate' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cert-dir -d 'Directory with the registry\'s certificates, instead of certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cidfile -d 'Write the container ID to a new file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s l -l label -d 'Set a label' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l label-file -d 'Set the labels listed in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l add-host -d 'Add an entry to /etc/hosts; the address host-gateway stands for the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l dns -d 'Add a DNS server' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l dns-search -d 'Add a DNS search domain' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l dns-option -l dns-opt -d 'Add a resolver option (resolv.conf(5))' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l stop-signal -d 'Signal that stops the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l stop-timeout -d 'Seconds between the stop signal and SIGKILL' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s i -l interactive -d 'Keep standard input open'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s t -l tty -d 'Allocate a terminal'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l rm -d 'Remove the container when it exits'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l replace -d 'Stop and remove an existing container of the same name'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s P -l publish-all -d 'Publish all exposed ports on free ports of the host'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l read-only -d 'Mount the root filesystem read-only'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l privileged -d 'Run without seccomp filter and masked paths, with all capabilities and devices'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l no-healthcheck -d 'Disable the image\'s health check'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l rootfs -d 'Use the directory IMAGE as the root filesystem; with :O appended, changes go to an overlay and the directory stays as it is'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l init -d 'Run an init process that forwards signals and reaps zombies'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Suppress the pull progress'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l no-hosts -d 'Keep the image\'s /etc/hosts'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -l sdnotify -d 'Override who reports READY=1 to systemd' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -l detach-keys -d 'Set the keys that detach from the terminal, such as ctrl-p,ctrl-q; an empty value disables detaching' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -l sig-proxy -d 'Forward signals to the process' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -l cidfile -d 'Read the container ID from a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -s f -l filter -d 'Select containers by a filter of ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -s a -l attach -d 'Attach to output, and forward signals'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -s i -l interactive -d 'Attach to standard input as well'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -l all -d 'Select all containers to which the command applies'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stop" -s t -l time -l timeout -d 'Seconds to wait before SIGKILL; -1 waits forever' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stop" -s s -l signal -d 'Signal to send in place of the container\'s stop signal' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stop" -l cidfile -d 'Read the container ID from a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stop" -s f -l filter -d 'Select containers by a filter of ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stop" -s i -l ignore -d 'Ignore containers that do not exist'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stop" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stop" -s a -l all -d 'Select all containers to which the command applies'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from restart" -s t -l time -l timeout -d 'Seconds to wait before SIGKILL; -1 waits forever' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from restart" -s s -l signal -d 'Signal to send in place of the container\'s stop signal' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from restart" -l cidfile -d 'Read the container ID from a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from restart" -s f -l filter -d 'Select containers by a filter of ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from restart" -l running -d 'Restart only running containers, when none are named'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from restart" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from restart" -s a -l all -d 'Select all containers to which the command applies'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from restart" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from kill" -s s -l signal -d 'Signal to send, by name or number' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from kill" -l filter -d 'Select containers by a filter of ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from kill" -l cidfile -d 'Read the container ID from a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from kill" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from kill" -s a -l all -d 'Select all containers to which the command applies'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from kill" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from wait" -l condition -d 'Wait for one of these states instead of the exit' -r -f -a "created\t''
running\t''
paused\t''
exited\t''
stopped\t''
dead\t''
healthy\t''
unhealthy\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from wait" -s i -l interval -d 'Interval between checks of the condition, as 1m30s or in milliseconds' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from wait" -l ignore -d 'Ignore containers that do not exist'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from wait" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from wait" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from pause" -l cidfile -d 'Read the container ID from a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from pause" -s f -l filter -d 'Select containers by a filter of ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from pause" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from pause" -s a -l all -d 'Select all containers to which the command applies'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from pause" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from unpause" -l cidfile -d 'Read the container ID from a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from unpause" -s f -l filter -d 'Select containers by a filter of ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from unpause" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from unpause" -s a -l all -d 'Select all containers to which the command applies'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from unpause" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -s m -l memory -d 'Memory limit, such as 512m' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l memory-swap -d 'Limit of memory and swap together; -1 is unlimited' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l memory-reservation -d 'Memory kept for the container when the host runs short of it' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l cpus -d 'Number of CPUs, such as 1.5' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -s c -l cpu-shares -d 'Relative CPU weight (default 1024)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l cpu-quota -d 'CPU time in each period' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l cpu-period -d 'Length of a CPU quota period' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l cpuset-cpus -d 'CPUs to run on, such as 0-2,4' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l cpuset-mems -d 'NUMA nodes to allocate memory from, such as 0-1' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l pids-limit -d 'Maximum number of processes; -1 is unlimited' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l blkio-weight -d 'Relative block I/O weight, 10 to 1000' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l restart -d 'Restart policy: no, always, unless-stopped, on-failure[:NUMBER]' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rename" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -s n -l tail -d 'Number of lines to show from the end, or all' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -l since -d 'Show output since a time (RFC 3339, Unix seconds) or since a duration ago, such as 10m' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -l until -d 'Show output before a time (RFC 3339, Unix seconds) or before a duration ago, such as 10m' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -s f -l follow -d 'Follow the output until the container exits'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -s t -l timestamps -d 'Show the time of each line'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -l details -d 'Show the fields that --log-opt labels, env and tag add to each line'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -l names -d 'Prefix lines of several containers by name instead of ID'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from top" -s l -l latest -d 'Use the newest container; CONTAINER is then omitted'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from top" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stats" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stats" -s i -l interval -d 'Seconds between updates' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stats" -s a -l all -d 'Show all containers, not only running ones'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stats" -l no-stream -d 'Print the statistics once and exit'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stats" -l no-trunc -d 'Do not shorten IDs and names'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stats" -l no-reset -d 'Do not clear the terminal between updates'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stats" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from port" -s a -l all -d 'Show the ports of all running containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from port" -s l -l latest -d 'Use the newest container; CONTAINER is then omitted'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from port" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from cp" -s a -l archive -d 'Keep owners; otherwise files belong to the user at the destination (root in a container)'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from cp" -s L -l follow-link -d 'Follow SOURCE if it is a symbolic link'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from cp" -s q -l quiet -d 'Suppress the summary'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from cp" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from diff" -l format -d 'Set the output format: json is an object that lists the paths by kind of change' -r -f -a "json\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from diff" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from commit" -s a -l author -d 'Author of the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from commit" -s m -l message -d 'Commit message, kept in the history of the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from commit" -s c -l change -d 'Apply a Dockerfile instruction to the image: CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, SHELL, STOPSIGNAL, USER, VOLUME, WORKDIR' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from commit" -s p -l pause -d 'Pause the container during the commit' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from commit" -l source-date-epoch -d 'Creation time of the image in seconds since 1970; newer file times in the new layer are set to it' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from commit" -l iidfile -d 'Write the image ID to a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from commit" -s q -l quiet -d 'Accepted for compatibility: only the image ID is printed in any case'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from commit" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from export" -s o -l output -d 'Write to a file instead of standard output' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from inspect" -s f -l format -d 'Format each object with a Go template instead of JSON' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from inspect" -l type -d 'Type of object to look for' -r -f -a "image\t''
container\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from inspect" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from inspect" -s s -l size -d 'Show the sizes of containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -s t -l time -l timeout -d 'Seconds to wait after the stop signal before SIGKILL; implies --force (default 0: kill at once)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -l filter -d 'Select containers by a filter of ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -l cidfile -d 'Read the container ID from a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -s f -l force -d 'Kill running containers, and remove containers with unreadable records'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -s v -l volumes -d 'Remove anonymous volumes of the containers as well'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -s i -l ignore -d 'Ignore containers that do not exist'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -s a -l all -d 'Select all containers to which the command applies'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -s t -l time -l timeout -d 'Seconds to wait after the stop signal before SIGKILL; implies --force (default 0: kill at once)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -l filter -d 'Select containers by a filter of ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -l cidfile -d 'Read the container ID from a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -s f -l force -d 'Kill running containers, and remove containers with unreadable records'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -s v -l volumes -d 'Remove anonymous volumes of the containers as well'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -s i -l ignore -d 'Ignore containers that do not exist'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -s l -l latest -d 'Use the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -s a -l all -d 'Select all containers to which the command applies'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exists" -l external -d 'Accepted for compatibility: lamel has no containers of other programs'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exists" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from prune" -l filter -d 'Remove only containers that match: until=TIME, label=KEY[=VALUE], label!=KEY[=VALUE]' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask for confirmation'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from prune" -l dry-run -d 'Print what would be removed, and remove nothing'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "run" -d 'Run a command in a new container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "exec" -d 'Run a command in a running container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "attach" -d 'Attach to a running container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "create" -d 'Create a container without starting it'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "start" -d 'Start containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "stop" -d 'Stop containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "restart" -d 'Restart containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "kill" -d 'Send a signal to containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "wait" -d 'Wait for containers to exit and print their exit codes'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "pause" -d 'Pause all processes of containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "unpause" -d 'Resume paused containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "update" -d 'Change resource limits and restart policies of containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "rename" -d 'Rename a container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "logs" -d 'Show the output of containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "top" -d 'List the processes of a container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "stats" -d 'Show the resource usage of containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "port" -d 'List the published ports of a container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "cp" -d 'Copy files between a container and the host'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "diff" -d 'List the changes to a container\'s filesystem'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "commit" -d 'Create an image from a container\'s changes'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "export" -d 'Export a container\'s filesystem as a tar archive'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Show details of containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "rm" -d 'Remove containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "exists" -d 'Check whether a container exists: exit code 0 or 1'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove stopped containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand healthcheck; and not __fish_seen_subcommand_from run help" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand healthcheck; and not __fish_seen_subcommand_from run help" -f -a "run" -d 'Run a container\'s health check now; the exit code is 0 if healthy, 1 otherwise'
complete -c lamel -n "__fish_lamel_using_subcommand healthcheck; and not __fish_seen_subcommand_from run help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand healthcheck; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand healthcheck; and __fish_seen_subcommand_from help" -f -a "run" -d 'Run a container\'s health check now; the exit code is 0 if healthy, 1 otherwise'
complete -c lamel -n "__fish_lamel_using_subcommand healthcheck; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "create" -d 'Create a network'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "connect" -d 'Connect a container to a network'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "disconnect" -d 'Disconnect a container from a network'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "ls" -d 'List networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "list" -d 'List networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "inspect" -d 'Show details of networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "rm" -d 'Remove networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "remove" -d 'Remove networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "prune" -d 'Remove networks that no container uses'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "exists" -d 'Check whether a network exists: exit code 0 or 1'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -s d -l driver -d 'Network driver; only bridge is supported' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l subnet -d 'Subnet, such as 10.7.0.0/24; at most one of IPv4 and one of IPv6' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l gateway -d 'Address of the host in the subnet' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l ip-range -d 'Part of the subnet to allocate container addresses from' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l interface-name -d 'Name of the bridge on the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -s o -l opt -d 'Set a driver option: mtu, isolate or metric' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l label -d 'Set a label' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l internal -d 'Isolate the network from other networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l ipv6 -d 'Allocate an IPv6 subnet as well'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l disable-dns -d 'Disable name resolution between containers'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l ignore -d 'Succeed if the network already exists'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l attachable -d 'Accepted for compatibility: any container can join'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from connect" -l alias -d 'Additional DNS name of the container on the network' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from connect" -l ip -d 'IPv4 address on the network' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from connect" -l ip6 -d 'IPv6 address on the network' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from connect" -l mac-address -d 'MAC address of the network interface' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from connect" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from disconnect" -s f -l force -d 'Accepted for compatibility: confirmation is never asked for'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from disconnect" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from ls" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from ls" -s f -l filter -d 'Show only networks that match: name, id, driver, label, dangling' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Print only IDs'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from ls" -l no-trunc -d 'Do not shorten IDs'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from ls" -s n -l noheading -d 'Do not print the table headings'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from list" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from list" -s f -l filter -d 'Show only networks that match: name, id, driver, label, dangling' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only IDs'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from list" -l no-trunc -d 'Do not shorten IDs'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from list" -s n -l noheading -d 'Do not print the table headings'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from inspect" -s f -l format -d 'Format each network with a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from rm" -s f -l force -d 'Ignore networks that do not exist'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from remove" -s f -l force -d 'Ignore networks that do not exist'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from prune" -l filter -d 'Remove only networks that match: label' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask for confirmation'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from exists" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "create" -d 'Create a network'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "connect" -d 'Connect a container to a network'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "disconnect" -d 'Disconnect a container from a network'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Show details of networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "rm" -d 'Remove networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove networks that no container uses'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "exists" -d 'Check whether a network exists: exit code 0 or 1'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "create" -d 'Create a volume'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "ls" -d 'List volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "list" -d 'List volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "inspect" -d 'Show details of volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "rm" -d 'Remove volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "remove" -d 'Remove volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "prune" -d 'Remove volumes that no container uses'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "exists" -d 'Check whether a volume exists: exit code 0 or 1'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from create" -l label -d 'Set a label' -r
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from create" -s d -l driver -d 'Volume driver; only local is supported' -r
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from ls" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from ls" -s f -l filter -d 'Show only volumes that match: dangling, name, label, driver' -r
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Print only names'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from ls" -s n -l noheading -d 'Do not print the table headings'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from list" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from list" -s f -l filter -d 'Show only volumes that match: dangling, name, label, driver' -r
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only names'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from list" -s n -l noheading -d 'Do not print the table headings'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from inspect" -s f -l format -d 'Format each volume with a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from rm" -s a -l all -d 'Remove all volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from rm" -s f -l force -d 'Ignore volumes that do not exist'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from remove" -s a -l all -d 'Remove all volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from remove" -s f -l force -d 'Ignore volumes that do not exist'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from prune" -l filter -d 'Remove only volumes that match: label' -r
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from prune" -s a -l all -d 'Remove named volumes as well, not only anonymous ones'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask for confirmation'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from exists" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "create" -d 'Create a volume'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Show details of volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "rm" -d 'Remove volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove volumes that no container uses'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "exists" -d 'Check whether a volume exists: exit code 0 or 1'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand system; and not __fish_seen_subcommand_from df info prune reset help" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand system; and not __fish_seen_subcommand_from df info prune reset help" -f -a "df" -d 'Show disk usage'
complete -c lamel -n "__fish_lamel_using_subcommand system; and not __fish_seen_subcommand_from df info prune reset help" -f -a "info" -d 'Show information about the host and the store'
complete -c lamel -n "__fish_lamel_using_subcommand system; and not __fish_seen_subcommand_from df info prune reset help" -f -a "prune" -d 'Remove unused data: stopped containers, unused images and leftovers of interrupted work'
complete -c lamel -n "__fish_lamel_using_subcommand system; and not __fish_seen_subcommand_from df info prune reset help" -f -a "reset" -d 'Remove all containers and images, and the store itself'
complete -c lamel -n "__fish_lamel_using_subcommand system; and not __fish_seen_subcommand_from df info prune reset help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from df" -l format -d 'Set the output format: \'table\', \'table TEMPLATE\', \'json\' or a Go template; with --verbose, the template is over .Images, .Containers, .Volumes and .Leftovers' -r
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from df" -s v -l verbose -d 'Show each image, container, volume and leftover'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from df" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from info" -s f -l format -d 'Set the output format: \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from info" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from prune" -l filter -d 'Remove only images and containers that match: until=TIME, label=KEY[=VALUE], label!=KEY[=VALUE]' -r
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from prune" -s a -l all -d 'Remove all images that no container uses, not only those without a name'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask for confirmation'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from prune" -l dry-run -d 'Print what would be removed, and remove nothing'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from prune" -l volumes -d 'Remove anonymous volumes that no container uses as well'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from reset" -s f -l force -d 'Do not ask for confirmation'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "df" -d 'Show disk usage'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "info" -d 'Show information about the host and the store'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove unused data: stopped containers, unused images and leftovers of interrupted work'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "reset" -d 'Remove all containers and images, and the store itself'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and not __fish_seen_subcommand_from systemd help" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and not __fish_seen_subcommand_from systemd help" -f -a "systemd" -d 'Generate a systemd unit for a container'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and not __fish_seen_subcommand_from systemd help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l restart-policy -d 'Restart= of the unit (default: the container\'s restart policy)' -r -f -a "no\t''
on-success\t''
on-failure\t''
on-abnormal\t''
on-watchdog\t''
on-abort\t''
always\t''"
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l restart-sec -d 'Seconds before systemd restarts the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -s t -l stop-timeout -l time -d 'Seconds between the stop signal and SIGKILL (default: the container\'s own)' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l start-timeout -d 'Seconds that the container may take to start' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l container-prefix -d 'Prefix of the unit\'s name' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l separator -d 'Separator between the prefix and the container name' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l after -d 'Add After= to the unit' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l wants -d 'Add Wants= to the unit' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l requires -d 'Add Requires= to the unit' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -s e -l env -d 'Set an environment variable in the unit' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -s f -l files -d 'Write the unit to a file in the current directory and print the file\'s path'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -s n -l name -d 'Refer to the container by name instead of ID'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l new -d 'Create a new container at each start and remove it at each stop'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l template -d 'Generate a template unit, each instance of which has a container of its own; implies --new'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l no-header -d 'Omit the comments at the top'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from help" -f -a "systemd" -d 'Generate a systemd unit for a container'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand info" -s f -l format -d 'Set the output format: \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand info" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand version" -s f -l format -d 'Set the output format: \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand version" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "ps" -d 'List containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "run" -d 'Run a command in a new container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "exec" -d 'Run a command in a running container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "attach" -d 'Attach to a running container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "create" -d 'Create a container without starting it'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "start" -d 'Start containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "stop" -d 'Stop containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "restart" -d 'Restart containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "kill" -d 'Send a signal to containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "wait" -d 'Wait for containers to exit and print their exit codes'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "pause" -d 'Pause all processes of containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "unpause" -d 'Resume paused containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "update" -d 'Change resource limits and restart policies of containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "rename" -d 'Rename a container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "logs" -d 'Show the output of containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "top" -d 'List the processes of a container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "stats" -d 'Show the resource usage of containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "port" -d 'List the published ports of a container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "cp" -d 'Copy files between a container and the host'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "diff" -d 'List the changes to a container\'s filesystem'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "commit" -d 'Create an image from a container\'s changes'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "export" -d 'Export a container\'s filesystem as a tar archive'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "rm" -d 'Remove containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "images" -d 'List images'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "pull" -d 'Pull images from a registry'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "push" -d 'Push an image to a registry'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "history" -d 'Show the history of an image'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "tag" -d 'Add a name to an image'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "untag" -d 'Remove names from an image'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "save" -d 'Save images to an archive'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "load" -d 'Load images from an archive'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "import" -d 'Create an image of one layer from a tar archive'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "rmi" -d 'Remove images'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "inspect" -d 'Show details of images and containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "login" -d 'Log in to a registry'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "logout" -d 'Log out of a registry'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "prune" -d 'Remove unused data: stopped containers, unused images and leftovers of interrupted work'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "image" -d 'Manage images'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "container" -d 'Manage containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "healthcheck" -d 'Manage health checks'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "network" -d 'Manage networks'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "volume" -d 'Manage volumes'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "system" -d 'Manage the store'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "generate" -d 'Generate systemd units'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "info" -d 'Show information about the host and the store'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "version" -d 'Show version information'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "ls" -d 'List images'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "pull" -d 'Pull images from a registry'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "push" -d 'Push an image to a registry'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "history" -d 'Show the history of an image'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "tag" -d 'Add a name to an image'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "untag" -d 'Remove names from an image'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "save" -d 'Save images to an archive'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "load" -d 'Load images from an archive'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "import" -d 'Create an image of one layer from a tar archive'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "inspect" -d 'Show details of images'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "tree" -d 'Show the layers of an image'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "diff" -d 'Compare two images'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "files" -d 'List the files of an image or of one of its layers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "exists" -d 'Check whether an image exists: exit code 0 or 1'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "rm" -d 'Remove images'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "prune" -d 'Remove unused images'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "ls" -d 'List containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "run" -d 'Run a command in a new container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "exec" -d 'Run a command in a running container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "attach" -d 'Attach to a running container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "create" -d 'Create a container without starting it'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "start" -d 'Start containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "stop" -d 'Stop containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "restart" -d 'Restart containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "kill" -d 'Send a signal to containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "wait" -d 'Wait for containers to exit and print their exit codes'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "pause" -d 'Pause all processes of containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "unpause" -d 'Resume paused containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "update" -d 'Change resource limits and restart policies of containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "rename" -d 'Rename a container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "logs" -d 'Show the output of containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "top" -d 'List the processes of a container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "stats" -d 'Show the resource usage of containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "port" -d 'List the published ports of a container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "cp" -d 'Copy files between a container and the host'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "diff" -d 'List the changes to a container\'s filesystem'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "commit" -d 'Create an image from a container\'s changes'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "export" -d 'Export a container\'s filesystem as a tar archive'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "inspect" -d 'Show details of containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "rm" -d 'Remove containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "exists" -d 'Check whether a container exists: exit code 0 or 1'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "prune" -d 'Remove stopped containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from healthcheck" -f -a "run" -d 'Run a container\'s health check now; the exit code is 0 if healthy, 1 otherwise'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "create" -d 'Create a network'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "connect" -d 'Connect a container to a network'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "disconnect" -d 'Disconnect a container from a network'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "ls" -d 'List networks'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "inspect" -d 'Show details of networks'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "rm" -d 'Remove networks'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "prune" -d 'Remove networks that no container uses'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "exists" -d 'Check whether a network exists: exit code 0 or 1'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from volume" -f -a "create" -d 'Create a volume'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from volume" -f -a "ls" -d 'List volumes'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from volume" -f -a "inspect" -d 'Show details of volumes'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from volume" -f -a "rm" -d 'Remove volumes'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from volume" -f -a "prune" -d 'Remove volumes that no container uses'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from volume" -f -a "exists" -d 'Check whether a volume exists: exit code 0 or 1'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from system" -f -a "df" -d 'Show disk usage'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from system" -f -a "info" -d 'Show information about the host and the store'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from system" -f -a "prune" -d 'Remove unused data: stopped containers, unused images and leftovers of interrupted work'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from system" -f -a "reset" -d 'Remove all containers and images, and the store itself'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from generate" -f -a "systemd" -d 'Generate a systemd unit for a container'
