//! What the runtime keeps in a container's run directory, which lives only while the container runs.
//!
//! ```text
//! bundle/           config.json of the OCI runtime specification; the socket that the terminal comes through
//! state/            libcontainer's state.json
//! exec-PID/         what one exec needs until its process runs
//! network/netns     the network namespace, mounted in the supervisor's mount namespace; a file in every other
//! ports             which ports of the host lead to the container's, as JSON
//! relay             the process that serves published ports, as JSON
//! cgroups           the directories of the container's cgroup, as JSON
//! shm/              for a moment: /dev/shm of the container whose IPC namespace this one shares
//! ```

/// The OCI bundle.
pub const BUNDLE: &str = "bundle";
/// The name by which libcontainer knows each container: the directory of its state.
pub const STATE: &str = "state";
/// What the name of an exec's directory begins with.
pub const EXEC_PREFIX: &str = "exec-";
/// The directory of [`NETWORK_NAMESPACE`]. It is one of its own because pasta watches it for the end of the file: of
/// several files that are removed at once it may see the first one only.
pub const NETWORK: &str = "network";
/// The file that the network namespace is mounted on.
pub const NETWORK_NAMESPACE: &str = "network/netns";
/// The published ports.
pub const PORTS: &str = "ports";
/// The process that serves published ports.
pub const RELAY: &str = "relay";
/// The directories of the cgroup.
pub const CGROUPS: &str = "cgroups";
/// Another container's /dev/shm.
pub const SHARED_MEMORY: &str = "shm";
