"""Notices, answers, useful numbers and the switch of greetings in the portal, over HTTP and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import frappe
import pytest
from frappe.utils import now_datetime

from property_service.community_life import notices
from property_service.front_desk import knowledge
from property_service.tests import factories as make
from tests.portal.test_pages import NASTY
from tests.portal.world import Person, World

PAGES = ("/notices", "/notice?name={live}", "/answers", "/answers?q=carp", "/answers?name={article}", "/contacts")


@pytest.fixture(scope="module")
def board(world: World) -> Iterator[dict[str, str]]:
    """A live notice to be confirmed for one building, one for the other community, a draft; an article and a number."""
    here, building = world.homes["here"], frappe.db.get_value("Property Unit", world.rooms["room"], "building")
    body = "<p>Carp &amp; pond <a href='javascript:alert(1)'>x</a></p><script>alert(1)</script><img src=x onerror=alert(1)>"

    def notice(community: str, publish: bool, **values: Any) -> str:
        doc = make.insert(
            "Community Notice",
            community=community,
            publish_from=now_datetime() - timedelta(minutes=2),
            **{"title": "Pond is cleaned", "body": body, **values},
        )
        return notices.publish(doc.name, "Administrator").name if publish else doc.name

    place = {"scope": "Places", "places": [{"building": building}]}
    made = {
        "live": notice(here, True, must_confirm=1, **place),
        "far": notice(world.homes["there"], True, title="Far away"),
        "draft": notice(here, False),
    }
    frappe.db.set_value("Community Notice", made["live"], "title", NASTY)
    made["article"] = make.insert(
        "Knowledge Article",
        title="Where are the carp?",
        topic="Other",
        answer=body,
        is_public=1,
        only_community=here,
        script="Never tell residents",
    ).name
    made["inner"] = make.insert(
        "Knowledge Article", title="Inner carp", topic="Other", answer="<p>Secret</p>", only_community=here
    ).name
    made["number"] = make.insert(
        "Useful Contact", contact_name="Carp line", phone="0755-123 4567转8", group_name="Other", only_community=here
    ).name
    frappe.db.commit()
    yield made
    frappe.db.rollback()
    frappe.db.delete("Community Notice Place", {"parent": ["in", list(made.values())]})
    frappe.db.delete("Knowledge Article", {"only_community": here})
    frappe.db.delete("Useful Contact", {"only_community": here})
    frappe.db.commit()
    frappe.cache.delete_value(knowledge.CACHE)


def text_of(world: World, who: str, path: str) -> str:
    answer = world.person(who).get(f"/resident{path}")
    assert answer.status_code == 200, (path, answer.status_code, answer.text[:400])
    return answer.text


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_for_residents_alone_and_run_nothing(world: World, board: dict[str, str], page: str) -> None:
    path = page.format(**board)
    text = text_of(world, "owner", path)
    body = text.partition("<main")[2]
    assert "alert(1)>" not in body and "javascript:" not in body and "<img" not in body
    assert "49861" not in body, "no template of anybody is run"
    guest = Person(world.server).get(f"/resident{path}")
    assert guest.headers["Location"].startswith("/resident/sign-in?next=/resident")


def test_a_notice_is_read_once_and_confirmed_by_those_it_is_for(world: World, board: dict[str, str]) -> None:
    home = text_of(world, "tenant", "")
    assert f"/resident/notice?name={board['live']}" in home and board["far"] not in home
    page = f"/notice?name={board['live']}"
    for _time in range(2):
        text = text_of(world, "tenant", page)
    assert "Carp &amp; pond" in text and "I Have Read This" in text
    frappe.db.rollback()
    mine = {"notice": board["live"], "resident": world.residents["tenant"]}
    assert frappe.db.count("Notice Receipt", mine) == 1
    assert frappe.db.get_value("Notice Receipt", mine, "confirmed_at") is None
    answer = world.person("tenant").post("/resident/notice", name=board["live"])
    assert answer.status_code in (301, 302, 303), answer.text[:300]
    assert "You confirmed this" in text_of(world, "tenant", page)
    assert board["live"] not in text_of(world, "tenant", ""), "what is read and confirmed is no news"
    frappe.db.rollback()
    assert frappe.db.count("Notice Receipt", {"notice": board["live"], "confirmed_at": ["is", "set"]}) == 1


@pytest.mark.parametrize(
    ("who", "which"), [("stranger", "live"), ("owner", "far"), ("owner", "draft"), ("gone", "live")]
)
def test_notices_of_others_look_like_none(world: World, board: dict[str, str], who: str, which: str) -> None:
    answers = [world.person(who).get(f"/resident/notice?name={name}") for name in (board[which], "CN-none")]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert "among yours" in answers[0].text and "Pond" not in answers[0].text
    world.person(who).get("/resident/account")  # with the token of its forms
    sent = world.person(who).call("property_service.portal.notice_api.confirm_notice", name=board[which])
    assert sent.status_code == 403
    frappe.db.rollback()
    assert not frappe.db.exists("Notice Receipt", {"notice": board[which], "resident": world.residents[who]})


def test_answers_are_found_and_judged_and_the_inner_ones_stay_inside(world: World, board: dict[str, str]) -> None:
    found = text_of(world, "owner", "/answers?q=where+carp")
    assert board["article"] in found and board["inner"] not in found
    page = text_of(world, "owner", f"/answers?name={board['article']}")
    assert "Never tell" not in page
    assert board["article"] not in text_of(world, "stranger", "/answers")
    assert "not shown any more" in text_of(world, "owner", f"/answers?name={board['inner']}")
    sent = {"name": board["article"], "helpful": "0", "remark": "Which pond?"}
    assert world.person("owner").post("/resident/answers", **sent).status_code in (301, 302, 303)
    frappe.db.rollback()
    told = frappe.db.get_value("Knowledge Article", board["article"], ["not_helpful_count", "last_remark"])
    assert told[0] == 1 and "Which pond?" in told[1]
    for who, name in (("stranger", "article"), ("owner", "inner")):
        world.person(who).get("/resident/account")
        call = world.person(who).call("property_service.portal.notice_api.judge_answer", name=board[name], helpful=1)
        assert call.status_code == 403, call.text[:300]
    for bad in ({"q": "<script>"}, {"q": "x" * 3000}, {"name": "[]"}):
        assert world.person("owner").get("/resident/answers", params=bad).status_code == 200


def test_a_number_is_called_with_a_tap(world: World, board: dict[str, str]) -> None:
    text = text_of(world, "owner", "/contacts")
    assert 'href="tel:07551234567"' in text and "Carp line" in text
    assert "Carp line" not in text_of(world, "stranger", "/contacts")


def test_greetings_are_switched_by_the_resident(world: World, board: dict[str, str]) -> None:
    person, resident = world.person("neighbour"), world.residents["neighbour"]
    for welcome in ("1", "0"):
        person.get("/resident/account")
        answer = person.post("/resident/account", act="greetings", welcome=welcome)
        assert answer.status_code in (301, 302, 303), answer.text[:300]
        frappe.db.rollback()
        assert frappe.db.get_value("Resident", resident, "greeting_consent") == int(welcome)
        page = person.get("/resident/account").text
        assert re.search(rf'name="welcome" value="{welcome}" checked', page)
    assert person.post("/resident/account", act="greetings", welcome="maybe").status_code == 400


def test_in_chinese(world: World, board: dict[str, str]) -> None:
    person = Person(world.server, world.people["owner"], "zh")
    for path in ("/notices", "/answers", "/contacts", "/account"):
        text = person.get(f"/resident{path}?_lang=zh").text
        assert re.search(r"[\u4e00-\u9fff]{2,}", text.partition("<main")[2]), path
