"""Arguments of endpoints: bound by name, turned into their types, refused with a sentence."""

import io
from datetime import date, datetime

import frappe
import pytest
from werkzeug.datastructures import FileStorage, MultiDict

from property_service.property_service.endpoint import ENDPOINTS, _bind, bound_by_name, endpoint
from property_service.property_service.errors import BusyNow, InputRefused
from property_service.property_service.photos import sent_photo, sent_photos

CHARTS = {
    "property_service.fees.report_api.money_per_month",
    "property_service.fees.report_api.worst_buildings",
    "property_service.patrol.report_api.completion_per_week",
    "property_service.patrol.report_api.findings_per_week",
    "property_service.patrol.report_api.open_by_severity",
    "property_service.repairs.desk_api.requests_by_category",
    "property_service.repairs.desk_api.requests_per_day",
}


@endpoint(methods=("POST",))
def sample(
    name: str,
    count: int = 1,
    share: float | None = None,
    on: date | None = None,
    at: datetime | None = None,
    rows: list | None = None,
    yes: bool = False,
) -> dict:
    """Give back what arrived."""
    return dict(name=name, count=count, share=share, on=on, at=at, rows=rows, yes=yes)


@endpoint(methods=("POST",), ignores=frozenset({"chart_name", "name"}))
def drawn() -> str:
    """Take nothing, whatever is sent along."""
    return "drawn"


def bind(**sent):
    function = sample.endpoint
    import inspect
    import typing

    return _bind(inspect.signature(function).parameters, typing.get_type_hints(function), sent)


@pytest.mark.parametrize(
    ("sent", "key", "value"),
    [
        ({"count": "3"}, "count", 3),
        ({"count": 3.0}, "count", 3),
        ({"share": "2.5"}, "share", 2.5),
        ({"share": ""}, "share", None),
        ({"on": "2026-02-28"}, "on", date(2026, 2, 28)),
        ({"at": "2026-02-28 10:30:00"}, "at", datetime(2026, 2, 28, 10, 30)),
        ({"rows": '[{"a": 1}]'}, "rows", [{"a": 1}]),
        ({"rows": None}, "rows", None),
        ({"yes": "true"}, "yes", True),
        ({"yes": 0}, "yes", False),
        ({"cmd": "x.y", "csrf_token": "t"}, "count", None),
    ],
)
def test_reads_what_a_browser_sends(sent, key, value):
    bound = bind(name="RR-1", **sent)
    assert bound.get(key) == value
    assert bound["name"] == "RR-1"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"name": None},
        {"name": ["a"]},
        {"name": {"a": 1}},
        {"name": "x", "count": "three"},
        {"name": "x", "count": 2.5},
        {"name": "x", "count": ""},
        {"name": "x", "share": "nan"},
        {"name": "x", "share": "1e999"},
        {"name": "x", "on": "2026-02-30"},
        {"name": "x", "at": "soon"},
        {"name": "x", "at": "0001-01-01T00:00:00+14:00"},
        {"name": "x", "at": "9999-12-31T23:59:59-12:00"},
        {"name": "x", "on": "0001-01-01"},
        {"name": "x", "rows": '{"a": 1}'},
        {"name": "x", "rows": "[1, 2"},
        {"name": "x", "yes": "perhaps"},
        {"name": "x", "owner": "Administrator"},
    ],
)
def test_refuses_with_a_sentence(sent):
    with pytest.raises(InputRefused) as refusal:
        bind(**sent)
    assert str(refusal.value).endswith(".")
    assert refusal.value.http_status_code == 400


def test_what_is_ignored_is_neither_read_nor_refused():
    assert drawn.run({"chart_name": ["x"], "name": {}}) == "drawn"
    with pytest.raises(InputRefused, match="does not accept: owner"):
        drawn.run({"chart_name": "x", "owner": "y"})


@bound_by_name
def asked(doctype: str, start: int, filters: dict | list | str | None = None, **more: object) -> tuple:
    """As a link search of the platform."""
    return doctype, start, filters, more


@pytest.mark.parametrize(
    ("args", "sent", "bound"),
    [
        (("Resident", "5"), {}, ("Resident", 5, None, {})),
        (("Resident",), {"start": 5, "filters": "[]", "x": 1}, ("Resident", 5, [], {"x": 1})),
        ((), {"doctype": "Resident", "start": 0, "filters": {"a": 1}}, ("Resident", 0, {"a": 1}, {})),
    ],
)
def test_what_the_platform_calls_is_bound_by_name(args, sent, bound):
    assert asked(*args, **sent) == bound


@pytest.mark.parametrize(
    "sent",
    [{}, {"doctype": "Resident"}, {"doctype": ["x"], "start": 0}, {"doctype": "x", "start": "x" * 5000}],
)
def test_what_it_cannot_be_called_with_is_refused_with_a_sentence(sent):
    with pytest.raises(InputRefused):
        asked(**sent)


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "a\ud800"},
        {"name": "x", "rows": "[" * 100_000},
        {"name": "x", "rows": '["\\ud800"]'},
        {"name": "x", "rows": ["\ud800"]},
    ],
)
def test_what_no_database_can_keep_is_refused_with_a_sentence(sent):
    """Half a letter, as broken programs send it; lists of lists of lists without end."""
    with pytest.raises(InputRefused):
        bind(**sent)


def test_names_of_unknown_arguments_are_shown_as_plain_text():
    with pytest.raises(InputRefused) as refusal:
        bind(name="x", **{"<img src=x onerror=alert(1)>": 1})
    assert "<img" not in str(refusal.value)


def test_a_call_inside_the_server_is_a_plain_call():
    assert sample("RR-1", count=2)["count"] == 2


@pytest.mark.parametrize("code", [None, 1020])
def test_a_deadlock_is_tried_again_and_then_said(monkeypatch, code):
    tries = []
    # 1020 is how a MariaDB with snapshot isolation says that the row has moved on.
    trouble = frappe.db.OperationalError(code, "Record has changed") if code else frappe.QueryDeadlockError()

    @endpoint()
    def busy(name: str) -> str:
        """Meets a deadlock as often as there are entries to come."""
        tries.append(name)
        if len(tries) < limit:
            raise trouble
        return "done"

    monkeypatch.setattr("property_service.property_service.endpoint._is_web_call", lambda path: True)
    monkeypatch.setattr(frappe.db, "rollback", lambda **kw: None)
    limit = 3
    assert busy(name="x") == "done" and len(tries) == 3
    tries.clear()
    limit = 9
    with pytest.raises(BusyNow):
        busy(name="x")
    assert len(tries) == 3


def test_a_photo_is_there_again_when_an_act_is_tried_again(monkeypatch):
    sent = [
        ("file", FileStorage(io.BytesIO(content), name)) for content, name in ((b"one", "1.jpg"), (b"two", "2.jpg"))
    ]
    read = []

    @endpoint()
    def busy() -> str:
        """Reads what was sent, and meets a deadlock the first time."""
        read.append((sent_photo("file"), sent_photos("file", 2), sent_photo("other")))
        if len(read) == 1:
            raise frappe.QueryDeadlockError()
        return "done"

    monkeypatch.setattr("property_service.property_service.endpoint._is_web_call", lambda path: True)
    monkeypatch.setattr(frappe.db, "rollback", lambda **kw: None)
    monkeypatch.setattr(frappe.local, "request", frappe._dict(files=MultiDict(sent)), raising=False)
    assert busy() == "done"
    assert read == [(b"one", [b"one", b"two"], None)] * 2


@pytest.mark.parametrize("code", [1264, 1406])
def test_what_does_not_fit_into_the_database_is_said(monkeypatch, code):
    @endpoint()
    def big(name: str) -> str:
        """Writes more than the column holds."""
        raise frappe.db.DataError(code, "Data too long for column")

    monkeypatch.setattr("property_service.property_service.endpoint._is_web_call", lambda path: True)
    with pytest.raises(InputRefused):
        big(name="x")


def test_other_trouble_of_the_database_is_not_tried_again(monkeypatch):
    tries = []

    @endpoint()
    def broken(name: str) -> str:
        """Asks for a column that is not there."""
        tries.append(name)
        raise frappe.db.OperationalError(1054, "Unknown column")

    monkeypatch.setattr("property_service.property_service.endpoint._is_web_call", lambda path: True)
    with pytest.raises(frappe.db.OperationalError):
        broken(name="x")
    assert tries == ["x"]


def test_every_endpoint_is_documented_typed_and_whitelisted():
    import inspect
    import typing

    import property_service.hooks  # noqa: F401

    for path, call in ENDPOINTS.items():
        function = call.endpoint
        assert inspect.getdoc(function), path
        hints = typing.get_type_hints(function)
        assert "return" in hints, path
        assert set(inspect.signature(function).parameters) <= set(hints), path
        assert call in frappe.whitelisted, path
        # The platform fetches the source of a chart by either.
        assert call.methods == (("GET", "POST") if path in CHARTS else call.methods[:1]), path
        assert set(call.methods) <= {"GET", "POST"}, path
