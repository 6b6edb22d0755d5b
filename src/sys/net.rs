//! The network namespace that this process is in. Changing it needs CAP_NET_ADMIN there.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// Brings `lo` up; the kernel gives it its addresses then (netdevice(7)).
pub fn loopback_up() -> io::Result<()> {
    interface("lo", libc::SIOCSIFFLAGS, |request| {
        request.ifr_ifru.ifru_flags = libc::IFF_UP as libc::c_short;
    })
    .map(drop)
}

/// Gives `lo` another address, for itself alone.
pub fn add_loopback_address(address: Ipv4Addr) -> io::Result<()> {
    // Under a label of its own it is added; under that of the interface it would replace the first.
    let set = |call: libc::Ioctl, address: Ipv4Addr| {
        interface("lo:1", call, |request| {
            request.ifr_ifru.ifru_addr = socket_address(address);
        })
    };
    set(libc::SIOCSIFADDR, address)?;
    set(libc::SIOCSIFNETMASK, Ipv4Addr::BROADCAST).map(drop)
}

/// Where the default route of IPv4 leads, if there is one (proc(5)).
pub fn gateway() -> Option<Ipv4Addr> {
    let text = std::fs::read_to_string("/proc/net/route").ok()?;
    text.lines().skip(1).find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        // In the machine's own order.
        let number = |at: usize| u32::from_str_radix(fields.get(at)?, 16).ok();
        let gateway = number(2).filter(|gateway| *gateway != 0)?;
        (number(1)? == 0 && number(7)? == 0).then(|| Ipv4Addr::from(gateway.to_ne_bytes()))
    })
}

/// Makes a bridge: the one kind of interface that takes no more than a name.
pub fn add_bridge(name: &str) -> io::Result<()> {
    interface(name, SIOCBRADDBR, |_| ()).map(drop)
}

/// Lets a bridge keep the hardware address that it has. Until it is given one, it has the lowest of its interfaces',
/// and changes it as they come and go; whoever knows the old one gets nothing through for many seconds
/// (br_stp_recalculate_bridge_id() in the kernel's sources).
pub fn keep_address(bridge: &str) -> io::Result<()> {
    let now = interface(bridge, libc::SIOCGIFHWADDR, |_| ())?;
    interface(bridge, libc::SIOCSIFHWADDR, |request| {
        // SAFETY: the call before filled in this part, and it is plain numbers.
        request.ifr_ifru.ifru_hwaddr = unsafe { now.ifr_ifru.ifru_hwaddr };
    })
    .map(drop)
}

/// From linux/sockios.h: takes an interface's name, with which the request begins.
const SIOCBRADDBR: libc::Ioctl = 0x89a0;

/// The addresses of all interfaces but `lo`, without those that mean something only on their link.
pub fn addresses() -> io::Result<Vec<IpAddr>> {
    let all = nix::ifaddrs::getifaddrs()?.filter_map(|interface| {
        let address = interface.address?;
        let v4 = address.as_sockaddr_in().map(|address| IpAddr::V4(address.ip()));
        let address = v4.or_else(|| Some(IpAddr::V6(address.as_sockaddr_in6()?.ip())))?;
        let is_of_link = match address {
            IpAddr::V4(address) => address.is_loopback(),
            IpAddr::V6(address) => address.is_loopback() || address.is_unicast_link_local(),
        };
        (!is_of_link).then_some(address)
    });
    Ok(all.collect())
}

/// An `ioctl` on the interface `name`, with what `fill` writes into the request (netdevice(7)). Returns what became of
/// that.
fn interface(name: &str, call: libc::Ioctl, fill: impl FnOnce(&mut libc::ifreq)) -> io::Result<libc::ifreq> {
    // SAFETY: socket(2) with constants.
    let socket = unsafe { libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0) };
    if socket < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: just opened, and ours.
    let socket = unsafe { OwnedFd::from_raw_fd(socket) };
    // SAFETY: all zeroes is a value of this structure of plain numbers.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    // The last byte stays zero.
    for (to, from) in request.ifr_name.iter_mut().zip(name.bytes().take(libc::IFNAMSIZ - 1)) {
        *to = from as libc::c_char;
    }
    fill(&mut request);
    // SAFETY: the request has the layout that these calls take, and lives through it.
    if unsafe { libc::ioctl(socket.as_raw_fd(), call, &mut request) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(request)
}

fn socket_address(address: Ipv4Addr) -> libc::sockaddr {
    let address = libc::sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: 0,
        sin_addr: libc::in_addr {
            s_addr: u32::from(address).to_be(),
        },
        sin_zero: [0; 8],
    };
    // SAFETY: both structures are 16 bytes of plain numbers, made to stand for each other (ip(7)).
    unsafe { std::mem::transmute::<libc::sockaddr_in, libc::sockaddr>(address) }
}
