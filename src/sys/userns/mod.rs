//! User namespaces and the others of a process (user_namespaces(7), namespaces(7)).

pub mod create;
pub mod enter;
pub mod namespaces;
