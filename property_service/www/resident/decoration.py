from typing import Any

from frappe import _

from property_service.portal import decoration_pages
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """My decorations."""
    viewer = open_page(context, _("Decoration", context="Portal"), "home")
    context.rows = decoration_pages.permit_rows(viewer)
