"""How much is fuzzed.

FUZZ_CALLS is the number of calls: 2,000 in the suite, 20,000 at night. FUZZ_SEED
makes them others; without it a run of the suite makes the same calls each time, a longer one takes a seed of its own
and prints it.
"""

import os
import secrets

IN_THE_SUITE = 2000
CALLS = int(os.environ.get("FUZZ_CALLS") or IN_THE_SUITE)
SEED = int(os.environ.get("FUZZ_SEED") or (secrets.randbelow(10**6) if CALLS > IN_THE_SUITE else 0))
# A call to be made again, as a failure prints it.
REPLAY = os.environ.get("FUZZ_REPLAY", "")
