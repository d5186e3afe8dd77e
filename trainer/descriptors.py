"""Room for connections: how many file descriptors the process may have."""

from protocol import limits

# A connection needs two, see connections.py; the training may need some, too.
WANTED = 4 * limits.CONNECTIONS


def make_room() -> None:
    """Raise the process's own limit as far as the system lets it, never lower it."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def room() -> int:
    """Say how many connections there is room for."""
    try:
        import resource
    except ImportError:
        return limits.CONNECTIONS
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return limits.CONNECTIONS
    return min(limits.CONNECTIONS, soft // 4)
