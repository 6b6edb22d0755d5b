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

complete -c lamel -n "__fish_lamel_needs_command" -l root -d 'Where images and containers are kept' -r -F
complete -c lamel -n "__fish_lamel_needs_command" -l runroot -d 'Where the state of running containers is kept' -r -F
complete -c lamel -n "__fish_lamel_needs_command" -l debug -d 'Show each step of an error on a line of its own'
complete -c lamel -n "__fish_lamel_needs_command" -s v -l version -d 'Print the version'
complete -c lamel -n "__fish_lamel_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "ps" -d 'List containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "run" -d 'Run a command in a new container'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "exec" -d 'Run a command in a running container'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "attach" -d 'Attach to a running container'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "create" -d 'Make a container without starting it'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "start" -d 'Start containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "stop" -d 'Stop containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "restart" -d 'Stop containers and start them again'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "kill" -d 'Send a signal to containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "wait" -d 'Wait for containers to stop'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "pause" -d 'Make the processes of containers stand still'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "unpause" -d 'Let paused containers go on'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "update" -d 'Change what containers may use'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "rename" -d 'Give a container another name'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "logs" -d 'Show what a container wrote'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "top" -d 'List the processes of a container'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "stats" -d 'Show what containers use'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "port" -d 'Show where the ports of a container are to be reached'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "cp" -d 'Copy files between a container and this host'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "diff" -d 'List what a container changed'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "commit" -d 'Make an image of a container\'s changes'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "export" -d 'Write a container\'s file system as a tar'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "rm" -d 'Remove containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "images" -d 'List images'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "pull" -d 'Fetch an image from a registry'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "push" -d 'Send an image to a registry'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "history" -d 'Show how an image was made'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "tag" -d 'Give an image one more name'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "untag" -d 'Take names from an image'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "save" -d 'Write images into an archive'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "load" -d 'Read images from an archive'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "import" -d 'Make an image of one layer from a tar'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "rmi" -d 'Remove images'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "inspect" -d 'Show all that is known of images and containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "login" -d 'Log in to a registry'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "logout" -d 'Forget the login to a registry'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "prune" -d 'Remove images and containers that nothing uses, and what interrupted work left behind'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "image" -d 'Commands on images'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "container" -d 'Commands on containers'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "healthcheck" -d 'Commands on health checks'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "network" -d 'Commands on networks'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "volume" -d 'Commands on volumes'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "system" -d 'Commands on the store'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "generate" -d 'Write what runs a container without being asked each time'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "info" -d 'Show how this host is used'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "version" -d 'Show the version'
complete -c lamel -n "__fish_lamel_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand ps" -s n -l last -d 'Only the newest so many, whatever their state' -r
complete -c lamel -n "__fish_lamel_using_subcommand ps" -s f -l filter -d 'Only those that meet a condition: id, name, command, label, label!, status, exited, ancestor, before, since, until, volume, network, expose, publish, restart-policy, health' -r
complete -c lamel -n "__fish_lamel_using_subcommand ps" -l format -d 'A Go template for each, `table TEMPLATE`, or json' -r
complete -c lamel -n "__fish_lamel_using_subcommand ps" -l sort -d 'In this order, instead of the newest first' -r -f -a "command\t''
created\t''
id\t''
image\t''
names\t''
runningfor\t''
size\t''
status\t''"
complete -c lamel -n "__fish_lamel_using_subcommand ps" -s a -l all -d 'Also those that do not run'
complete -c lamel -n "__fish_lamel_using_subcommand ps" -s l -l latest -d 'Only the newest, whatever its state'
complete -c lamel -n "__fish_lamel_using_subcommand ps" -s q -l quiet -d 'IDs alone'
complete -c lamel -n "__fish_lamel_using_subcommand ps" -l no-trunc -d 'IDs and commands in full'
complete -c lamel -n "__fish_lamel_using_subcommand ps" -s s -l size -d 'With the size of what each has written'
complete -c lamel -n "__fish_lamel_using_subcommand ps" -l noheading -d 'No line of headings'
complete -c lamel -n "__fish_lamel_using_subcommand ps" -l external -d 'Also containers that other programs keep in the store; there are none'
complete -c lamel -n "__fish_lamel_using_subcommand ps" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l preserve-fds -d 'Give the container so many of the open files after standard error' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l detach-keys -d 'The keys that leave the command\'s terminal, such as ctrl-p,ctrl-q; none where empty' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l sig-proxy -d 'Pass signals on to the command' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand run" -s a -l attach -d 'Attach to this stream alone; may be repeated' -r -f -a "stdin\t''
stdout\t''
stderr\t''"
complete -c lamel -n "__fish_lamel_using_subcommand run" -l name -d 'Name the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -s e -l env -d 'Set a variable; NAME alone takes the value it has here' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l env-file -d 'Set the variables that a file lists' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand run" -s w -l workdir -d 'Run in this directory' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -s u -l user -d 'Run as this user' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l group-add -d 'Run with this group as well; keep-groups: with those of whoever starts it, instead of any' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -s v -l volume -d 'Show a volume, or a directory or file of the host, in the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l mount -d 'Mount as type=bind|volume|tmpfs,source=…,target=…,readonly… says' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l volumes-from -d 'Mount what another container has mounted' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l tmpfs -d 'Mount an empty filesystem in memory' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l entrypoint -d 'Run this in place of the image\'s entrypoint' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -s h -l hostname -d 'Name the container\'s host' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l network -l net -d 'Which network: none, host, pasta, container:NAME, bridge, or one that was made; several of the last kind' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l ip -d 'The container\'s address on its network' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l ip6 -d 'Its address of IPv6 there' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l mac-address -d 'The address of its interface' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l network-alias -l net-alias -d 'A further name by which others on its networks find it' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -s p -l publish -d 'Make a port reachable through the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l expose -d 'Say that the container listens on a port' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l pid -d 'Whose processes the container sees: private, host, or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l ipc -d 'Whose System V IPC and message queues the container has: private, host, or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l uts -d 'Whose hostname the container has: private, host, or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cgroupns -d 'Whose cgroup namespace the container has: private, host, or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l userns -d 'Whose users the container has: host, which are lamel\'s; keep-id[:uid=N,gid=N], in which you are who you are outside, and not root (for an ordinary user from Linux 6.16 on); as root also auto[:size=N], which are nobody else\'s, of those that /etc/subuid and /etc/subgid grant to "containers". No file of the image\'s is copied' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l uidmap -d 'As root: users of the container, from the first one on, are the host\'s from another one on; may be repeated' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l gidmap -d 'Likewise for groups; unless given, they are mapped as users are' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cap-add -d 'Add a capability' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cap-drop -d 'Take a capability away' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l security-opt -d 'seccomp=unconfined|FILE, no-new-privileges, mask=PATH:…, unmask=ALL|PATH:…, systempaths=unconfined, label=…, apparmor=unconfined' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l ulimit -d 'Limit a resource' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -s m -l memory -d 'Limit the memory' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l memory-swap -d 'Limit memory and swap together; -1 is no limit' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l memory-reservation -d 'Leave this much memory where it gets short' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cpus -d 'Limit the processors\' time' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -s c -l cpu-shares -d 'Its part of the processors\' time where it is short' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cpu-quota -d 'Microseconds of processor time in each period' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cpu-period -d 'Length of such a period' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cpuset-cpus -d 'Run on these processors' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cpuset-mems -d 'Use the memory of these nodes' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l pids-limit -d 'Limit the number of processes; -1 is no limit' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l blkio-weight -d 'Its part of the disks\' time where it is short: 10 to 1000' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l sdnotify -d 'Who tells the service manager (NOTIFY_SOCKET) that the container is ready: a program in it, or lamel when its command runs' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l log-driver -d 'Who keeps the output: json-file, k8s-file, journald, none or passthrough' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l log-opt -d 'max-size=SIZE and max-file=NUMBER of files, tag=TAG of journald' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l restart -d 'When it ends without being stopped, start it again, as long as the host is up; at boot a systemd unit starts it (generate systemd)' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l timeout -d 'Kill the container when it has run this long; 0: never' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l health-cmd -d 'Check the container\'s health by this line of shell in it' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l health-interval -d 'So long after one check the next begins, as 1m30s (default 30s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l health-retries -d 'So many failures in a row make it unhealthy (default 3)' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l health-start-period -d 'So long after the start failures do not count (default 0s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l health-start-interval -d 'The interval in the start period, until a check succeeds (default 5s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l health-timeout -d 'A check that takes longer has failed and is ended (default 30s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l device -d 'Give the container a device of the host\'s' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l sysctl -d 'Set a kernel parameter of the container\'s own namespaces' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l annotation -d 'Annotate the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l shm-size -d 'Size of /dev/shm' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l umask -d 'The permissions that new files do not get; 0022 unless given' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l oom-score-adj -d 'How soon the kernel ends the command when memory is short: -1000 to 1000' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l tz -d 'The time zone, such as Europe/Berlin; local is the host\'s' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l pull -d 'When to pull the image' -r -f -a "always\t''
missing\t''
never\t''"
complete -c lamel -n "__fish_lamel_using_subcommand run" -l platform -d 'Choose the image for this platform' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l authfile -d 'Look for credentials in this file alone' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand run" -l creds -d 'Use these credentials, not those that are kept; a password that is left out is asked for' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l tls-verify -d 'Whether the registry must speak https with a certificate that is verified, whatever is configured' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cert-dir -d 'Look for certificates in this directory, not in the registry\'s own in certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand run" -l cidfile -d 'Write the container\'s ID into this new file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand run" -s l -l label -d 'Label the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l label-file -d 'Give it the labels that a file lists' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand run" -l add-host -d 'Add a line to /etc/hosts; the address host-gateway is the host\'s' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l dns -d 'Ask this DNS server' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l dns-search -d 'Look names up in this domain' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l dns-option -l dns-opt -d 'Set an option of the resolver' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l stop-signal -d 'The signal that asks the command to end' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -l stop-timeout -d 'Seconds between that signal and SIGKILL' -r
complete -c lamel -n "__fish_lamel_using_subcommand run" -s d -l detach -d 'Leave the container running and print its ID'
complete -c lamel -n "__fish_lamel_using_subcommand run" -s i -l interactive -d 'Keep the command\'s input open'
complete -c lamel -n "__fish_lamel_using_subcommand run" -s t -l tty -d 'Give the command a terminal'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l rm -d 'Remove the container when its command ends'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l replace -d 'Stop and remove the container that has this name'
complete -c lamel -n "__fish_lamel_using_subcommand run" -s P -l publish-all -d 'Make all exposed ports reachable through free ports of the host'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l read-only -d 'Make the root read-only'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l privileged -d 'Confine the command by nothing but its namespaces'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l no-healthcheck -d 'Do not check as the image says'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l rootfs -d 'IMAGE is a directory, whose files are the container\'s root; it writes into it, unless :O stands behind'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l init -d 'Run a small init that forwards signals and reaps processes'
complete -c lamel -n "__fish_lamel_using_subcommand run" -s q -l quiet -d 'Say nothing while pulling'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l no-hosts -d 'Leave /etc/hosts as the image has it'
complete -c lamel -n "__fish_lamel_using_subcommand run" -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand exec" -s u -l user -d 'Run as this user' -r
complete -c lamel -n "__fish_lamel_using_subcommand exec" -s w -l workdir -d 'Run in this directory' -r
complete -c lamel -n "__fish_lamel_using_subcommand exec" -s e -l env -d 'Set a variable; NAME alone takes the value it has here' -r
complete -c lamel -n "__fish_lamel_using_subcommand exec" -l env-file -d 'Set the variables that a file lists' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand exec" -l detach-keys -d 'The keys that leave the command\'s terminal, such as ctrl-p,ctrl-q; none where empty' -r
complete -c lamel -n "__fish_lamel_using_subcommand exec" -s i -l interactive -d 'Pass our input on'
complete -c lamel -n "__fish_lamel_using_subcommand exec" -s t -l tty -d 'Give the command a terminal'
complete -c lamel -n "__fish_lamel_using_subcommand exec" -s d -l detach -d 'Do not wait for the command'
complete -c lamel -n "__fish_lamel_using_subcommand exec" -l privileged -d 'With all capabilities; the container\'s seccomp filter stays'
complete -c lamel -n "__fish_lamel_using_subcommand exec" -s l -l latest -d 'In the newest container, which is not named then'
complete -c lamel -n "__fish_lamel_using_subcommand exec" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand attach" -l detach-keys -d 'The keys that leave the command\'s terminal, such as ctrl-p,ctrl-q; none where empty' -r
complete -c lamel -n "__fish_lamel_using_subcommand attach" -l sig-proxy -d 'Pass signals on to the command' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand attach" -l no-stdin -d 'Do not pass our input on'
complete -c lamel -n "__fish_lamel_using_subcommand attach" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand attach" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand create" -s a -l attach -d 'Attach to this stream alone; may be repeated' -r -f -a "stdin\t''
stdout\t''
stderr\t''"
complete -c lamel -n "__fish_lamel_using_subcommand create" -l name -d 'Name the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -s e -l env -d 'Set a variable; NAME alone takes the value it has here' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l env-file -d 'Set the variables that a file lists' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand create" -s w -l workdir -d 'Run in this directory' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -s u -l user -d 'Run as this user' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l group-add -d 'Run with this group as well; keep-groups: with those of whoever starts it, instead of any' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -s v -l volume -d 'Show a volume, or a directory or file of the host, in the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l mount -d 'Mount as type=bind|volume|tmpfs,source=…,target=…,readonly… says' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l volumes-from -d 'Mount what another container has mounted' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l tmpfs -d 'Mount an empty filesystem in memory' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l entrypoint -d 'Run this in place of the image\'s entrypoint' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -s h -l hostname -d 'Name the container\'s host' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l network -l net -d 'Which network: none, host, pasta, container:NAME, bridge, or one that was made; several of the last kind' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l ip -d 'The container\'s address on its network' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l ip6 -d 'Its address of IPv6 there' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l mac-address -d 'The address of its interface' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l network-alias -l net-alias -d 'A further name by which others on its networks find it' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -s p -l publish -d 'Make a port reachable through the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l expose -d 'Say that the container listens on a port' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l pid -d 'Whose processes the container sees: private, host, or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l ipc -d 'Whose System V IPC and message queues the container has: private, host, or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l uts -d 'Whose hostname the container has: private, host, or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cgroupns -d 'Whose cgroup namespace the container has: private, host, or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l userns -d 'Whose users the container has: host, which are lamel\'s; keep-id[:uid=N,gid=N], in which you are who you are outside, and not root (for an ordinary user from Linux 6.16 on); as root also auto[:size=N], which are nobody else\'s, of those that /etc/subuid and /etc/subgid grant to "containers". No file of the image\'s is copied' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l uidmap -d 'As root: users of the container, from the first one on, are the host\'s from another one on; may be repeated' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l gidmap -d 'Likewise for groups; unless given, they are mapped as users are' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cap-add -d 'Add a capability' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cap-drop -d 'Take a capability away' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l security-opt -d 'seccomp=unconfined|FILE, no-new-privileges, mask=PATH:…, unmask=ALL|PATH:…, systempaths=unconfined, label=…, apparmor=unconfined' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l ulimit -d 'Limit a resource' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -s m -l memory -d 'Limit the memory' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l memory-swap -d 'Limit memory and swap together; -1 is no limit' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l memory-reservation -d 'Leave this much memory where it gets short' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cpus -d 'Limit the processors\' time' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -s c -l cpu-shares -d 'Its part of the processors\' time where it is short' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cpu-quota -d 'Microseconds of processor time in each period' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cpu-period -d 'Length of such a period' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cpuset-cpus -d 'Run on these processors' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cpuset-mems -d 'Use the memory of these nodes' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l pids-limit -d 'Limit the number of processes; -1 is no limit' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l blkio-weight -d 'Its part of the disks\' time where it is short: 10 to 1000' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l sdnotify -d 'Who tells the service manager (NOTIFY_SOCKET) that the container is ready: a program in it, or lamel when its command runs' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l log-driver -d 'Who keeps the output: json-file, k8s-file, journald, none or passthrough' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l log-opt -d 'max-size=SIZE and max-file=NUMBER of files, tag=TAG of journald' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l restart -d 'When it ends without being stopped, start it again, as long as the host is up; at boot a systemd unit starts it (generate systemd)' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l timeout -d 'Kill the container when it has run this long; 0: never' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l health-cmd -d 'Check the container\'s health by this line of shell in it' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l health-interval -d 'So long after one check the next begins, as 1m30s (default 30s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l health-retries -d 'So many failures in a row make it unhealthy (default 3)' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l health-start-period -d 'So long after the start failures do not count (default 0s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l health-start-interval -d 'The interval in the start period, until a check succeeds (default 5s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l health-timeout -d 'A check that takes longer has failed and is ended (default 30s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l device -d 'Give the container a device of the host\'s' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l sysctl -d 'Set a kernel parameter of the container\'s own namespaces' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l annotation -d 'Annotate the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l shm-size -d 'Size of /dev/shm' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l umask -d 'The permissions that new files do not get; 0022 unless given' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l oom-score-adj -d 'How soon the kernel ends the command when memory is short: -1000 to 1000' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l tz -d 'The time zone, such as Europe/Berlin; local is the host\'s' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l pull -d 'When to pull the image' -r -f -a "always\t''
missing\t''
never\t''"
complete -c lamel -n "__fish_lamel_using_subcommand create" -l platform -d 'Choose the image for this platform' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l authfile -d 'Look for credentials in this file alone' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand create" -l creds -d 'Use these credentials, not those that are kept; a password that is left out is asked for' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l tls-verify -d 'Whether the registry must speak https with a certificate that is verified, whatever is configured' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cert-dir -d 'Look for certificates in this directory, not in the registry\'s own in certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand create" -l cidfile -d 'Write the container\'s ID into this new file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand create" -s l -l label -d 'Label the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l label-file -d 'Give it the labels that a file lists' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand create" -l add-host -d 'Add a line to /etc/hosts; the address host-gateway is the host\'s' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l dns -d 'Ask this DNS server' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l dns-search -d 'Look names up in this domain' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l dns-option -l dns-opt -d 'Set an option of the resolver' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l stop-signal -d 'The signal that asks the command to end' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -l stop-timeout -d 'Seconds between that signal and SIGKILL' -r
complete -c lamel -n "__fish_lamel_using_subcommand create" -s i -l interactive -d 'Keep the command\'s input open'
complete -c lamel -n "__fish_lamel_using_subcommand create" -s t -l tty -d 'Give the command a terminal'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l rm -d 'Remove the container when its command ends'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l replace -d 'Stop and remove the container that has this name'
complete -c lamel -n "__fish_lamel_using_subcommand create" -s P -l publish-all -d 'Make all exposed ports reachable through free ports of the host'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l read-only -d 'Make the root read-only'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l privileged -d 'Confine the command by nothing but its namespaces'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l no-healthcheck -d 'Do not check as the image says'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l rootfs -d 'IMAGE is a directory, whose files are the container\'s root; it writes into it, unless :O stands behind'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l init -d 'Run a small init that forwards signals and reaps processes'
complete -c lamel -n "__fish_lamel_using_subcommand create" -s q -l quiet -d 'Say nothing while pulling'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l no-hosts -d 'Leave /etc/hosts as the image has it'
complete -c lamel -n "__fish_lamel_using_subcommand create" -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand start" -l sdnotify -d 'Who tells the service manager that the container is ready, in place of what it was made with' -r
complete -c lamel -n "__fish_lamel_using_subcommand start" -l detach-keys -d 'The keys that leave the command\'s terminal, such as ctrl-p,ctrl-q; none where empty' -r
complete -c lamel -n "__fish_lamel_using_subcommand start" -l sig-proxy -d 'Pass signals on to the command' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand start" -l cidfile -d 'The container whose ID is in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand start" -s f -l filter -d 'Containers that meet a condition, as for ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand start" -s a -l attach -d 'Stay, and pass on output and signals'
complete -c lamel -n "__fish_lamel_using_subcommand start" -s i -l interactive -d 'Stay, and pass on input as well'
complete -c lamel -n "__fish_lamel_using_subcommand start" -l all -d 'All containers that this can be done to'
complete -c lamel -n "__fish_lamel_using_subcommand start" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand start" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand stop" -s t -l time -l timeout -d 'Seconds until SIGKILL; -1: never' -r
complete -c lamel -n "__fish_lamel_using_subcommand stop" -s s -l signal -d 'The signal that asks them to end, in place of their own' -r
complete -c lamel -n "__fish_lamel_using_subcommand stop" -l cidfile -d 'The container whose ID is in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand stop" -s f -l filter -d 'Containers that meet a condition, as for ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand stop" -s i -l ignore -d 'Pass over containers that are not there'
complete -c lamel -n "__fish_lamel_using_subcommand stop" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand stop" -s a -l all -d 'All containers that this can be done to'
complete -c lamel -n "__fish_lamel_using_subcommand stop" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand restart" -s t -l time -l timeout -d 'Seconds until SIGKILL; -1: never' -r
complete -c lamel -n "__fish_lamel_using_subcommand restart" -s s -l signal -d 'The signal that asks them to end, in place of their own' -r
complete -c lamel -n "__fish_lamel_using_subcommand restart" -l cidfile -d 'The container whose ID is in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand restart" -s f -l filter -d 'Containers that meet a condition, as for ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand restart" -l running -d 'Of those that are not named, only those that run'
complete -c lamel -n "__fish_lamel_using_subcommand restart" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand restart" -s a -l all -d 'All containers that this can be done to'
complete -c lamel -n "__fish_lamel_using_subcommand restart" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand kill" -s s -l signal -d 'The signal, by name or number' -r
complete -c lamel -n "__fish_lamel_using_subcommand kill" -l filter -d 'Containers that meet a condition, as for ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand kill" -l cidfile -d 'The container whose ID is in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand kill" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand kill" -s a -l all -d 'All containers that this can be done to'
complete -c lamel -n "__fish_lamel_using_subcommand kill" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand wait" -l condition -d 'Wait until a container is in one of these states, instead of its end' -r -f -a "created\t''
running\t''
paused\t''
exited\t''
stopped\t''
dead\t''
healthy\t''
unhealthy\t''"
complete -c lamel -n "__fish_lamel_using_subcommand wait" -s i -l interval -d 'How often to look for that, in Go\'s notation or in milliseconds' -r
complete -c lamel -n "__fish_lamel_using_subcommand wait" -l ignore -d 'Pass over containers that are not there'
complete -c lamel -n "__fish_lamel_using_subcommand wait" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand wait" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand pause" -l cidfile -d 'The container whose ID is in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand pause" -s f -l filter -d 'Containers that meet a condition, as for ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand pause" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand pause" -s a -l all -d 'All containers that this can be done to'
complete -c lamel -n "__fish_lamel_using_subcommand pause" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand unpause" -l cidfile -d 'The container whose ID is in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand unpause" -s f -l filter -d 'Containers that meet a condition, as for ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand unpause" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand unpause" -s a -l all -d 'All containers that this can be done to'
complete -c lamel -n "__fish_lamel_using_subcommand unpause" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand update" -s m -l memory -d 'Limit the memory' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l memory-swap -d 'Limit memory and swap together; -1 is no limit' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l memory-reservation -d 'Leave this much memory where it gets short' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l cpus -d 'Limit the processors\' time' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -s c -l cpu-shares -d 'Its part of the processors\' time where it is short' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l cpu-quota -d 'Microseconds of processor time in each period' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l cpu-period -d 'Length of such a period' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l cpuset-cpus -d 'Run on these processors' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l cpuset-mems -d 'Use the memory of these nodes' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l pids-limit -d 'Limit the number of processes; -1 is no limit' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l blkio-weight -d 'Its part of the disks\' time where it is short: 10 to 1000' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -l restart -d 'When it is started again: no, always, unless-stopped, on-failure[:NUMBER]' -r
complete -c lamel -n "__fish_lamel_using_subcommand update" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand rename" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand logs" -s n -l tail -d 'Only this many lines from the end, or all' -r
complete -c lamel -n "__fish_lamel_using_subcommand logs" -l since -d 'Only what was written since a time, or since so long ago' -r
complete -c lamel -n "__fish_lamel_using_subcommand logs" -l until -d 'Only what was written until a time, or until so long ago' -r
complete -c lamel -n "__fish_lamel_using_subcommand logs" -s f -l follow -d 'Go on until the container ends'
complete -c lamel -n "__fish_lamel_using_subcommand logs" -s t -l timestamps -d 'With the time before each line'
complete -c lamel -n "__fish_lamel_using_subcommand logs" -l details -d 'With what --log-opt labels, env and tag add to each line'
complete -c lamel -n "__fish_lamel_using_subcommand logs" -l names -d 'Of several containers, their names before each line instead of their IDs'
complete -c lamel -n "__fish_lamel_using_subcommand logs" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand logs" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand top" -s l -l latest -d 'Of the newest container, which is not named then'
complete -c lamel -n "__fish_lamel_using_subcommand top" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand stats" -l format -d 'table, table TEMPLATE, json, or a Go template for each container' -r
complete -c lamel -n "__fish_lamel_using_subcommand stats" -s i -l interval -d 'Seconds in between' -r
complete -c lamel -n "__fish_lamel_using_subcommand stats" -s a -l all -d 'Show containers that do not run, too'
complete -c lamel -n "__fish_lamel_using_subcommand stats" -l no-stream -d 'Show what is used now, and end'
complete -c lamel -n "__fish_lamel_using_subcommand stats" -l no-trunc -d 'Do not shorten anything'
complete -c lamel -n "__fish_lamel_using_subcommand stats" -l no-reset -d 'Do not clear the terminal in between'
complete -c lamel -n "__fish_lamel_using_subcommand stats" -s l -l latest -d 'Show the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand stats" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand port" -s a -l all -d 'Of all containers that run'
complete -c lamel -n "__fish_lamel_using_subcommand port" -s l -l latest -d 'Of the newest container, which is not named then'
complete -c lamel -n "__fish_lamel_using_subcommand port" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand cp" -s a -l archive -d 'Keep the owners; else files are the destination\'s user\'s (root\'s in a container)'
complete -c lamel -n "__fish_lamel_using_subcommand cp" -s L -l follow-link -d 'Copy what a symlink leads to, if SOURCE is one'
complete -c lamel -n "__fish_lamel_using_subcommand cp" -s q -l quiet -d 'Do not say what was copied'
complete -c lamel -n "__fish_lamel_using_subcommand cp" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lamel -n "__fish_lamel_using_subcommand diff" -l format -d 'json: an object with the paths by kind of change' -r -f -a "json\t''"
complete -c lamel -n "__fish_lamel_using_subcommand diff" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand diff" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand commit" -s a -l author -d 'Who made the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand commit" -s m -l message -d 'What the change is' -r
complete -c lamel -n "__fish_lamel_using_subcommand commit" -s c -l change -d 'Change the configuration: CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, SHELL, STOPSIGNAL, USER, VOLUME, WORKDIR' -r
complete -c lamel -n "__fish_lamel_using_subcommand commit" -s p -l pause -d 'Let the container\'s processes stand still meanwhile' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand commit" -l source-date-epoch -d 'Give the image this time in seconds since 1970, and its new layer no file that is newer' -r
complete -c lamel -n "__fish_lamel_using_subcommand commit" -l iidfile -d 'Write the image\'s ID into this file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand commit" -s q -l quiet -d 'Accepted for podman\'s sake: nothing but the ID is printed'
complete -c lamel -n "__fish_lamel_using_subcommand commit" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand export" -s o -l output -d 'Write to this file instead of standard output' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand export" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand rm" -s t -l time -l timeout -d 'Seconds between the stop signal and SIGKILL, for what is ended; without, and with 0, it is killed at once; implies --force' -r
complete -c lamel -n "__fish_lamel_using_subcommand rm" -l filter -d 'Containers that meet a condition, as for ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand rm" -l cidfile -d 'The container whose ID is in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand rm" -s f -l force -d 'End what runs, and remove containers whose record cannot be read'
complete -c lamel -n "__fish_lamel_using_subcommand rm" -s v -l volumes -d 'Remove their anonymous volumes as well'
complete -c lamel -n "__fish_lamel_using_subcommand rm" -s i -l ignore -d 'Pass over containers that are not there'
complete -c lamel -n "__fish_lamel_using_subcommand rm" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand rm" -s a -l all -d 'All containers that this can be done to'
complete -c lamel -n "__fish_lamel_using_subcommand rm" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand images" -l format -d 'Print as \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand images" -s f -l filter -d 'Show only images with this: dangling=true|false, before=IMAGE, since=IMAGE, label=KEY[=VALUE], reference=GLOB, until=TIME, intermediate=true|false, containers=true|false, id=ID' -r
complete -c lamel -n "__fish_lamel_using_subcommand images" -l sort -d 'Sort by this' -r -f -a "created\t''
id\t''
repository\t''
size\t''
tag\t''"
complete -c lamel -n "__fish_lamel_using_subcommand images" -s q -l quiet -d 'Print IDs alone'
complete -c lamel -n "__fish_lamel_using_subcommand images" -s a -l all -d 'Show the intermediate images that a build leaves as well'
complete -c lamel -n "__fish_lamel_using_subcommand images" -l no-trunc -d 'Show IDs in full'
complete -c lamel -n "__fish_lamel_using_subcommand images" -l digests -d 'Show digests'
complete -c lamel -n "__fish_lamel_using_subcommand images" -l tree -d 'Show images over the layers that they share; with --format json or a template, the tree as one document'
complete -c lamel -n "__fish_lamel_using_subcommand images" -s n -l noheading -d 'Leave the headings out'
complete -c lamel -n "__fish_lamel_using_subcommand images" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand pull" -l progress -d 'How the work is shown' -r -f -a "auto\t'Bars where stderr is a terminal, otherwise plain'
plain\t'A line for each layer when it is done'
json\t'An object a line on stdout, as Docker\'s API sends them: status, id (of a layer), progressDetail (current and total bytes); at the end aux (Name and ID of the image), or error'
none\t'Nothing but the image\'s name at the end'"
complete -c lamel -n "__fish_lamel_using_subcommand pull" -l platform -d 'Choose the image for this platform' -r
complete -c lamel -n "__fish_lamel_using_subcommand pull" -l authfile -d 'Look for credentials in this file alone' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand pull" -l creds -d 'Use these credentials, not those that are kept; a password that is left out is asked for' -r
complete -c lamel -n "__fish_lamel_using_subcommand pull" -l tls-verify -d 'Whether the registry must speak https with a certificate that is verified, whatever is configured' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand pull" -l cert-dir -d 'Look for certificates in this directory, not in the registry\'s own in certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand pull" -s a -l all-tags -d 'Fetch every image that the repository names with a tag'
complete -c lamel -n "__fish_lamel_using_subcommand pull" -s q -l quiet -d 'Print the image\'s full name alone'
complete -c lamel -n "__fish_lamel_using_subcommand pull" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lamel -n "__fish_lamel_using_subcommand push" -l compression-format -l compression -d 'Have every layer in this form; otherwise as the settings say, or in whatever the registry has already' -r -f -a "gzip\t''
zstd\t''"
complete -c lamel -n "__fish_lamel_using_subcommand push" -l compression-level -d 'How much to compress: 0 to 9 for gzip (usually 6), 1 to 22 for zstd (3)' -r
complete -c lamel -n "__fish_lamel_using_subcommand push" -l authfile -d 'Look for credentials in this file alone' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand push" -l creds -d 'Use these credentials, not those that are kept; a password that is left out is asked for' -r
complete -c lamel -n "__fish_lamel_using_subcommand push" -l tls-verify -d 'Whether the registry must speak https with a certificate that is verified, whatever is configured' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand push" -l cert-dir -d 'Look for certificates in this directory, not in the registry\'s own in certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand push" -s a -l all-tags -d 'Push all tags of the repository'
complete -c lamel -n "__fish_lamel_using_subcommand push" -s q -l quiet -d 'Print the image\'s full name alone'
complete -c lamel -n "__fish_lamel_using_subcommand push" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand history" -s H -l human -d 'Show sizes and times for people (=false: in bytes, as dates)' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand history" -l format -d 'Show with a Go template, \'table TEMPLATE\' or \'json\'' -r
complete -c lamel -n "__fish_lamel_using_subcommand history" -l no-trunc -d 'Show whole IDs and commands'
complete -c lamel -n "__fish_lamel_using_subcommand history" -l layers -d 'Show the layer that each step made, and the files and bytes that it added, changed and deleted'
complete -c lamel -n "__fish_lamel_using_subcommand history" -s q -l quiet -d 'Show IDs alone'
complete -c lamel -n "__fish_lamel_using_subcommand history" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand tag" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand untag" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand save" -s o -l output -d 'Write to this file, or directory, instead of standard output' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand save" -l format -d 'What to write' -r -f -a "docker-archive\t'What docker save writes, readable as an OCI layout as well'
oci-archive\t'An OCI layout in a tar'
oci-dir\t'An OCI layout in a directory'"
complete -c lamel -n "__fish_lamel_using_subcommand save" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lamel -n "__fish_lamel_using_subcommand load" -s i -l input -d 'Read this archive or OCI layout folder instead of standard input' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand load" -l platform -d 'Choose the image for this platform' -r
complete -c lamel -n "__fish_lamel_using_subcommand load" -s q -l quiet -d 'Show no progress'
complete -c lamel -n "__fish_lamel_using_subcommand load" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand import" -s c -l change -d 'Apply a Dockerfile instruction to the image (CMD, ENTRYPOINT, ENV, …)' -r
complete -c lamel -n "__fish_lamel_using_subcommand import" -s m -l message -d 'Note this in the image\'s history' -r
complete -c lamel -n "__fish_lamel_using_subcommand import" -l platform -d 'What the image is for' -r
complete -c lamel -n "__fish_lamel_using_subcommand import" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand rmi" -s f -l force -d 'Remove an image with several names by its ID, take the names off one that a container uses, ignore missing ones'
complete -c lamel -n "__fish_lamel_using_subcommand rmi" -l no-prune -d 'Keep the images without a name that a removed one was made from'
complete -c lamel -n "__fish_lamel_using_subcommand rmi" -s i -l ignore -d 'Ignore missing images: they are no failure'
complete -c lamel -n "__fish_lamel_using_subcommand rmi" -s a -l all -d 'Remove all images'
complete -c lamel -n "__fish_lamel_using_subcommand rmi" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand inspect" -s f -l format -d 'Fill in a Go template for each, instead of JSON' -r
complete -c lamel -n "__fish_lamel_using_subcommand inspect" -l type -d 'Look among these only' -r -f -a "image\t''
container\t''"
complete -c lamel -n "__fish_lamel_using_subcommand inspect" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand inspect" -s s -l size -d 'Add the sizes of containers'
complete -c lamel -n "__fish_lamel_using_subcommand inspect" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand login" -s u -l username -d 'Who logs in' -r
complete -c lamel -n "__fish_lamel_using_subcommand login" -s p -l password -d 'The password; others may see it' -r
complete -c lamel -n "__fish_lamel_using_subcommand login" -l authfile -d 'Keep the credentials in this file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand login" -l tls-verify -d 'Whether the registry must speak https with a certificate that is verified, whatever is configured' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand login" -l cert-dir -d 'Look for certificates in this directory, not in the registry\'s own in certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand login" -l password-stdin -d 'Take the password from standard input'
complete -c lamel -n "__fish_lamel_using_subcommand login" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand logout" -l authfile -d 'The file in which they are kept' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand logout" -s a -l all -d 'Forget the credentials for all registries'
complete -c lamel -n "__fish_lamel_using_subcommand logout" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand prune" -l filter -d 'Remove only images and containers with this: until=TIME, label=KEY[=VALUE], label!=KEY[=VALUE]' -r
complete -c lamel -n "__fish_lamel_using_subcommand prune" -s a -l all -d 'Remove all images that no container was made from, not only those without a name'
complete -c lamel -n "__fish_lamel_using_subcommand prune" -s f -l force -d 'Do not ask'
complete -c lamel -n "__fish_lamel_using_subcommand prune" -l dry-run -d 'Say what would be removed, and remove nothing'
complete -c lamel -n "__fish_lamel_using_subcommand prune" -l volumes -d 'Remove anonymous volumes that no container uses, too'
complete -c lamel -n "__fish_lamel_using_subcommand prune" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "ls" -d 'List images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "list" -d 'List images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "pull" -d 'Fetch an image from a registry'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "push" -d 'Send an image to a registry'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "history" -d 'Show how an image was made'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "tag" -d 'Give an image one more name'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "untag" -d 'Take names from an image'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "save" -d 'Write images into an archive'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "load" -d 'Read images from an archive'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "import" -d 'Make an image of one layer from a tar'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "inspect" -d 'Show all that is known of images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "tree" -d 'Show the layers of an image'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "diff" -d 'Show what differs between two images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "files" -d 'List what is in an image, or in one of its layers'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "exists" -d 'Tell by the exit code whether an image is held: 0, or 1 where it is not'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "rm" -d 'Remove images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "remove" -d 'Remove images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "prune" -d 'Remove images that nothing uses'
complete -c lamel -n "__fish_lamel_using_subcommand image; and not __fish_seen_subcommand_from ls list pull push history tag untag save load import inspect tree diff files exists rm remove prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -l format -d 'Print as \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -s f -l filter -d 'Show only images with this: dangling=true|false, before=IMAGE, since=IMAGE, label=KEY[=VALUE], reference=GLOB, until=TIME, intermediate=true|false, containers=true|false, id=ID' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -l sort -d 'Sort by this' -r -f -a "created\t''
id\t''
repository\t''
size\t''
tag\t''"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Print IDs alone'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -s a -l all -d 'Show the intermediate images that a build leaves as well'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -l no-trunc -d 'Show IDs in full'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -l digests -d 'Show digests'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -l tree -d 'Show images over the layers that they share; with --format json or a template, the tree as one document'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -s n -l noheading -d 'Leave the headings out'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -l format -d 'Print as \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -s f -l filter -d 'Show only images with this: dangling=true|false, before=IMAGE, since=IMAGE, label=KEY[=VALUE], reference=GLOB, until=TIME, intermediate=true|false, containers=true|false, id=ID' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -l sort -d 'Sort by this' -r -f -a "created\t''
id\t''
repository\t''
size\t''
tag\t''"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print IDs alone'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -s a -l all -d 'Show the intermediate images that a build leaves as well'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -l no-trunc -d 'Show IDs in full'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -l digests -d 'Show digests'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -l tree -d 'Show images over the layers that they share; with --format json or a template, the tree as one document'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -s n -l noheading -d 'Leave the headings out'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -l progress -d 'How the work is shown' -r -f -a "auto\t'Bars where stderr is a terminal, otherwise plain'
plain\t'A line for each layer when it is done'
json\t'An object a line on stdout, as Docker\'s API sends them: status, id (of a layer), progressDetail (current and total bytes); at the end aux (Name and ID of the image), or error'
none\t'Nothing but the image\'s name at the end'"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -l platform -d 'Choose the image for this platform' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -l authfile -d 'Look for credentials in this file alone' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -l creds -d 'Use these credentials, not those that are kept; a password that is left out is asked for' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -l tls-verify -d 'Whether the registry must speak https with a certificate that is verified, whatever is configured' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -l cert-dir -d 'Look for certificates in this directory, not in the registry\'s own in certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -s a -l all-tags -d 'Fetch every image that the repository names with a tag'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -s q -l quiet -d 'Print the image\'s full name alone'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from pull" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -l compression-format -l compression -d 'Have every layer in this form; otherwise as the settings say, or in whatever the registry has already' -r -f -a "gzip\t''
zstd\t''"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -l compression-level -d 'How much to compress: 0 to 9 for gzip (usually 6), 1 to 22 for zstd (3)' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -l authfile -d 'Look for credentials in this file alone' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -l creds -d 'Use these credentials, not those that are kept; a password that is left out is asked for' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -l tls-verify -d 'Whether the registry must speak https with a certificate that is verified, whatever is configured' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -l cert-dir -d 'Look for certificates in this directory, not in the registry\'s own in certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -s a -l all-tags -d 'Push all tags of the repository'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -s q -l quiet -d 'Print the image\'s full name alone'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from push" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from history" -s H -l human -d 'Show sizes and times for people (=false: in bytes, as dates)' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from history" -l format -d 'Show with a Go template, \'table TEMPLATE\' or \'json\'' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from history" -l no-trunc -d 'Show whole IDs and commands'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from history" -l layers -d 'Show the layer that each step made, and the files and bytes that it added, changed and deleted'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Show IDs alone'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from tag" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from untag" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from save" -s o -l output -d 'Write to this file, or directory, instead of standard output' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from save" -l format -d 'What to write' -r -f -a "docker-archive\t'What docker save writes, readable as an OCI layout as well'
oci-archive\t'An OCI layout in a tar'
oci-dir\t'An OCI layout in a directory'"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from save" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from load" -s i -l input -d 'Read this archive or OCI layout folder instead of standard input' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from load" -l platform -d 'Choose the image for this platform' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from load" -s q -l quiet -d 'Show no progress'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from load" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from import" -s c -l change -d 'Apply a Dockerfile instruction to the image (CMD, ENTRYPOINT, ENV, …)' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from import" -s m -l message -d 'Note this in the image\'s history' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from import" -l platform -d 'What the image is for' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from inspect" -s f -l format -d 'Fill in a Go template for each, instead of JSON' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from inspect" -l type -d 'Look among these only' -r -f -a "image\t''
container\t''"
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from inspect" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from inspect" -s s -l size -d 'Add the sizes of containers'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from tree" -l format -d 'Print as \'json\' or with a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from tree" -l no-trunc -d 'Show diff_ids in full'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from tree" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from diff" -l format -d 'Print as \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from files" -l layer -d 'The entries of this layer alone, as its tar has them: a number from 1 (the base), or a diff_id' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from files" -l format -d 'Print as \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from files" -s n -l noheading -d 'Leave the headings out'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from files" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from exists" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from rm" -s f -l force -d 'Remove an image with several names by its ID, take the names off one that a container uses, ignore missing ones'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from rm" -l no-prune -d 'Keep the images without a name that a removed one was made from'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from rm" -s i -l ignore -d 'Ignore missing images: they are no failure'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from rm" -s a -l all -d 'Remove all images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from remove" -s f -l force -d 'Remove an image with several names by its ID, take the names off one that a container uses, ignore missing ones'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from remove" -l no-prune -d 'Keep the images without a name that a removed one was made from'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from remove" -s i -l ignore -d 'Ignore missing images: they are no failure'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from remove" -s a -l all -d 'Remove all images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from prune" -l filter -d 'Remove only images with this: until=TIME, label=KEY[=VALUE], label!=KEY[=VALUE]' -r
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from prune" -s a -l all -d 'Remove all images that no container was made from, not only those without a name'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from prune" -l dry-run -d 'Say what would be removed, and remove nothing'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "pull" -d 'Fetch an image from a registry'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "push" -d 'Send an image to a registry'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "history" -d 'Show how an image was made'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "tag" -d 'Give an image one more name'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "untag" -d 'Take names from an image'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "save" -d 'Write images into an archive'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "load" -d 'Read images from an archive'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "import" -d 'Make an image of one layer from a tar'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Show all that is known of images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "tree" -d 'Show the layers of an image'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Show what differs between two images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "files" -d 'List what is in an image, or in one of its layers'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "exists" -d 'Tell by the exit code whether an image is held: 0, or 1 where it is not'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "rm" -d 'Remove images'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove images that nothing uses'
complete -c lamel -n "__fish_lamel_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "ls" -d 'List containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "list" -d 'List containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "ps" -d 'List containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "run" -d 'Run a command in a new container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "exec" -d 'Run a command in a running container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "attach" -d 'Attach to a running container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "create" -d 'Make a container without starting it'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "start" -d 'Start containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "stop" -d 'Stop containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "restart" -d 'Stop containers and start them again'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "kill" -d 'Send a signal to containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "wait" -d 'Wait for containers to stop'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "pause" -d 'Make the processes of containers stand still'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "unpause" -d 'Let paused containers go on'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "update" -d 'Change what containers may use'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "rename" -d 'Give a container another name'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "logs" -d 'Show what a container wrote'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "top" -d 'List the processes of a container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "stats" -d 'Show what containers use'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "port" -d 'Show where the ports of a container are to be reached'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "cp" -d 'Copy files between a container and this host'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "diff" -d 'List what a container changed'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "commit" -d 'Make an image of a container\'s changes'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "export" -d 'Write a container\'s file system as a tar'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "inspect" -d 'Show all that is known of containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "rm" -d 'Remove containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "remove" -d 'Remove containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "exists" -d 'Tell by the exit code whether there is a container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "prune" -d 'Remove containers that do not run'
complete -c lamel -n "__fish_lamel_using_subcommand container; and not __fish_seen_subcommand_from ls list ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export inspect rm remove exists prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -s n -l last -d 'Only the newest so many, whatever their state' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -s f -l filter -d 'Only those that meet a condition: id, name, command, label, label!, status, exited, ancestor, before, since, until, volume, network, expose, publish, restart-policy, health' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -l format -d 'A Go template for each, `table TEMPLATE`, or json' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -l sort -d 'In this order, instead of the newest first' -r -f -a "command\t''
created\t''
id\t''
image\t''
names\t''
runningfor\t''
size\t''
status\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -s a -l all -d 'Also those that do not run'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -s l -l latest -d 'Only the newest, whatever its state'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'IDs alone'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -l no-trunc -d 'IDs and commands in full'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -s s -l size -d 'With the size of what each has written'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -l noheading -d 'No line of headings'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -l external -d 'Also containers that other programs keep in the store; there are none'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -s n -l last -d 'Only the newest so many, whatever their state' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -s f -l filter -d 'Only those that meet a condition: id, name, command, label, label!, status, exited, ancestor, before, since, until, volume, network, expose, publish, restart-policy, health' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -l format -d 'A Go template for each, `table TEMPLATE`, or json' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -l sort -d 'In this order, instead of the newest first' -r -f -a "command\t''
created\t''
id\t''
image\t''
names\t''
runningfor\t''
size\t''
status\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -s a -l all -d 'Also those that do not run'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -s l -l latest -d 'Only the newest, whatever its state'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -s q -l quiet -d 'IDs alone'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -l no-trunc -d 'IDs and commands in full'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -s s -l size -d 'With the size of what each has written'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -l noheading -d 'No line of headings'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -l external -d 'Also containers that other programs keep in the store; there are none'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -s n -l last -d 'Only the newest so many, whatever their state' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -s f -l filter -d 'Only those that meet a condition: id, name, command, label, label!, status, exited, ancestor, before, since, until, volume, network, expose, publish, restart-policy, health' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -l format -d 'A Go template for each, `table TEMPLATE`, or json' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -l sort -d 'In this order, instead of the newest first' -r -f -a "command\t''
created\t''
id\t''
image\t''
names\t''
runningfor\t''
size\t''
status\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -s a -l all -d 'Also those that do not run'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -s l -l latest -d 'Only the newest, whatever its state'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -s q -l quiet -d 'IDs alone'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -l no-trunc -d 'IDs and commands in full'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -s s -l size -d 'With the size of what each has written'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -l noheading -d 'No line of headings'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -l external -d 'Also containers that other programs keep in the store; there are none'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from ps" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l preserve-fds -d 'Give the container so many of the open files after standard error' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l detach-keys -d 'The keys that leave the command\'s terminal, such as ctrl-p,ctrl-q; none where empty' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l sig-proxy -d 'Pass signals on to the command' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s a -l attach -d 'Attach to this stream alone; may be repeated' -r -f -a "stdin\t''
stdout\t''
stderr\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l name -d 'Name the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s e -l env -d 'Set a variable; NAME alone takes the value it has here' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l env-file -d 'Set the variables that a file lists' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s w -l workdir -d 'Run in this directory' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s u -l user -d 'Run as this user' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l group-add -d 'Run with this group as well; keep-groups: with those of whoever starts it, instead of any' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s v -l volume -d 'Show a volume, or a directory or file of the host, in the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l mount -d 'Mount as type=bind|volume|tmpfs,source=…,target=…,readonly… says' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l volumes-from -d 'Mount what another container has mounted' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l tmpfs -d 'Mount an empty filesystem in memory' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l entrypoint -d 'Run this in place of the image\'s entrypoint' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s h -l hostname -d 'Name the container\'s host' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l network -l net -d 'Which network: none, host, pasta, container:NAME, bridge, or one that was made; several of the last kind' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l ip -d 'The container\'s address on its network' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l ip6 -d 'Its address of IPv6 there' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l mac-address -d 'The address of its interface' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l network-alias -l net-alias -d 'A further name by which others on its networks find it' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s p -l publish -d 'Make a port reachable through the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l expose -d 'Say that the container listens on a port' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l pid -d 'Whose processes the container sees: private, host, or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l ipc -d 'Whose System V IPC and message queues the container has: private, host, or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l uts -d 'Whose hostname the container has: private, host, or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cgroupns -d 'Whose cgroup namespace the container has: private, host, or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l userns -d 'Whose users the container has: host, which are lamel\'s; keep-id[:uid=N,gid=N], in which you are who you are outside, and not root (for an ordinary user from Linux 6.16 on); as root also auto[:size=N], which are nobody else\'s, of those that /etc/subuid and /etc/subgid grant to "containers". No file of the image\'s is copied' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l uidmap -d 'As root: users of the container, from the first one on, are the host\'s from another one on; may be repeated' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l gidmap -d 'Likewise for groups; unless given, they are mapped as users are' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cap-add -d 'Add a capability' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cap-drop -d 'Take a capability away' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l security-opt -d 'seccomp=unconfined|FILE, no-new-privileges, mask=PATH:…, unmask=ALL|PATH:…, systempaths=unconfined, label=…, apparmor=unconfined' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l ulimit -d 'Limit a resource' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s m -l memory -d 'Limit the memory' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l memory-swap -d 'Limit memory and swap together; -1 is no limit' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l memory-reservation -d 'Leave this much memory where it gets short' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cpus -d 'Limit the processors\' time' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s c -l cpu-shares -d 'Its part of the processors\' time where it is short' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cpu-quota -d 'Microseconds of processor time in each period' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cpu-period -d 'Length of such a period' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cpuset-cpus -d 'Run on these processors' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cpuset-mems -d 'Use the memory of these nodes' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l pids-limit -d 'Limit the number of processes; -1 is no limit' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l blkio-weight -d 'Its part of the disks\' time where it is short: 10 to 1000' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l sdnotify -d 'Who tells the service manager (NOTIFY_SOCKET) that the container is ready: a program in it, or lamel when its command runs' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l log-driver -d 'Who keeps the output: json-file, k8s-file, journald, none or passthrough' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l log-opt -d 'max-size=SIZE and max-file=NUMBER of files, tag=TAG of journald' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l restart -d 'When it ends without being stopped, start it again, as long as the host is up; at boot a systemd unit starts it (generate systemd)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l timeout -d 'Kill the container when it has run this long; 0: never' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l health-cmd -d 'Check the container\'s health by this line of shell in it' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l health-interval -d 'So long after one check the next begins, as 1m30s (default 30s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l health-retries -d 'So many failures in a row make it unhealthy (default 3)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l health-start-period -d 'So long after the start failures do not count (default 0s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l health-start-interval -d 'The interval in the start period, until a check succeeds (default 5s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l health-timeout -d 'A check that takes longer has failed and is ended (default 30s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l device -d 'Give the container a device of the host\'s' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l sysctl -d 'Set a kernel parameter of the container\'s own namespaces' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l annotation -d 'Annotate the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l shm-size -d 'Size of /dev/shm' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l umask -d 'The permissions that new files do not get; 0022 unless given' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l oom-score-adj -d 'How soon the kernel ends the command when memory is short: -1000 to 1000' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l tz -d 'The time zone, such as Europe/Berlin; local is the host\'s' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l pull -d 'When to pull the image' -r -f -a "always\t''
missing\t''
never\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l platform -d 'Choose the image for this platform' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l authfile -d 'Look for credentials in this file alone' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l creds -d 'Use these credentials, not those that are kept; a password that is left out is asked for' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l tls-verify -d 'Whether the registry must speak https with a certificate that is verified, whatever is configured' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cert-dir -d 'Look for certificates in this directory, not in the registry\'s own in certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l cidfile -d 'Write the container\'s ID into this new file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s l -l label -d 'Label the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l label-file -d 'Give it the labels that a file lists' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l add-host -d 'Add a line to /etc/hosts; the address host-gateway is the host\'s' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l dns -d 'Ask this DNS server' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l dns-search -d 'Look names up in this domain' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l dns-option -l dns-opt -d 'Set an option of the resolver' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l stop-signal -d 'The signal that asks the command to end' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l stop-timeout -d 'Seconds between that signal and SIGKILL' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s d -l detach -d 'Leave the container running and print its ID'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s i -l interactive -d 'Keep the command\'s input open'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s t -l tty -d 'Give the command a terminal'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l rm -d 'Remove the container when its command ends'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l replace -d 'Stop and remove the container that has this name'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s P -l publish-all -d 'Make all exposed ports reachable through free ports of the host'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l read-only -d 'Make the root read-only'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l privileged -d 'Confine the command by nothing but its namespaces'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l no-healthcheck -d 'Do not check as the image says'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l rootfs -d 'IMAGE is a directory, whose files are the container\'s root; it writes into it, unless :O stands behind'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l init -d 'Run a small init that forwards signals and reaps processes'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -s q -l quiet -d 'Say nothing while pulling'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l no-hosts -d 'Leave /etc/hosts as the image has it'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from run" -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -s u -l user -d 'Run as this user' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -s w -l workdir -d 'Run in this directory' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -s e -l env -d 'Set a variable; NAME alone takes the value it has here' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -l env-file -d 'Set the variables that a file lists' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -l detach-keys -d 'The keys that leave the command\'s terminal, such as ctrl-p,ctrl-q; none where empty' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -s i -l interactive -d 'Pass our input on'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -s t -l tty -d 'Give the command a terminal'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -s d -l detach -d 'Do not wait for the command'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -l privileged -d 'With all capabilities; the container\'s seccomp filter stays'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -s l -l latest -d 'In the newest container, which is not named then'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exec" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from attach" -l detach-keys -d 'The keys that leave the command\'s terminal, such as ctrl-p,ctrl-q; none where empty' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from attach" -l sig-proxy -d 'Pass signals on to the command' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from attach" -l no-stdin -d 'Do not pass our input on'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from attach" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from attach" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s a -l attach -d 'Attach to this stream alone; may be repeated' -r -f -a "stdin\t''
stdout\t''
stderr\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l name -d 'Name the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s e -l env -d 'Set a variable; NAME alone takes the value it has here' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l env-file -d 'Set the variables that a file lists' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s w -l workdir -d 'Run in this directory' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s u -l user -d 'Run as this user' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l group-add -d 'Run with this group as well; keep-groups: with those of whoever starts it, instead of any' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s v -l volume -d 'Show a volume, or a directory or file of the host, in the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l mount -d 'Mount as type=bind|volume|tmpfs,source=…,target=…,readonly… says' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l volumes-from -d 'Mount what another container has mounted' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l tmpfs -d 'Mount an empty filesystem in memory' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l entrypoint -d 'Run this in place of the image\'s entrypoint' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s h -l hostname -d 'Name the container\'s host' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l network -l net -d 'Which network: none, host, pasta, container:NAME, bridge, or one that was made; several of the last kind' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l ip -d 'The container\'s address on its network' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l ip6 -d 'Its address of IPv6 there' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l mac-address -d 'The address of its interface' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l network-alias -l net-alias -d 'A further name by which others on its networks find it' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s p -l publish -d 'Make a port reachable through the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l expose -d 'Say that the container listens on a port' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l pid -d 'Whose processes the container sees: private, host, or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l ipc -d 'Whose System V IPC and message queues the container has: private, host, or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l uts -d 'Whose hostname the container has: private, host, or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cgroupns -d 'Whose cgroup namespace the container has: private, host, or container:NAME' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l userns -d 'Whose users the container has: host, which are lamel\'s; keep-id[:uid=N,gid=N], in which you are who you are outside, and not root (for an ordinary user from Linux 6.16 on); as root also auto[:size=N], which are nobody else\'s, of those that /etc/subuid and /etc/subgid grant to "containers". No file of the image\'s is copied' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l uidmap -d 'As root: users of the container, from the first one on, are the host\'s from another one on; may be repeated' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l gidmap -d 'Likewise for groups; unless given, they are mapped as users are' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cap-add -d 'Add a capability' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cap-drop -d 'Take a capability away' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l security-opt -d 'seccomp=unconfined|FILE, no-new-privileges, mask=PATH:…, unmask=ALL|PATH:…, systempaths=unconfined, label=…, apparmor=unconfined' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l ulimit -d 'Limit a resource' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s m -l memory -d 'Limit the memory' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l memory-swap -d 'Limit memory and swap together; -1 is no limit' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l memory-reservation -d 'Leave this much memory where it gets short' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cpus -d 'Limit the processors\' time' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s c -l cpu-shares -d 'Its part of the processors\' time where it is short' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cpu-quota -d 'Microseconds of processor time in each period' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cpu-period -d 'Length of such a period' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cpuset-cpus -d 'Run on these processors' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cpuset-mems -d 'Use the memory of these nodes' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l pids-limit -d 'Limit the number of processes; -1 is no limit' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l blkio-weight -d 'Its part of the disks\' time where it is short: 10 to 1000' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l sdnotify -d 'Who tells the service manager (NOTIFY_SOCKET) that the container is ready: a program in it, or lamel when its command runs' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l log-driver -d 'Who keeps the output: json-file, k8s-file, journald, none or passthrough' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l log-opt -d 'max-size=SIZE and max-file=NUMBER of files, tag=TAG of journald' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l restart -d 'When it ends without being stopped, start it again, as long as the host is up; at boot a systemd unit starts it (generate systemd)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l timeout -d 'Kill the container when it has run this long; 0: never' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l health-cmd -d 'Check the container\'s health by this line of shell in it' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l health-interval -d 'So long after one check the next begins, as 1m30s (default 30s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l health-retries -d 'So many failures in a row make it unhealthy (default 3)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l health-start-period -d 'So long after the start failures do not count (default 0s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l health-start-interval -d 'The interval in the start period, until a check succeeds (default 5s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l health-timeout -d 'A check that takes longer has failed and is ended (default 30s)' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l device -d 'Give the container a device of the host\'s' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l sysctl -d 'Set a kernel parameter of the container\'s own namespaces' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l annotation -d 'Annotate the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l shm-size -d 'Size of /dev/shm' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l umask -d 'The permissions that new files do not get; 0022 unless given' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l oom-score-adj -d 'How soon the kernel ends the command when memory is short: -1000 to 1000' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l tz -d 'The time zone, such as Europe/Berlin; local is the host\'s' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l pull -d 'When to pull the image' -r -f -a "always\t''
missing\t''
never\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l platform -d 'Choose the image for this platform' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l authfile -d 'Look for credentials in this file alone' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l creds -d 'Use these credentials, not those that are kept; a password that is left out is asked for' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l tls-verify -d 'Whether the registry must speak https with a certificate that is verified, whatever is configured' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cert-dir -d 'Look for certificates in this directory, not in the registry\'s own in certs.d' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l cidfile -d 'Write the container\'s ID into this new file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s l -l label -d 'Label the container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l label-file -d 'Give it the labels that a file lists' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l add-host -d 'Add a line to /etc/hosts; the address host-gateway is the host\'s' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l dns -d 'Ask this DNS server' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l dns-search -d 'Look names up in this domain' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l dns-option -l dns-opt -d 'Set an option of the resolver' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l stop-signal -d 'The signal that asks the command to end' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l stop-timeout -d 'Seconds between that signal and SIGKILL' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s i -l interactive -d 'Keep the command\'s input open'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s t -l tty -d 'Give the command a terminal'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l rm -d 'Remove the container when its command ends'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l replace -d 'Stop and remove the container that has this name'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s P -l publish-all -d 'Make all exposed ports reachable through free ports of the host'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l read-only -d 'Make the root read-only'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l privileged -d 'Confine the command by nothing but its namespaces'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l no-healthcheck -d 'Do not check as the image says'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l rootfs -d 'IMAGE is a directory, whose files are the container\'s root; it writes into it, unless :O stands behind'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l init -d 'Run a small init that forwards signals and reaps processes'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Say nothing while pulling'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l no-hosts -d 'Leave /etc/hosts as the image has it'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from create" -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -l sdnotify -d 'Who tells the service manager that the container is ready, in place of what it was made with' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -l detach-keys -d 'The keys that leave the command\'s terminal, such as ctrl-p,ctrl-q; none where empty' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -l sig-proxy -d 'Pass signals on to the command' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -l cidfile -d 'The container whose ID is in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -s f -l filter -d 'Containers that meet a condition, as for ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -s a -l attach -d 'Stay, and pass on output and signals'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -s i -l interactive -d 'Stay, and pass on input as well'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -l all -d 'All containers that this can be done to'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from start" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stop" -s t -l time -l timeout -d 'Seconds until SIGKILL; -1: never' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stop" -s s -l signal -d 'The signal that asks them to end, in place of their own' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stop" -l cidfile -d 'The container whose ID is in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stop" -s f -l filter -d 'Containers that meet a condition, as for ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stop" -s i -l ignore -d 'Pass over containers that are not there'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stop" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stop" -s a -l all -d 'All containers that this can be done to'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from restart" -s t -l time -l timeout -d 'Seconds until SIGKILL; -1: never' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from restart" -s s -l signal -d 'The signal that asks them to end, in place of their own' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from restart" -l cidfile -d 'The container whose ID is in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from restart" -s f -l filter -d 'Containers that meet a condition, as for ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from restart" -l running -d 'Of those that are not named, only those that run'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from restart" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from restart" -s a -l all -d 'All containers that this can be done to'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from restart" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from kill" -s s -l signal -d 'The signal, by name or number' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from kill" -l filter -d 'Containers that meet a condition, as for ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from kill" -l cidfile -d 'The container whose ID is in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from kill" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from kill" -s a -l all -d 'All containers that this can be done to'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from kill" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from wait" -l condition -d 'Wait until a container is in one of these states, instead of its end' -r -f -a "created\t''
running\t''
paused\t''
exited\t''
stopped\t''
dead\t''
healthy\t''
unhealthy\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from wait" -s i -l interval -d 'How often to look for that, in Go\'s notation or in milliseconds' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from wait" -l ignore -d 'Pass over containers that are not there'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from wait" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from wait" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from pause" -l cidfile -d 'The container whose ID is in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from pause" -s f -l filter -d 'Containers that meet a condition, as for ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from pause" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from pause" -s a -l all -d 'All containers that this can be done to'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from pause" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from unpause" -l cidfile -d 'The container whose ID is in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from unpause" -s f -l filter -d 'Containers that meet a condition, as for ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from unpause" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from unpause" -s a -l all -d 'All containers that this can be done to'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from unpause" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -s m -l memory -d 'Limit the memory' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l memory-swap -d 'Limit memory and swap together; -1 is no limit' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l memory-reservation -d 'Leave this much memory where it gets short' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l cpus -d 'Limit the processors\' time' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -s c -l cpu-shares -d 'Its part of the processors\' time where it is short' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l cpu-quota -d 'Microseconds of processor time in each period' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l cpu-period -d 'Length of such a period' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l cpuset-cpus -d 'Run on these processors' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l cpuset-mems -d 'Use the memory of these nodes' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l pids-limit -d 'Limit the number of processes; -1 is no limit' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l blkio-weight -d 'Its part of the disks\' time where it is short: 10 to 1000' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -l restart -d 'When it is started again: no, always, unless-stopped, on-failure[:NUMBER]' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rename" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -s n -l tail -d 'Only this many lines from the end, or all' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -l since -d 'Only what was written since a time, or since so long ago' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -l until -d 'Only what was written until a time, or until so long ago' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -s f -l follow -d 'Go on until the container ends'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -s t -l timestamps -d 'With the time before each line'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -l details -d 'With what --log-opt labels, env and tag add to each line'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -l names -d 'Of several containers, their names before each line instead of their IDs'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from logs" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from top" -s l -l latest -d 'Of the newest container, which is not named then'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from top" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stats" -l format -d 'table, table TEMPLATE, json, or a Go template for each container' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stats" -s i -l interval -d 'Seconds in between' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stats" -s a -l all -d 'Show containers that do not run, too'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stats" -l no-stream -d 'Show what is used now, and end'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stats" -l no-trunc -d 'Do not shorten anything'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stats" -l no-reset -d 'Do not clear the terminal in between'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stats" -s l -l latest -d 'Show the newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from port" -s a -l all -d 'Of all containers that run'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from port" -s l -l latest -d 'Of the newest container, which is not named then'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from port" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from cp" -s a -l archive -d 'Keep the owners; else files are the destination\'s user\'s (root\'s in a container)'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from cp" -s L -l follow-link -d 'Copy what a symlink leads to, if SOURCE is one'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from cp" -s q -l quiet -d 'Do not say what was copied'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from cp" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from diff" -l format -d 'json: an object with the paths by kind of change' -r -f -a "json\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from diff" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from commit" -s a -l author -d 'Who made the image' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from commit" -s m -l message -d 'What the change is' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from commit" -s c -l change -d 'Change the configuration: CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, SHELL, STOPSIGNAL, USER, VOLUME, WORKDIR' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from commit" -s p -l pause -d 'Let the container\'s processes stand still meanwhile' -r -f -a "true\t''
false\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from commit" -l source-date-epoch -d 'Give the image this time in seconds since 1970, and its new layer no file that is newer' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from commit" -l iidfile -d 'Write the image\'s ID into this file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from commit" -s q -l quiet -d 'Accepted for podman\'s sake: nothing but the ID is printed'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from commit" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from export" -s o -l output -d 'Write to this file instead of standard output' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from inspect" -s f -l format -d 'Fill in a Go template for each, instead of JSON' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from inspect" -l type -d 'Look among these only' -r -f -a "image\t''
container\t''"
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from inspect" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from inspect" -s s -l size -d 'Add the sizes of containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -s t -l time -l timeout -d 'Seconds between the stop signal and SIGKILL, for what is ended; without, and with 0, it is killed at once; implies --force' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -l filter -d 'Containers that meet a condition, as for ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -l cidfile -d 'The container whose ID is in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -s f -l force -d 'End what runs, and remove containers whose record cannot be read'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -s v -l volumes -d 'Remove their anonymous volumes as well'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -s i -l ignore -d 'Pass over containers that are not there'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -s a -l all -d 'All containers that this can be done to'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -s t -l time -l timeout -d 'Seconds between the stop signal and SIGKILL, for what is ended; without, and with 0, it is killed at once; implies --force' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -l filter -d 'Containers that meet a condition, as for ps' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -l cidfile -d 'The container whose ID is in a file' -r -F
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -s f -l force -d 'End what runs, and remove containers whose record cannot be read'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -s v -l volumes -d 'Remove their anonymous volumes as well'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -s i -l ignore -d 'Pass over containers that are not there'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -s l -l latest -d 'The newest container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -s a -l all -d 'All containers that this can be done to'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exists" -l external -d 'Look at other programs\' containers too; there are none'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from exists" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from prune" -l filter -d 'Remove only containers with this: until=TIME, label=KEY[=VALUE], label!=KEY[=VALUE]' -r
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from prune" -l dry-run -d 'Say what would be removed, and remove nothing'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "run" -d 'Run a command in a new container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "exec" -d 'Run a command in a running container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "attach" -d 'Attach to a running container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a container without starting it'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "start" -d 'Start containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "stop" -d 'Stop containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "restart" -d 'Stop containers and start them again'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "kill" -d 'Send a signal to containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "wait" -d 'Wait for containers to stop'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "pause" -d 'Make the processes of containers stand still'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "unpause" -d 'Let paused containers go on'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "update" -d 'Change what containers may use'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "rename" -d 'Give a container another name'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "logs" -d 'Show what a container wrote'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "top" -d 'List the processes of a container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "stats" -d 'Show what containers use'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "port" -d 'Show where the ports of a container are to be reached'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "cp" -d 'Copy files between a container and this host'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "diff" -d 'List what a container changed'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "commit" -d 'Make an image of a container\'s changes'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write a container\'s file system as a tar'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Show all that is known of containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "rm" -d 'Remove containers'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "exists" -d 'Tell by the exit code whether there is a container'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove containers that do not run'
complete -c lamel -n "__fish_lamel_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand healthcheck; and not __fish_seen_subcommand_from run help" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand healthcheck; and not __fish_seen_subcommand_from run help" -f -a "run" -d 'Check a container\'s health now, and tell by the exit code: 0, or 1 where it is not well'
complete -c lamel -n "__fish_lamel_using_subcommand healthcheck; and not __fish_seen_subcommand_from run help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand healthcheck; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand healthcheck; and __fish_seen_subcommand_from help" -f -a "run" -d 'Check a container\'s health now, and tell by the exit code: 0, or 1 where it is not well'
complete -c lamel -n "__fish_lamel_using_subcommand healthcheck; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "create" -d 'Make a network'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "connect" -d 'Connect a container to a further network'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "disconnect" -d 'Take a container off a network'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "ls" -d 'List networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "list" -d 'List networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "inspect" -d 'Show all that is known of networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "rm" -d 'Remove networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "remove" -d 'Remove networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "prune" -d 'Remove networks that no container is to be on'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "exists" -d 'Say by the exit code whether there is a network'
complete -c lamel -n "__fish_lamel_using_subcommand network; and not __fish_seen_subcommand_from create connect disconnect ls list inspect rm remove prune exists help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -s d -l driver -d 'Only bridge is known' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l subnet -d 'Its addresses, such as 10.7.0.0/24; one of IPv4 and one of IPv6' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l gateway -d 'The host\'s own address in it' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l ip-range -d 'Give containers addresses out of this part alone' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l interface-name -d 'Name the bridge on the host' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -s o -l opt -d 'mtu, isolate or metric' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l label -d 'Label the network' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l internal -d 'Lead nowhere but to its containers'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l ipv6 -d 'Have a subnet of IPv6 as well'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l disable-dns -d 'Let containers not find each other by name'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l ignore -d 'It is no error if there is one of the name'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -l attachable -d 'Accepted: any container can join'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from connect" -l alias -d 'A further name by which others on the network find it' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from connect" -l ip -d 'The container\'s address on its network' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from connect" -l ip6 -d 'Its address of IPv6 there' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from connect" -l mac-address -d 'The address of its interface' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from connect" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from disconnect" -s f -l force -d 'Accepted: nothing has to be asked first'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from disconnect" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from ls" -l format -d 'Print as \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from ls" -s f -l filter -d 'Only these: name, id, driver, label, dangling' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Print IDs alone'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from ls" -l no-trunc -d 'Do not shorten IDs'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from ls" -s n -l noheading -d 'Leave the headings out'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from list" -l format -d 'Print as \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from list" -s f -l filter -d 'Only these: name, id, driver, label, dangling' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print IDs alone'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from list" -l no-trunc -d 'Do not shorten IDs'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from list" -s n -l noheading -d 'Leave the headings out'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from inspect" -s f -l format -d 'A Go template for each' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from rm" -s f -l force -d 'It is no error if there is none'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from remove" -s f -l force -d 'It is no error if there is none'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from prune" -l filter -d 'Only these: label' -r
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from exists" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a network'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "connect" -d 'Connect a container to a further network'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "disconnect" -d 'Take a container off a network'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Show all that is known of networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "rm" -d 'Remove networks'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove networks that no container is to be on'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "exists" -d 'Say by the exit code whether there is a network'
complete -c lamel -n "__fish_lamel_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "create" -d 'Make a volume'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "ls" -d 'List volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "list" -d 'List volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "inspect" -d 'Show all that is known of volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "rm" -d 'Remove volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "remove" -d 'Remove volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "prune" -d 'Remove volumes that no container uses'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "exists" -d 'Say by the exit code whether there is a volume'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune exists help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from create" -l label -d 'Label the volume' -r
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from create" -s d -l driver -d 'Only local is known' -r
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from ls" -l format -d 'Print as \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from ls" -s f -l filter -d 'Only these: dangling, name, label, driver' -r
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Print names alone'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from ls" -s n -l noheading -d 'Leave the headings out'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from list" -l format -d 'Print as \'table\', \'table TEMPLATE\', \'json\' or a Go template' -r
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from list" -s f -l filter -d 'Only these: dangling, name, label, driver' -r
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print names alone'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from list" -s n -l noheading -d 'Leave the headings out'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from inspect" -s f -l format -d 'A Go template for each' -r
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from rm" -s a -l all -d 'All volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from rm" -s f -l force -d 'It is no error if there is none'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from remove" -s a -l all -d 'All volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from remove" -s f -l force -d 'It is no error if there is none'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from prune" -l filter -d 'Only these: label' -r
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from prune" -s a -l all -d 'Those that were given a name as well'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from exists" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a volume'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Show all that is known of volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "rm" -d 'Remove volumes'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove volumes that no container uses'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "exists" -d 'Say by the exit code whether there is a volume'
complete -c lamel -n "__fish_lamel_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand system; and not __fish_seen_subcommand_from df info prune reset help" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand system; and not __fish_seen_subcommand_from df info prune reset help" -f -a "df" -d 'Show what takes how much room'
complete -c lamel -n "__fish_lamel_using_subcommand system; and not __fish_seen_subcommand_from df info prune reset help" -f -a "info" -d 'Show how this host is used'
complete -c lamel -n "__fish_lamel_using_subcommand system; and not __fish_seen_subcommand_from df info prune reset help" -f -a "prune" -d 'Remove images and containers that nothing uses, and what interrupted work left behind'
complete -c lamel -n "__fish_lamel_using_subcommand system; and not __fish_seen_subcommand_from df info prune reset help" -f -a "reset" -d 'Remove all containers, all images and the store itself'
complete -c lamel -n "__fish_lamel_using_subcommand system; and not __fish_seen_subcommand_from df info prune reset help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from df" -l format -d 'Print as \'table\', \'table TEMPLATE\', \'json\' or a Go template; with --verbose as \'json\', or a Go template over .Images, .Containers, .Volumes and .Leftovers' -r
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from df" -s v -l verbose -d 'Show each image, container, volume and leftover'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from df" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from info" -s f -l format -d 'Show with a Go template, or \'json\'' -r
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from info" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from prune" -l filter -d 'Remove only images and containers with this: until=TIME, label=KEY[=VALUE], label!=KEY[=VALUE]' -r
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from prune" -s a -l all -d 'Remove all images that no container was made from, not only those without a name'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from prune" -l dry-run -d 'Say what would be removed, and remove nothing'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from prune" -l volumes -d 'Remove anonymous volumes that no container uses, too'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from reset" -s f -l force -d 'Do not ask'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "df" -d 'Show what takes how much room'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "info" -d 'Show how this host is used'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove images and containers that nothing uses, and what interrupted work left behind'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "reset" -d 'Remove all containers, all images and the store itself'
complete -c lamel -n "__fish_lamel_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and not __fish_seen_subcommand_from systemd help" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and not __fish_seen_subcommand_from systemd help" -f -a "systemd" -d 'Write a systemd unit that runs a container'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and not __fish_seen_subcommand_from systemd help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l restart-policy -d 'When systemd starts it again; without, as the container\'s own policy is' -r -f -a "no\t''
on-success\t''
on-failure\t''
on-abnormal\t''
on-watchdog\t''
on-abort\t''
always\t''"
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l restart-sec -d 'Seconds until then' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -s t -l stop-timeout -l time -d 'Seconds between the stop signal and SIGKILL; without, the container\'s own' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l start-timeout -d 'Seconds in which it must have started' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l container-prefix -d 'What the unit\'s name begins with' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l separator -d 'What stands between that and the container\'s name' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l after -d 'Start after this unit' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l wants -d 'Start this unit as well' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l requires -d 'Run only while this unit does' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -s e -l env -d 'Set a variable for lamel' -r
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -s f -l files -d 'Write into a file of the unit\'s name in the current directory, and print its path'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -s n -l name -d 'Call the container by its name, not by its ID'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l new -d 'Make a new container at each start, and remove it at each stop'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l template -d 'Make a template, whose instances (NAME@INSTANCE.service) have containers of their own; implies --new'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -l no-header -d 'No comments at the top'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from systemd" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from help" -f -a "systemd" -d 'Write a systemd unit that runs a container'
complete -c lamel -n "__fish_lamel_using_subcommand generate; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand info" -s f -l format -d 'Show with a Go template, or \'json\'' -r
complete -c lamel -n "__fish_lamel_using_subcommand info" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand version" -s f -l format -d 'Show with a Go template, or \'json\'' -r
complete -c lamel -n "__fish_lamel_using_subcommand version" -s h -l help -d 'Print help'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "ps" -d 'List containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "run" -d 'Run a command in a new container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "exec" -d 'Run a command in a running container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "attach" -d 'Attach to a running container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "create" -d 'Make a container without starting it'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "start" -d 'Start containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "stop" -d 'Stop containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "restart" -d 'Stop containers and start them again'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "kill" -d 'Send a signal to containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "wait" -d 'Wait for containers to stop'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "pause" -d 'Make the processes of containers stand still'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "unpause" -d 'Let paused containers go on'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "update" -d 'Change what containers may use'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "rename" -d 'Give a container another name'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "logs" -d 'Show what a container wrote'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "top" -d 'List the processes of a container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "stats" -d 'Show what containers use'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "port" -d 'Show where the ports of a container are to be reached'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "cp" -d 'Copy files between a container and this host'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "diff" -d 'List what a container changed'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "commit" -d 'Make an image of a container\'s changes'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "export" -d 'Write a container\'s file system as a tar'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "rm" -d 'Remove containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "images" -d 'List images'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "pull" -d 'Fetch an image from a registry'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "push" -d 'Send an image to a registry'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "history" -d 'Show how an image was made'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "tag" -d 'Give an image one more name'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "untag" -d 'Take names from an image'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "save" -d 'Write images into an archive'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "load" -d 'Read images from an archive'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "import" -d 'Make an image of one layer from a tar'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "rmi" -d 'Remove images'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "inspect" -d 'Show all that is known of images and containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "login" -d 'Log in to a registry'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "logout" -d 'Forget the login to a registry'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "prune" -d 'Remove images and containers that nothing uses, and what interrupted work left behind'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "image" -d 'Commands on images'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "container" -d 'Commands on containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "healthcheck" -d 'Commands on health checks'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "network" -d 'Commands on networks'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "volume" -d 'Commands on volumes'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "system" -d 'Commands on the store'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "generate" -d 'Write what runs a container without being asked each time'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "info" -d 'Show how this host is used'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "version" -d 'Show the version'
complete -c lamel -n "__fish_lamel_using_subcommand help; and not __fish_seen_subcommand_from ps run exec attach create start stop restart kill wait pause unpause update rename logs top stats port cp diff commit export rm images pull push history tag untag save load import rmi inspect login logout prune image container healthcheck network volume system generate info version help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "ls" -d 'List images'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "pull" -d 'Fetch an image from a registry'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "push" -d 'Send an image to a registry'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "history" -d 'Show how an image was made'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "tag" -d 'Give an image one more name'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "untag" -d 'Take names from an image'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "save" -d 'Write images into an archive'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "load" -d 'Read images from an archive'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "import" -d 'Make an image of one layer from a tar'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "inspect" -d 'Show all that is known of images'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "tree" -d 'Show the layers of an image'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "diff" -d 'Show what differs between two images'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "files" -d 'List what is in an image, or in one of its layers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "exists" -d 'Tell by the exit code whether an image is held: 0, or 1 where it is not'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "rm" -d 'Remove images'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "prune" -d 'Remove images that nothing uses'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "ls" -d 'List containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "run" -d 'Run a command in a new container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "exec" -d 'Run a command in a running container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "attach" -d 'Attach to a running container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "create" -d 'Make a container without starting it'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "start" -d 'Start containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "stop" -d 'Stop containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "restart" -d 'Stop containers and start them again'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "kill" -d 'Send a signal to containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "wait" -d 'Wait for containers to stop'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "pause" -d 'Make the processes of containers stand still'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "unpause" -d 'Let paused containers go on'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "update" -d 'Change what containers may use'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "rename" -d 'Give a container another name'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "logs" -d 'Show what a container wrote'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "top" -d 'List the processes of a container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "stats" -d 'Show what containers use'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "port" -d 'Show where the ports of a container are to be reached'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "cp" -d 'Copy files between a container and this host'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "diff" -d 'List what a container changed'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "commit" -d 'Make an image of a container\'s changes'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "export" -d 'Write a container\'s file system as a tar'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "inspect" -d 'Show all that is known of containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "rm" -d 'Remove containers'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "exists" -d 'Tell by the exit code whether there is a container'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from container" -f -a "prune" -d 'Remove containers that do not run'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from healthcheck" -f -a "run" -d 'Check a container\'s health now, and tell by the exit code: 0, or 1 where it is not well'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "create" -d 'Make a network'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "connect" -d 'Connect a container to a further network'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "disconnect" -d 'Take a container off a network'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "ls" -d 'List networks'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "inspect" -d 'Show all that is known of networks'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "rm" -d 'Remove networks'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "prune" -d 'Remove networks that no container is to be on'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "exists" -d 'Say by the exit code whether there is a network'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from volume" -f -a "create" -d 'Make a volume'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from volume" -f -a "ls" -d 'List volumes'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from volume" -f -a "inspect" -d 'Show all that is known of volumes'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from volume" -f -a "rm" -d 'Remove volumes'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from volume" -f -a "prune" -d 'Remove volumes that no container uses'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from volume" -f -a "exists" -d 'Say by the exit code whether there is a volume'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from system" -f -a "df" -d 'Show what takes how much room'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from system" -f -a "info" -d 'Show how this host is used'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from system" -f -a "prune" -d 'Remove images and containers that nothing uses, and what interrupted work left behind'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from system" -f -a "reset" -d 'Remove all containers, all images and the store itself'
complete -c lamel -n "__fish_lamel_using_subcommand help; and __fish_seen_subcommand_from generate" -f -a "systemd" -d 'Write a systemd unit that runs a container'
