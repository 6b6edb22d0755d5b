//! The Go types of the fields that Docker's templates work on, as far as JSON does not show them. They are looked up by
//! field name: labels are a map, in which a key may be missing, while a configuration is a struct, in which a field may
//! not; null is an empty list or map, or a nil pointer; some numbers are durations; and a document leaves out some
//! fields that are empty.

/// The zero value of a field, which it has where the document has null or leaves it out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ZeroValue {
    Bool,
    Duration,
    Int,
    List,
    Map,
    Nil,
    Text,
}

/// Fields whose objects are maps. Objects in all other fields are structs.
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

/// Fields whose null is a nil pointer.
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

/// Stands for the name of a field: the document itself is in none.
pub const DOCUMENT: &str = ".";

/// The structs whose empty fields are left out of documents, by the name of the field that they are in, with their
/// fields in Go's order. For the document itself and `HostConfig`, only the fields that may be left out.
const STRUCTS: [(&str, &[(&str, ZeroValue)]); 7] = [
    (
        DOCUMENT,
        &[
            ("OsVersion", ZeroValue::Text),
            ("SizeRootFs", ZeroValue::Nil),
            ("SizeRw", ZeroValue::Nil),
            ("Variant", ZeroValue::Text),
        ],
    ),
    (
        "Config",
        &[
            ("Hostname", ZeroValue::Text),
            ("Domainname", ZeroValue::Text),
            ("User", ZeroValue::Text),
            ("AttachStdin", ZeroValue::Bool),
            ("AttachStdout", ZeroValue::Bool),
            ("AttachStderr", ZeroValue::Bool),
            ("ExposedPorts", ZeroValue::Map),
            ("Tty", ZeroValue::Bool),
            ("OpenStdin", ZeroValue::Bool),
            ("StdinOnce", ZeroValue::Bool),
            ("Env", ZeroValue::List),
            ("Cmd", ZeroValue::List),
            ("Healthcheck", ZeroValue::Nil),
            ("ArgsEscaped", ZeroValue::Bool),
            ("Image", ZeroValue::Text),
            ("Volumes", ZeroValue::Map),
            ("WorkingDir", ZeroValue::Text),
            ("Entrypoint", ZeroValue::List),
            ("NetworkDisabled", ZeroValue::Bool),
            ("MacAddress", ZeroValue::Text),
            ("OnBuild", ZeroValue::List),
            ("Labels", ZeroValue::Map),
            ("StopSignal", ZeroValue::Text),
            ("StopTimeout", ZeroValue::Nil),
            ("Shell", ZeroValue::List),
        ],
    ),
    (
        "Healthcheck",
        &[
            ("Test", ZeroValue::List),
            ("Interval", ZeroValue::Duration),
            ("Timeout", ZeroValue::Duration),
            ("StartPeriod", ZeroValue::Duration),
            ("Retries", ZeroValue::Int),
        ],
    ),
    (
        "HostConfig",
        &[
            ("Annotations", ZeroValue::Map),
            ("Init", ZeroValue::Nil),
            ("Mounts", ZeroValue::List),
            ("StorageOpt", ZeroValue::Map),
            ("Sysctls", ZeroValue::Map),
            ("Tmpfs", ZeroValue::Map),
        ],
    ),
    (
        "Mounts",
        &[
            ("Type", ZeroValue::Text),
            ("Name", ZeroValue::Text),
            ("Source", ZeroValue::Text),
            ("Destination", ZeroValue::Text),
            ("Driver", ZeroValue::Text),
            ("Mode", ZeroValue::Text),
            ("RW", ZeroValue::Bool),
            ("Propagation", ZeroValue::Text),
        ],
    ),
    (
        "RootFS",
        &[
            ("Type", ZeroValue::Text),
            ("Layers", ZeroValue::List),
            ("BaseLayer", ZeroValue::Text),
        ],
    ),
    (
        "State",
        &[
            ("Status", ZeroValue::Text),
            ("Running", ZeroValue::Bool),
            ("Paused", ZeroValue::Bool),
            ("Restarting", ZeroValue::Bool),
            ("OOMKilled", ZeroValue::Bool),
            ("Dead", ZeroValue::Bool),
            ("Pid", ZeroValue::Int),
            ("ExitCode", ZeroValue::Int),
            ("Error", ZeroValue::Text),
            ("StartedAt", ZeroValue::Text),
            ("FinishedAt", ZeroValue::Text),
            ("Health", ZeroValue::Nil),
        ],
    ),
];

/// The fields of the struct in the field `name`, in Go's order; empty where a document leaves none of them out.
pub fn fields_of(name: &str) -> &'static [(&'static str, ZeroValue)] {
    let found = STRUCTS.iter().find(|(known, _)| *known == name);
    found.map_or(&[], |(_, fields)| fields)
}

/// Whether an object in this field is a map. `parent`: the field in which the struct with this field is.
pub fn is_map(parent: &str, field: &str) -> bool {
    MAPS.contains(&field) || (parent, field) == ("LogConfig", "Config")
}

/// The value that null stands for in this field.
pub fn null(parent: &str, field: &str) -> ZeroValue {
    match () {
        () if is_map(parent, field) => ZeroValue::Map,
        () if POINTERS.contains(&field) => ZeroValue::Nil,
        () => ZeroValue::List,
    }
}

/// Whether a number in this field counts nanoseconds.
pub fn is_duration(parent: &str, field: &str) -> bool {
    let found = fields_of(parent).iter().find(|(name, _)| *name == field);
    found.is_some_and(|(_, empty)| *empty == ZeroValue::Duration)
}

/// Whether a text in this field is a `time.Time`. Times in other fields are strings in Docker, too.
pub fn is_time(field: &str) -> bool {
    field == "LastTagTime"
}
