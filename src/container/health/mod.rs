//! Health checks: Docker's rules and recorded results (moby, `daemon/health.go`).

pub mod probe;
pub mod schedule;
pub mod status;
