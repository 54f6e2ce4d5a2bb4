from typing import Any

from frappe import _

from property_service.portal import kept_promises, offers
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """What we promise: arrival and completion by kind of fault, calls and complaints, and how it was kept last month."""
    viewer = open_page(context, _("Promised Times"), "me")
    context.promises = offers.promised_times()
    context.desk = kept_promises.desk_promises()
    context.kept = kept_promises.kept_last_month(viewer)
