//! The runtime specification of a container (OCI runtime-spec, config.md): made from plain values, without looking at
//! the host, so that tests can compare it. The defaults are Docker's (moby, oci/defaults.go).

pub mod container_spec;
pub mod devices;
pub mod host;
pub mod mounts;
pub mod system_paths;
#[cfg(test)]
mod tests;
