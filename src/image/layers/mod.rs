//! An image's layers in the store: unpacked into it ([`unpack`]), verified by their diff_ids ([`verify`]), stacked for
//! a container ([`stack`]).

pub mod stack;
pub mod unpack;
pub mod verify;
