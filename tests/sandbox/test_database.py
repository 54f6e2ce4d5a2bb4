"""The database server of the sandbox."""

from pathlib import Path

import frappe

from sandbox.layout import here


def test_its_temporary_files_are_its_own(site: str) -> None:
    """Two checkouts do not meet: in a folder that both use, the server that starts last deletes those of the first."""
    folder = Path(frappe.db.sql("select @@tmpdir")[0][0])
    assert folder.is_relative_to(here().run)
