import sys

# With --bench the bench brings its own Python; these few files of the sandbox run on any that Frappe runs on.
OF_THE_BENCH = any(word == "--bench" or word.startswith("--bench=") for word in sys.argv[1:])
if sys.version_info < (3, 10) or (sys.version_info[:2] != (3, 11) and not OF_THE_BENCH):
    sys.stderr.write(
        "The sandbox needs Python %s, this is %d.%d: run it as `python3.11 -m sandbox %s`.\n"
        % (
            "3.10 or later" if OF_THE_BENCH else "3.11",
            sys.version_info[0],
            sys.version_info[1],
            " ".join(sys.argv[1:]),
        )
    )
    sys.exit(2)

from sandbox.cli import main  # noqa: E402 - it may not be readable for an older Python

sys.exit(main(sys.argv[1:]))
