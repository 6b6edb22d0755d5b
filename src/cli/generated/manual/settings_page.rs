//! The manual page lamel.toml(5): settings, and the configuration of others that is followed.

use crate::settings::tests::known_keys;
use std::fmt::Write;

/// Key, variable, default, and what it is for.
const KEYS: &[[&str; 4]] = &[
    [
        "root",
        "LAMEL_ROOT",
        "\"/var/lib/lamel\", or \"$XDG_DATA_HOME/lamel\" of an ordinary user",
        "Where images and containers are kept. Also the option --root.",
    ],
    [
        "runroot",
        "LAMEL_RUNROOT",
        "\"/run/lamel\", or \"$XDG_RUNTIME_DIR/lamel\" of an ordinary user",
        "Where the state of running containers is kept. Also the option --runroot.",
    ],
    [
        "platform",
        "LAMEL_PLATFORM",
        "this machine's",
        "The platform of images that are pulled, run and made containers of: \"OS/ARCH[/VARIANT]\". Also the option --platform.",
    ],
    [
        "network",
        "LAMEL_NETWORK",
        "\"pasta\" where it is installed",
        "The network of containers that are given none: \"pasta\", \"none\" or \"host\". Ports can be published with this \"none\", too. The option --network goes before it.",
    ],
    [
        "detach-keys",
        "LAMEL_DETACH_KEYS",
        "\"ctrl-p,ctrl-q\"",
        "The keys that leave a container's terminal while its command goes on; \"\" for none. Also the option --detach-keys.",
    ],
    [
        "log-driver",
        "LAMEL_LOG_DRIVER",
        "\"json-file\"",
        "Who keeps the output of containers that are made: \"json-file\", \"k8s-file\", \"journald\", \"none\" or \"passthrough\". Also the option --log-driver.",
    ],
    [
        "log-max-size",
        "LAMEL_LOG_MAX_SIZE",
        "no limit",
        "The size at which a file of a log is replaced, such as \"10m\". Also the option --log-opt max-size=.",
    ],
    [
        "concurrent-downloads",
        "LAMEL_CONCURRENT_DOWNLOADS",
        "3",
        "Layers of a pull that are under way at a time, 1 to 64.",
    ],
    [
        "stall-timeout",
        "LAMEL_STALL_TIMEOUT",
        "30",
        "Seconds without a byte, fractions allowed, after which a transfer counts as broken and is tried again.",
    ],
    [
        "retry-delay",
        "LAMEL_RETRY_DELAY",
        "0.25",
        "Seconds before what failed in passing is tried again for the first time; each further time takes twice as long.",
    ],
    [
        "compression-format",
        "LAMEL_COMPRESSION_FORMAT",
        "\"gzip\"",
        "How push compresses layers that the registry does not have: \"gzip\" or \"zstd\". The option --compression-format asks for every layer in its form.",
    ],
    [
        "compression-level",
        "LAMEL_COMPRESSION_LEVEL",
        "6 for gzip, 3 for zstd",
        "How much it compresses them: 0 to 9 for gzip, 1 to 22 for zstd. Also the option --compression-level.",
    ],
];

const START: &str = r#".TH lamel.toml 5 "" "lamel" "lamel"
.SH NAME
lamel.toml \- settings of lamel, and the configuration of registries
.SH SYNOPSIS
/etc/lamel/lamel.toml
.br
$XDG_CONFIG_HOME/lamel/lamel.toml
.SH DESCRIPTION
Settings are written as KEY = VALUE, in TOML. An option on the command line goes before a variable, a variable before the user's file, that before
the system's, and all before the default. A key or a value that is not known is an error.
.B lamel info
shows what is in force and who decided it.
.SH SETTINGS
"#;

const REST: &str = r#".SH REGISTRIES
Where images are fetched is decided by the files that podman, buildah, skopeo and Docker have:
.TP
.B registries.conf
As in containers\-registries.conf(5): /etc/containers/registries.conf, or instead of it ~/.config/containers/registries.conf, and the *.conf files in
registries.conf.d beside them, in order. CONTAINERS_REGISTRIES_CONF names a file to be read instead of all these. A registry's prefix, location,
insecure, blocked, mirrors (with pull\-from\-mirror and mirror\-by\-digest\-only), the aliases, unqualified\-search\-registries and short\-name\-mode
are followed. Names without a registry are docker.io's where no file says otherwise. In the mode enforcing nobody is asked which of several registries is
meant; the error names them.
.TP
.B daemon.json
Docker's, ~/.config/docker/daemon.json or else /etc/docker/daemon.json, where registries.conf says nothing about a registry: registry\-mirrors
for docker.io, and insecure\-registries by host or network. A network is compared with registries that are named by address.
.TP
.B LAMEL_INSECURE_REGISTRIES
More insecure registries, HOST[:PORT], separated by commas.
.PP
An insecure registry is spoken to in plain http, or in https without a look at its certificate. Registries on loopback are insecure unless
registries.conf says insecure = false.
.SH CERTIFICATES
Authorities are the system's, or those in SSL_CERT_FILE and SSL_CERT_DIR. For one registry, the first of
~/.config/containers/certs.d/HOST[:PORT], /etc/containers/certs.d/HOST[:PORT] and /etc/docker/certs.d/HOST[:PORT] may hold
.TP
.B *.crt
more authorities;
.TP
.B *.cert \fRand\fB *.key
the client's certificate and its key, of the same name.
.SH EXAMPLE
.nf
# ~/.config/lamel/lamel.toml
concurrent\-downloads = 6

# ~/.config/containers/registries.conf
[[registry]]
location = "docker.io"

[[registry.mirror]]
location = "mirror.example.com/docker"
.fi
.SH SEE ALSO
lamel(1), lamel\-info(1), containers\-registries.conf(5), containers\-certs.d(5)
"#;

/// The page in roff (man(7)).
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
