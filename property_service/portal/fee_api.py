"""What a resident does about his bills in the portal, over HTTP. Who he is follows from the session alone."""

from __future__ import annotations

import shutil

import frappe
from frappe import _

from property_service.fees import online_payments
from property_service.fees.charges import PARTLY_PAID, UNPAID
from property_service.portal.access import is_portal_user, residents_of
from property_service.portal.fee_pages import receipt_page
from property_service.property_service.endpoint import endpoint, raise_refused
from property_service.property_service.errors import NotAllowedNow

MOST_BILLS = 200
LONGEST_KEY = 64
PAPER = {"page-size": "A5", "orientation": "Portrait", "margin-top": "12mm", "margin-bottom": "12mm"}


@endpoint(methods=("POST",))
def pay(bills: list, amount: str, client_key: str) -> dict:
    """Begin to pay bills of one's own online: their numbers, the amount in yuan that was shown, and a key of this click.

    Late fees as of today are part of the amount. The same key, or the same bills again, returns the same payment. Returns {payment}: its
    name, for the page that leads on to the gateway.
    """
    wanted = {bill for bill in bills if isinstance(bill, str)}
    if not wanted or len(wanted) != len(bills) or len(bills) > MOST_BILLS or len(client_key) > LONGEST_KEY:
        raise_refused(_("Choose at least one bill to pay."))
    own = residents_of(frappe.session.user) if is_portal_user() else ()
    bill, charge = frappe.qb.DocType("Fee Bill"), frappe.qb.DocType("Fee Charge")
    rows = (
        frappe.qb.from_(bill)
        .join(charge)
        .on(charge.fee_bill == bill.name)
        .select(bill.name, bill.debtor, charge.name.as_("charge"))
        .where(bill.name.isin(sorted(wanted)))
        .where(bill.debtor.isin(own or [""]))
        .where(charge.status.isin([UNPAID, PARTLY_PAID, "Paid"]))
        .orderby(bill.name)
        .orderby(charge.name)
        .run(as_dict=True)
    )
    if {row.name for row in rows} != wanted:
        frappe.throw(_("Some of these bills are not yours. Load the page again."), frappe.PermissionError)
    payment = online_payments.start(rows[0].debtor, [row.charge for row in rows], amount, client_key)
    return {"payment": payment.name}


@endpoint(methods=("GET",))
def receipt_pdf(name: str) -> None:
    """Download a receipt of one's own as PDF (A5). Where the site cannot make PDF files, says so: it can be printed."""
    values = receipt_page(name)
    if not makes_pdf():
        frappe.throw(_("This site cannot make PDF files. Open the receipt and print it instead."), NotAllowedNow)
    from frappe.utils.pdf import get_pdf  # opens a log of the site when it is loaded

    html = frappe.render_template("templates/resident/receipt_pdf.html", values)
    frappe.local.response.filename = f"{values['receipt'].receipt_number}.pdf"
    frappe.local.response.filecontent = get_pdf(html, PAPER)
    frappe.local.response.display_content_as = "attachment"
    frappe.local.response.type = "download"


def makes_pdf() -> bool:
    """True where the platform's PDF maker is installed on this machine."""
    return shutil.which("wkhtmltopdf") is not None
