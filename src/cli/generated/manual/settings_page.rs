//! The manual page lamel.toml(5): settings, and the configuration files of other programs that lamel reads.

use crate::settings::tests::known_keys;
use std::fmt::Write;

/// Key, variable, default and purpose.
const KEYS: &[[&str; 4]] = &[
    [
        "root",
        "LAMEL_ROOT",
        "\"/var/lib/lamel\", or \"$XDG_DATA_HOME/lamel\" of an ordinary user",
        "Directory of images and containers. Also the option --root.",
    ],
    [
        "runroot",
        "LAMEL_RUNROOT",
        "\"/run/lamel\", or \"$XDG_RUNTIME_DIR/lamel\" of an ordinary user",
        "Directory of the state of running containers. Also the option --runroot.",
    ],
    [
        "platform",
        "LAMEL_PLATFORM",
        "this machine's",
        "Platform of images to pull and run: \"OS/ARCH[/VARIANT]\". Also the option --platform.",
    ],
    [
        "network",
        "LAMEL_NETWORK",
        "\"pasta\" where it is installed",
        "Network of containers that are created without the option --network: \"pasta\", \"none\" or \"host\". \
         With \"none\" from this setting, ports can be published nevertheless.",
    ],
    [
        "detach-keys",
        "LAMEL_DETACH_KEYS",
        "\"ctrl-p,ctrl-q\"",
        "Keys that detach from a container's terminal; \"\" disables detaching. Also the option --detach-keys.",
    ],
    [
        "log-driver",
        "LAMEL_LOG_DRIVER",
        "\"json-file\"",
        "Log driver of new containers: \"json-file\", \"k8s-file\", \"journald\", \"none\" or \"passthrough\". \
         Also the option --log-driver.",
    ],
    [
        "log-max-size",
        "LAMEL_LOG_MAX_SIZE",
        "no limit",
        "Size at which a log file is rotated, such as \"10m\". Also the option --log-opt max-size=.",
    ],
    [
        "concurrent-downloads",
        "LAMEL_CONCURRENT_DOWNLOADS",
        "3",
        "Number of layers that a pull downloads at a time, 1 to 64.",
    ],
    [
        "stall-timeout",
        "LAMEL_STALL_TIMEOUT",
        "30",
        "Seconds without a byte after which a transfer counts as broken and is retried; fractions are allowed.",
    ],
    [
        "retry-delay",
        "LAMEL_RETRY_DELAY",
        "0.25",
        "Seconds before the first retry after a temporary failure; the delay doubles with each retry.",
    ],
    [
        "compression-format",
        "LAMEL_COMPRESSION_FORMAT",
        "\"gzip\"",
        "Compression of layers that push uploads: \"gzip\" or \"zstd\". Layers that the registry already has stay \
         as they are, unless the option --compression-format is given.",
    ],
    [
        "compression-level",
        "LAMEL_COMPRESSION_LEVEL",
        "6 for gzip, 3 for zstd",
        "Compression level: 0 to 9 for gzip, 1 to 22 for zstd. Also the option --compression-level.",
    ],
];

const START: &str = r#".TH lamel.toml 5 "" lamel lamel
.SH NAME
lamel.toml \- settings of lamel, and the configuration of registries
.SH SYNOPSIS
/etc/lamel/lamel.toml
.br
$XDG_CONFIG_HOME/lamel/lamel.toml
.SH DESCRIPTION
A setting is a line KEY = VALUE, in TOML. An option on the command line overrides an environment variable, which
overrides the user's file, which overrides the system's file. An unknown key or an invalid value is an error.
.B lamel info
shows the settings in force and the origin of each.
.SH SETTINGS
"#;

const REST: &str = r#".SH REGISTRIES
Registries are configured by the files of podman, buildah, skopeo and Docker:
.TP
.B registries.conf
See containers\-registries.conf(5). lamel reads ~/.config/containers/registries.conf, or
/etc/containers/registries.conf if the former does not exist, and then the *.conf files in registries.conf.d beside
them, in order. CONTAINERS_REGISTRIES_CONF names a file to read instead of all these. lamel follows prefix, location,
insecure, blocked and mirrors of a registry (with pull\-from\-mirror and mirror\-by\-digest\-only), aliases,
unqualified\-search\-registries and short\-name\-mode. A name without a registry belongs to docker.io unless a file
says otherwise. In the mode enforcing, a name that several registries could have is an error that lists them; lamel
does not ask.
.TP
.B daemon.json
Docker's ~/.config/docker/daemon.json, or else /etc/docker/daemon.json, counts where registries.conf says nothing
about a registry: registry\-mirrors applies to docker.io, insecure\-registries to hosts and networks. A network
matches only registries that are named by address.
.TP
.B LAMEL_INSECURE_REGISTRIES
Additional insecure registries, HOST[:PORT], separated by commas.
.PP
lamel talks to an insecure registry in plain HTTP, or in HTTPS without verifying the certificate. Registries on
loopback addresses are insecure unless registries.conf says insecure = false.
.SH CERTIFICATES
The certificate authorities are those of the system, or of SSL_CERT_FILE and SSL_CERT_DIR. For one registry, lamel
reads the first of the directories ~/.config/containers/certs.d/HOST[:PORT], /etc/containers/certs.d/HOST[:PORT] and
/etc/docker/certs.d/HOST[:PORT]. It may contain
.TP
.B *.crt
additional authorities;
.TP
.B *.cert \fRand\fB *.key
the client's certificate and its key, of the same name.
.SH EXAMPLES
.EX
# ~/.config/lamel/lamel.toml
concurrent\-downloads = 6

# ~/.config/containers/registries.conf
[[registry]]
location = "docker.io"

[[registry.mirror]]
location = "mirror.example.com/docker"
.EE
.SH SEE ALSO
lamel(1), lamel\-info(1), containers\-registries.conf(5), containers\-certs.d(5)
"#;

/// The page, in roff (man(7)).
pub fn page() -> Vec<u8> {
    let keys: Vec<&str> = KEYS.iter().map(|[key, ..]| *key).collect();
    assert_eq!(keys, known_keys());
    let mut text = START.to_owned();
    for [key, variable, default, purpose] in KEYS {
        let lines = format!("{purpose}\n.br\nDefault: {default}. Variable: {variable}.").replace('-', "\\-");
        writeln!(text, ".TP\n.B {}\n{lines}", key.replace('-', "\\-")).expect("a string takes all");
    }
    text.push_str(REST);
    text.into_bytes()
}
