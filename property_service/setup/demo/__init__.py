"""The demo estate: two invented communities with people, staff and two months of work, made and removed by one command each.

`bench --site NAME execute property_service.setup.demo.make --kwargs '{"units": 400}'`
`bench --site NAME execute property_service.setup.demo.remove`
"""

from __future__ import annotations


def make(units: int | None = None, password: str | None = None) -> list[dict]:
    """Make the demo estate, once; a second call changes nothing. Returns who can sign in.

    Rows: {role, name, user or phone, password, url}; printed as JSON on the last line. `units` is the number of homes
    (default 400), `password` that of all demo people. Refuses a site that holds real communities.
    """
    # Imported here, so that the plans beside this file can be read without a site.
    from property_service.setup.demo.making import make_demo

    return make_demo(units, password)


def remove() -> dict[str, int]:
    """Remove every demo row. Returns how many were removed by DocType. Refuses while a real row refers to one of them."""
    from property_service.setup.demo.removal import remove_demo

    return remove_demo()
