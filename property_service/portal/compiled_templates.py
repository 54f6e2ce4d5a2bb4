"""Templates of pages stay compiled from one request to the next.

The platform makes a new Jinja environment for every request and compiles every template in it anew: more than half of the processor time
of a page of the portal.
"""

from __future__ import annotations

from types import CodeType

import frappe.utils.jinja
from jinja2.bccache import Bucket, BytecodeCache


class CompiledTemplates(BytecodeCache):
    """What a process has compiled, by template and its text: a file that changes is compiled anew."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give Jinja what was compiled before; called by Jinja."""
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what Jinja has compiled; called by Jinja."""
        self.kept[(bucket.key, bucket.checksum)] = bucket.code


KEPT = CompiledTemplates()


def keep_compiled() -> None:
    """Let the environment of this request take from the earlier ones what they have compiled."""
    frappe.utils.jinja.get_jenv().bytecode_cache = KEPT
