//! lamel as a person sees it: every test runs the program and looks at what it printed, its exit code, and what is on disk.
//!
//! `env` is the one helper: each test makes its own world (store, home, registry) and leaves nothing behind, which `leaks` checks. `registry` makes
//! images in code and serves them, `fixtures` has those that several tests use, `pattern` compares output that holds ids and times. `tests/run` runs this binary
//! as root, as a user with subordinate ids and as one without; the tests are the same for all three.
//!
//! Tests that are ignored by default need images that only `tests/run` makes (see `real`).

mod attach;
mod attacks;
mod attacks_mounts;
mod bridge_host;
mod completion;
mod confirm;
mod containers;
mod cp;
mod diff_commit;
mod differential;
mod distribution;
mod engines;
mod entering;
mod env;
mod errors;
mod exit_codes;
mod export;
mod faults;
mod fixtures;
mod hardening;
mod health;
mod hello;
mod history_inspect;
mod images;
mod info;
mod interop;
mod interop_engines;
mod interop_push;
mod layers;
mod leaks;
mod life;
mod limits;
mod load_import;
mod login;
mod login_robust;
mod logs;
mod machine;
mod manual;
mod network_bridge;
mod network_connect;
mod network_dns;
mod network_names;
mod newest;
mod nginx;
mod pattern;
mod pipes;
mod ps;
mod published_ports;
mod pull;
mod push;
mod real;
mod registries;
mod registry;
mod replace;
mod reset;
mod restart;
mod resume;
mod rmi_prune;
mod robust_killed;
mod robust_many;
mod robust_shared;
mod run;
mod run_network;
mod run_options;
mod save;
mod sharing;
mod stats;
mod systemd;
mod terminal;
mod terminal_owner;
mod tls;
mod tls_own;
mod unreadable;
mod userns;
mod userns_keep_id;
mod userns_life;
mod volumes;
