//! Which capabilities a container's process has: Docker's default set and Docker's rules for changing it.

/// The set that a container has where nothing else is asked for.
pub fn default_capabilities() -> Vec<String> {
    todo!()
}

/// The default set (all where `privileged`) with `--cap-add` and `--cap-drop` applied. Names come with or without
/// `CAP_`, in any case; `ALL` is every capability. An unknown name is an error.
pub fn capabilities(add: &[String], drop: &[String], privileged: bool) -> anyhow::Result<Vec<String>> {
    let _ = (add, drop, privileged);
    todo!()
}
