//! lamel: a daemonless container tool that treats an image as a stack of thin read-only layers.

// Skeleton.
#![allow(dead_code, unused)]

mod cli;
mod commands;
mod container;
mod image;
mod layer;
mod oci;
mod progress;
mod registry;
mod runtime;
mod store;
mod sys;
mod ui;

fn main() {}
