from typing import Any

from frappe import _

from property_service.portal import notice_pages
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """Numbers residents ask for, to be called with a tap."""
    viewer = open_page(context, _("Useful Numbers"), "me")
    context.groups = notice_pages.contact_groups(viewer)
