//! The words of the field and their types: digests, references, platforms, manifests, image configurations.
//!
//! Everything here is data and rules from the OCI specifications (image-spec, distribution-spec) and from Docker's
//! naming; nothing here touches a disk, a network or a terminal.
//!
//! # Which library does what
//!
//! oci-spec's types are the types of what the specification defines:
//!
//! - Manifest, index, descriptor, media type: as they are ([`document`], [`manifest`]).
//! - Platform: in [`platform::Platform`], which adds the text that people write and the rule of which platform serves
//!   which.
//! - Configuration, `config` object, history, rootfs: in [`config::ImageConfig`], which keeps the maker's JSON beside
//!   them.
//!
//! What is our own, and why:
//!
//! - *Reading.* oci-spec's derived readers refuse images that Docker runs: a configuration without `architecture` or
//!   with `"diff_ids": null`, an `Entrypoint` that is one string, a manifest without `schemaVersion`. They also read
//!   one document as an index and as a manifest (CVE-2021-41190). Every field of a configuration is read by one
//!   function in [`config::read`], every field of a manifest by one struct in [`document`]: leniency for odd but
//!   readable JSON belongs there.
//! - *Writing.* oci-spec drops unknown fields, so what was received is kept and sent as its bytes, and a configuration
//!   that is changed is changed in its maker's JSON. It keeps labels, ports, volumes and annotations in hash maps:
//!   documents that are made here are sorted before they are written, or equal images would have different IDs.
//! - *Digests.* oci-spec's digest is text of any algorithm, allocated. Ours is 32 bytes of SHA-256, `Copy`, and a type
//!   for each of diff_id, chain_id and image ID: [`digest`].
//! - *References.* `oci_spec::distribution::Reference` adds `latest` where nothing was said, which is not known
//!   afterwards any more (`pull --all-tags` and `save` tell them apart); it refuses a registry with an IPv6 address;
//!   and it compiles a regular expression with Unicode tables at each start of the program: [`reference`].
//!
//! Two mistakes of oci-spec 0.10 do no harm here, and are to be known: its `Platform` reads `os_version` for the
//! specification's `os.version`, and its architecture `armbe` becomes `arm64be` (Linux images have neither).

pub mod config;
pub mod digest;
pub mod document;
pub mod manifest;
pub mod platform;
pub mod reference;
