//! Users and groups of this host as its files name them. No system call is made here.

pub mod id_maps;
pub mod subordinate;
