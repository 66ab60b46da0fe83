"""Where an alarm may be sent: over TLS to the public internet, or to hosts the operator has named; nowhere else.

Whoever may name an address that our server then calls could make it knock at doors inside the operator's network. So
an address is looked at twice: its words when the alarm is made, and the numbers its name resolves to at each call,
which is then made to just these numbers (a name that changes its mind in between gains nothing).
"""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

HOSTS_SETTING = "PASSINFO_ALARM_HOSTS"
PUSH_SERVICES = (
    *("fcm.googleapis.com", "updates.push.services.mozilla.com"),
    *(".push.services.mozilla.com", ".notify.windows.com", ".push.apple.com"),
)
"""Push services of the browsers (Chrome, Firefox, Edge, Safari); a dot stands for any name below."""
LONGEST = 1_000
_EMBEDDED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
"""IPv6 that a translator of the network turns into IPv4 (RFC 6052, RFC 8215)."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class BadTarget(ValueError):
    """An address that alarms are not sent to; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address in its parts."""

    secure: bool
    host: str
    port: int
    path: str
    named: bool
    """The operator has named its host."""

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        scheme, usual = ("https", 443) if self.secure else ("http", 80)
        return f"{scheme}://{self.authority}" if self.port == usual else f"{scheme}://{self.authority}:{self.port}"

    @property
    def authority(self) -> str:
        """The host as it stands in an address."""
        return f"[{self.host}]" if ":" in self.host else self.host


def named_hosts() -> tuple[str, ...]:
    """Hosts that the operator has named (``PASSINFO_ALARM_HOSTS``)."""
    return tuple(word.strip().lower() for word in os.environ.get(HOSTS_SETTING, "").split(",") if word.strip())


def target_of(url: str, hosts: tuple[str, ...] = ()) -> Target:
    """The address in its parts, if its words are such that it may be called. ``hosts``: those the operator has named.

    Raises
    ------
    BadTarget
        If it is not https (http only to this machine), names a user or an odd host, or lies in a private network.

    Examples
    --------
    >>> target_of("https://example.org/bus?x=1").path
    '/bus?x=1'
    >>> target_of("http://127.0.0.1:5000/", ("127.0.0.1",)).port
    5000
    """
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise BadTarget(f"an address has at most {LONGEST} characters, ASCII, without blanks or backslashes")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip(".").lower(), parts.port
    except ValueError as error:
        raise BadTarget(f"not an address: {error}") from error
    if parts.username is not None or parts.password is not None or not host or "%" in host or port == 0:
        raise BadTarget("an address has a host, and names no user")
    secure, named = parts.scheme == "https", host in hosts
    number = number_of(host)
    if not secure and not (parts.scheme == "http" and named and is_here(host)):
        raise BadTarget("only https addresses are called")
    if number is None and not named and (host == "localhost" or "." not in host or host.rsplit(".", 1)[1].isdigit()):
        raise BadTarget("the host must be a full name of the public internet")
    if number is not None and not may_call(number, named=named):
        raise BadTarget(f"the host lies in a private network, and {HOSTS_SETTING} does not name it")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, host, port or (443 if secure else 80), path, named)


def is_push_service(target: Target) -> bool:
    """Whether a browser may have been subscribed there: who is not, must be named by the operator."""
    known = any(target.host == each or (each[0] == "." and target.host.endswith(each)) for each in PUSH_SERVICES)
    return target.named or known


def may_call(number: Address, *, named: bool) -> bool:
    """Whether a number may be called: any of the public internet; of a host named by the operator, any but multicast.

    Examples
    --------
    >>> may_call(ipaddress.ip_address("10.0.0.1"), named=False), may_call(ipaddress.ip_address("8.8.8.8"), named=False)
    (False, True)
    """
    number = _within(number)
    if number.is_multicast or number.is_unspecified:
        return False
    return named or (number.is_global and not number.is_reserved)


def number_of(host: str) -> Address | None:
    """The number that a host is, None if it is a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_here(host: str) -> bool:
    """Whether a host is this machine by its very words."""
    number = number_of(host)
    return host == "localhost" or (number is not None and _within(number).is_loopback)


def _within(number: Address) -> Address:
    """The IPv4 number that an IPv6 one carries, else itself."""
    if isinstance(number, ipaddress.IPv4Address):
        return number
    if number.ipv4_mapped is not None:
        return number.ipv4_mapped
    if number.sixtofour is not None:
        return number.sixtofour
    if any(number in net for net in _EMBEDDED):
        return ipaddress.IPv4Address(int(number) & 0xFFFF_FFFF)
    return number
