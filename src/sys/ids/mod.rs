//! User and group ids: the names that files give them, the subordinate ones that a user may map, and maps between
//! namespaces.

pub mod accounts;
pub mod id_maps;
pub mod subordinate;
