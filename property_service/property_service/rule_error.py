"""The error of the rules that know no site: a sentence that the caller can still translate.

Rules raise `RuleError`; whoever stands at the desk or the portal shows it with
`frappe.throw(_(error.template).format(*error.params))`.
"""

from __future__ import annotations


class RuleError(ValueError):
    """A value a rule refuses, with a sentence that says what to do instead.

    `template` is the English sentence with `{0}`, `{1}` … for `params`; `str(error)` is the filled-in English.
    """

    def __init__(self, template: str, *params: object) -> None:
        super().__init__(template.format(*params))
        self.template = template
        self.params = params


def mark(text: str) -> str:
    """Return `text` unchanged. Imported as `_`, it lets the translation tools find the sentences of the rules."""
    return text
