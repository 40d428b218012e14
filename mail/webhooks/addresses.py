"""Which addresses may be called: public ones, unless the site allows its own net."""

import ipaddress
import socket
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from mail.models.webhooks import LONGEST_URL

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")  # RFC 4291 section 2.5.5.1
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
PRIVATE = "Addresses of private networks and of this machine may not be called."


class PrivateAddressError(OSError):
    """A host leads nowhere but into networks that may not be called."""


def check_url(url: str) -> None:
    """Refuse what cannot be called, as far as it shows without asking the network.

    What a name leads to is checked when it is called.

    Raises:
        ValidationError: with words for the person who typed it.
    """
    if len(url) > LONGEST_URL:
        raise ValidationError(f"At most {LONGEST_URL:,} characters.", code="long")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise ValidationError(
            "Write special characters of a URL as %-escapes.", code="characters"
        )
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValidationError("This is no URL.", code="url") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise ValidationError(
            "A URL that begins with https:// or http://.", code="scheme"
        )
    if parts.username is not None or parts.password is not None:
        raise ValidationError(
            "No name and password in the URL: calls are signed.", code="credentials"
        )
    is_private = host.rstrip(".").lower() == "localhost" or not _may_be_called(host)
    if is_private and not settings.WEBHOOKS_ALLOW_PRIVATE:
        raise ValidationError(PRIVATE, code="private")


def connect(host: str, port: int, *, timeout: float) -> socket.socket:
    """Connect to a host, to an address that was checked and no other.

    The name is resolved here, once, so that nobody can answer otherwise in between.

    Raises:
        PrivateAddressError: the name leads to private addresses only.
        OSError: it leads nowhere, or nobody answers.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    allowed = [
        (family, kind, protocol, address)
        for family, kind, protocol, _, address in found
        if settings.WEBHOOKS_ALLOW_PRIVATE or _may_be_called(str(address[0]))
    ]
    if not allowed:
        raise PrivateAddressError(PRIVATE)
    failure = OSError(f"{host} has no address.")
    for family, kind, protocol, address in allowed[:4]:
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(timeout)
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure


def _may_be_called(host: str) -> bool:
    """Say whether an address is public; of a name nothing is known yet."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return True
    return all(
        each.is_global and not each.is_multicast
        for each in (address, *_inside(address))
    )


def _inside(address: _Address) -> list[ipaddress.IPv4Address]:
    """Return the older addresses that a newer one stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64 or address in _COMPATIBLE:
        inside.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in inside if each is not None]
