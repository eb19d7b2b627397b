"""A worker; see `flows.isolation.worker`."""

import sys

from flows.isolation.worker import main

if __name__ == "__main__":
    main(sys.argv[1:])
