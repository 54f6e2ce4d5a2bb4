import sys

if sys.version_info[:2] != (3, 11):
    sys.stderr.write(
        "The sandbox needs Python 3.11, this is %d.%d: run it as `python3.11 -m sandbox %s`.\n"
        % (sys.version_info[0], sys.version_info[1], " ".join(sys.argv[1:]))
    )
    sys.exit(2)

from sandbox.cli import main

sys.exit(main(sys.argv[1:]))
