"""Where alarms may be sent: the public internet over TLS, and what the operator has named."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.alarms.targets import BadTarget, is_push_service, may_call, target_of

HERE = ("127.0.0.1", "localhost", "::1")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",  # no TLS
        "ftp://example.org/",
        "https://user:word@example.org/",
        "https://user@example.org/",
        "https:///x",
        "https://localhost/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://[fd00::1]/",
        "https://[fe80::1%25eth0]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://100.64.0.1/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org/a b",
        "https://example.org\\@10.0.0.1/",
        "https://exämple.org/",
        "https://example.org/" + "x" * 1_000,
        "https://example.org/\r\nHost: x",
    ],
)
def test_refused(url: str) -> None:
    with pytest.raises(BadTarget):
        target_of(url)


def test_what_the_operator_has_named() -> None:
    assert target_of("http://127.0.0.1:5000/x?y=1", HERE).path == "/x?y=1"
    assert target_of("http://[::1]:5000/", HERE).authority == "[::1]"
    assert target_of("https://10.0.0.5/", ("10.0.0.5",)).port == 443
    with pytest.raises(BadTarget):  # a named host that is not this machine still needs TLS
        target_of("http://10.0.0.5/", ("10.0.0.5",))
    with pytest.raises(BadTarget):
        target_of("http://localhost/", ())


def test_push_services_are_known() -> None:
    assert is_push_service(target_of("https://fcm.googleapis.com/fcm/send/x"))
    assert is_push_service(target_of("https://wns2-par02p.notify.windows.com/w/?token=x"))
    assert not is_push_service(target_of("https://evil-push.apple.com.example.org/"))
    assert not is_push_service(target_of("https://notify.windows.com.evil.org/"))
    assert is_push_service(target_of("http://127.0.0.1:1/", HERE))


@given(st.ip_addresses())
def test_only_global_numbers_unless_named(number: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if may_call(number, named=False):
        assert number.is_global and not number.is_private and not number.is_loopback and not number.is_multicast
        assert may_call(number, named=True)
