//! What JSON does not tell of the types that Docker's templates work on, by the names of fields: that labels are a map, in which a
//! key may be missing, while a configuration is a struct, in which a field may not; that what is null is an empty list or
//! a pointer to nothing; that some numbers are durations; and which fields a document leaves out where they are empty.

/// What a field is that is not in the document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Empty {
    Duration,
    False,
    List,
    Map,
    Nil,
    Text,
    Zero,
}

/// Fields whose objects are maps; those of all others are structs.
const MAPS: [&str; 17] = [
    "Annotations",
    "Data",
    "DriverOpts",
    "ExposedPorts",
    "GraphOptions",
    "GraphStatus",
    "Labels",
    "Networks",
    "Options",
    "PortBindings",
    "Ports",
    "Registries",
    "Runtimes",
    "StorageOpt",
    "Sysctls",
    "Tmpfs",
    "Volumes",
];

/// Fields that are pointers to something else than a list or a map.
const POINTERS: [&str; 8] = [
    "Health",
    "Healthcheck",
    "IPAMConfig",
    "Init",
    "MemorySwappiness",
    "OomKillDisable",
    "PidsLimit",
    "StopTimeout",
];

/// In place of a field's name: what is in none, but the document itself.
pub const DOCUMENT: &str = ".";

/// Structs of which documents leave fields out, with all their fields in order; of the largest, the document itself among them, with
/// these fields alone.
const STRUCTS: [(&str, &[(&str, Empty)]); 7] = [
    (
        DOCUMENT,
        &[
            ("OsVersion", Empty::Text),
            ("SizeRootFs", Empty::Nil),
            ("SizeRw", Empty::Nil),
            ("Variant", Empty::Text),
        ],
    ),
    (
        "Config",
        &[
            ("Hostname", Empty::Text),
            ("Domainname", Empty::Text),
            ("User", Empty::Text),
            ("AttachStdin", Empty::False),
            ("AttachStdout", Empty::False),
            ("AttachStderr", Empty::False),
            ("ExposedPorts", Empty::Map),
            ("Tty", Empty::False),
            ("OpenStdin", Empty::False),
            ("StdinOnce", Empty::False),
            ("Env", Empty::List),
            ("Cmd", Empty::List),
            ("Healthcheck", Empty::Nil),
            ("ArgsEscaped", Empty::False),
            ("Image", Empty::Text),
            ("Volumes", Empty::Map),
            ("WorkingDir", Empty::Text),
            ("Entrypoint", Empty::List),
            ("NetworkDisabled", Empty::False),
            ("MacAddress", Empty::Text),
            ("OnBuild", Empty::List),
            ("Labels", Empty::Map),
            ("StopSignal", Empty::Text),
            ("StopTimeout", Empty::Nil),
            ("Shell", Empty::List),
        ],
    ),
    (
        "Healthcheck",
        &[
            ("Test", Empty::List),
            ("Interval", Empty::Duration),
            ("Timeout", Empty::Duration),
            ("StartPeriod", Empty::Duration),
            ("Retries", Empty::Zero),
        ],
    ),
    (
        "HostConfig",
        &[
            ("Annotations", Empty::Map),
            ("Init", Empty::Nil),
            ("Mounts", Empty::List),
            ("StorageOpt", Empty::Map),
            ("Sysctls", Empty::Map),
            ("Tmpfs", Empty::Map),
        ],
    ),
    (
        "Mounts",
        &[
            ("Type", Empty::Text),
            ("Name", Empty::Text),
            ("Source", Empty::Text),
            ("Destination", Empty::Text),
            ("Driver", Empty::Text),
            ("Mode", Empty::Text),
            ("RW", Empty::False),
            ("Propagation", Empty::Text),
        ],
    ),
    (
        "RootFS",
        &[
            ("Type", Empty::Text),
            ("Layers", Empty::List),
            ("BaseLayer", Empty::Text),
        ],
    ),
    (
        "State",
        &[
            ("Status", Empty::Text),
            ("Running", Empty::False),
            ("Paused", Empty::False),
            ("Restarting", Empty::False),
            ("OOMKilled", Empty::False),
            ("Dead", Empty::False),
            ("Pid", Empty::Zero),
            ("ExitCode", Empty::Zero),
            ("Error", Empty::Text),
            ("StartedAt", Empty::Text),
            ("FinishedAt", Empty::Text),
            ("Health", Empty::Nil),
        ],
    ),
];

/// The fields of the struct that is in the field `name`, in Go's order, as far as a document may leave some out.
pub fn fields_of(name: &str) -> &'static [(&'static str, Empty)] {
    let found = STRUCTS.iter().find(|(known, _)| *known == name);
    found.map_or(&[], |(_, fields)| fields)
}

/// Whether an object in this field, of the struct in the field `parent`, is a map.
pub fn is_map(parent: &str, field: &str) -> bool {
    MAPS.contains(&field) || (parent, field) == ("LogConfig", "Config")
}

/// What null is in this field.
pub fn null(parent: &str, field: &str) -> Empty {
    match () {
        () if is_map(parent, field) => Empty::Map,
        () if POINTERS.contains(&field) => Empty::Nil,
        () => Empty::List,
    }
}

/// Whether a number in this field counts nanoseconds.
pub fn is_duration(parent: &str, field: &str) -> bool {
    let of = fields_of(parent).iter().find(|(name, _)| *name == field);
    of.is_some_and(|(_, empty)| *empty == Empty::Duration)
}

/// Whether a text in this field is a time; all others that hold one are texts.
pub fn is_time(field: &str) -> bool {
    field == "LastTagTime"
}
