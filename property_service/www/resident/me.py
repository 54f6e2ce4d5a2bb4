from typing import Any

from frappe import _

from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """My rooms and my account."""
    open_page(context, _("Me", context="Portal"), "me")
