"""The child process of tickets.sanitize: HTML on standard input, JSON on output.

Run as `python -m tickets.sanitize_child SECONDS`. The limits are set before anything
is read, so hostile HTML ends this process and nothing else.
"""

import resource
import sys

from tickets.sanitize import as_json, clean_here

MEMORY_BYTES = 1 << 30


def main() -> None:
    """Clean standard input under limits of CPU time and memory."""
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source = sys.stdin.buffer.read().decode("utf-8", "replace")
    sys.stdout.write(as_json(clean_here(source)))


if __name__ == "__main__":
    main()
