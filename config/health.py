"""`python -m config.health URL [HOST]`: asks a server whether it is well; for containers without curl."""

import sys
from urllib.error import URLError
from urllib.request import Request, urlopen


def well(url: str, host: str = "") -> bool:
    """Whether it answers 200 when addressed by this host name."""
    request = Request(url, headers={"Host": host} if host else {})  # noqa: S310  (the address is our own configuration)
    try:
        with urlopen(request, timeout=4) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if well(*sys.argv[1:3]) else 1)
