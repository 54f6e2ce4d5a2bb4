from typing import Any

from frappe import _

from property_service.portal import event_pages
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """Events: mine, those to come, what is over."""
    viewer = open_page(context, _("Events", context="Portal"), "home")
    context.update(event_pages.event_lists(viewer))
