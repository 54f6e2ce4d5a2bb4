"""What the payment gateway calls over HTTP."""

from __future__ import annotations

import frappe

from property_service.fees import online_payments
from property_service.property_service.endpoint import endpoint

LOOK_INTO_IT = 409


@endpoint(
    methods=("POST",), guest_because="The gateway has no account; every call is signed with a secret shared with it."
)
def payment_callback(
    payment: str,
    transaction: str,
    amount: str,
    currency: str,
    status: str,
    timestamp: str,
    nonce: str,
    signature: str,
) -> str:
    """Report what became of a payment, as a form or JSON; docs/online-payment.md says how it is signed.

    Returns a word, Paid, Failed or Noted (HTTP 200), also for whatever is repeated. HTTP 400 where a field is missing or unknown, 403
    where signature, age or form are not right, 409 where it is signed and cannot be: another amount or currency, an unknown payment, a
    transaction or nonce used before. Also 409 where others were quicker at the same rows: send it again.
    """
    outcome = online_payments.receive(
        {
            "payment": payment,
            "transaction": transaction,
            "amount": amount,
            "currency": currency,
            "status": status,
            "timestamp": timestamp,
            "nonce": nonce,
            "signature": signature,
        }
    )
    if outcome.refused:
        # No exception: what was refused stays on record.
        frappe.local.response["http_status_code"] = LOOK_INTO_IT
        return outcome.because
    return outcome.word
