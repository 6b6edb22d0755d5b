//! The command line's root: global options and dispatch.
