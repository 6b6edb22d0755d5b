//! A container's life: create, run, exec, list, stop, remove, what it changed, commit, logs, its monitor.
