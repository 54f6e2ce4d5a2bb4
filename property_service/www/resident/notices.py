from typing import Any

from frappe import _

from property_service.portal import notice_pages
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """Notices to my units, the earlier ones below."""
    viewer = open_page(context, _("Notices", context="Portal"), "home")
    rows = notice_pages.notice_rows(viewer)
    context.live = [row for row in rows if row.is_live]
    context.earlier = [row for row in rows if not row.is_live]
