"""How to reach a trainer that only its own machine can."""

from protocol.address import Address


def tunnel(address: Address) -> str:
    """Give the command that makes a loopback address reachable from elsewhere."""
    return f"ssh -L {address.port}:{address} USER@THIS-HOST"
