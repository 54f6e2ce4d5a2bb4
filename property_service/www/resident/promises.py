from typing import Any

from frappe import _

from property_service.portal import offers
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """What we promise: arrival and completion by kind of fault."""
    viewer = open_page(context, _("Promised Times"), "me")
    context.promises = offers.promised_times()
    context.kept = offers.kept_rates(viewer)
