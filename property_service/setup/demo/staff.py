"""Who works in the demo estate: staff with their roles, teams, hours and communities."""

from __future__ import annotations

from dataclasses import dataclass, field

import frappe
from frappe.model.document import Document
from frappe.utils.password import update_password

from property_service.property_service.blocks import hash_names, insert_block
from property_service.setup.demo.accounts import store_accounts

DOMAIN = "demo.invalid"
BOTH = ("LH", "YQ")
DESK_HOURS = (("08:30:00", "12:00:00"), ("13:30:00", "18:00:00"))
TEAM_HOURS = (("08:00:00", "12:00:00"), ("13:00:00", "18:00:00"))
DESK_CALENDAR, TEAM_CALENDAR = "演示 客服中心服务时间", "演示 维修班组工作时间"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

FRONT_DESK, TECHNICIAN, LEADER = "Property Front Desk", "Property Technician", "Property Team Leader"
MANAGER, PATROLLER, GATE_GUARD = "Property Manager", "Property Patroller", "Property Gate Guard"
# Said with the rooms and the number they need, see `tasks`.
BURST_PIPE, WARRANTY_LEAK, COUNTER, RATES = "burst pipe", "warranty leak", "counter", "rates"
PATROL, RECHECK, DOOR, REFUND = "patrol", "recheck", "door", "refund"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff; signs in as `login`@demo.invalid. `task` says to the visitor what to look at with this login."""

    login: str
    name: str
    roles: tuple[str, ...]
    communities: tuple[str, ...] = BOTH
    task: str = ""

    @property
    def user(self) -> str:
        return f"{self.login}@{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Team:
    """A team; `members` are (login, skills, grade), `trades` those of the categories it takes."""

    name: str
    mode: str
    leader: str
    trades: tuple[str, ...] = ()
    members: tuple[tuple[str, str, str], ...] = ()
    auto_dispatch: bool = True
    round_the_clock: bool = False
    contractor_phone: str = ""
    extra: dict = field(default_factory=dict)


PEOPLE = (
    Person(
        "manager",
        "沈国庆",
        (MANAGER,),
        task=RATES,
    ),
    Person("front.desk", "周晓雯", (FRONT_DESK,), task=BURST_PIPE),
    Person("front.desk2", "李思雨", (FRONT_DESK,), task="open /app/return-visits and make the calls of today"),
    Person(
        "steward.lake",
        "陈佳颖",
        (FRONT_DESK,),
        ("LH",),
        task="accept what came in by the portal, dispatch it, print the work order",
    ),
    Person("steward.lake2", "何雪敏", (FRONT_DESK,), ("LH",)),
    Person("steward.cloud", "唐悦", (FRONT_DESK,), ("YQ",), task=WARRANTY_LEAK),
    Person("steward.cloud2", "方语桐", (FRONT_DESK,), ("YQ",)),
    Person("leader", "郑刚", (LEADER,), task="send somebody for what waits under Unassigned, move a job with Transfer"),
    Person("leader.power", "罗建华", (LEADER,)),
    Person(
        "plumber", "马强", (TECHNICIAN,), task="on a phone: take a job of the pool, arrive, quote, finish with material"
    ),
    Person("plumber2", "林波", (TECHNICIAN,)),
    Person("plumber3", "石磊", (TECHNICIAN,)),
    Person("electrician", "吴志鹏", (TECHNICIAN,)),
    Person("electrician2", "孙浩", (TECHNICIAN,)),
    Person("builder", "田国栋", (TECHNICIAN,)),
    Person("builder2", "秦平", (TECHNICIAN,)),
    Person("lifts", "贺宁", (TECHNICIAN,)),
    Person("cleaner", "江秀兰", (TECHNICIAN,)),
    Person("night", "邱明亮", (TECHNICIAN,), task="take and finish the burst pipe"),
    Person("night2", "侯斌", (TECHNICIAN,)),
    Person("cashier", "谢婷", ("Property Cashier",)),
    Person("cashier.lake", "范雨欣", ("Property Cashier",), ("LH",), task=COUNTER),
    Person(
        "cashier.cloud",
        "顾小曼",
        ("Property Cashier",),
        ("YQ",),
        task=REFUND,
    ),
    Person("patroller", "雷军", (PATROLLER,), task=PATROL),
    Person("patroller.lake", "鲁俊", (PATROLLER,), ("LH",)),
    Person("patroller.cloud", "姚凯", (PATROLLER,), ("YQ",), task=RECHECK),
    Person("gate", "史宏伟", (GATE_GUARD,), ("LH",)),
    Person("gate.cloud", "毛小东", (GATE_GUARD,), ("YQ",), task=DOOR),
)
NIGHT_TEAM = "夜间值班组"
CONTRACTOR_TEAM = "保修施工队（临湖安筑）"
TEAMS = (
    Team(
        NIGHT_TEAM,
        "Grab",
        "leader",
        members=(("night", "", "Senior"), ("night2", "", "Skilled")),
        round_the_clock=True,
    ),
    Team(
        "给排水班",
        "Grab",
        "leader",
        ("Plumbing", "Sanitary", "Drains", "Heating and Cooling"),
        (("plumber", "", "Senior"), ("plumber2", "", "Skilled"), ("plumber3", "", "Junior")),
    ),
    Team(
        "电工班",
        "Round Robin",
        "leader.power",
        ("Wiring", "Lamps", "Intercom"),
        (("electrician", "", "Senior"), ("electrician2", "", "Skilled")),
    ),
    Team(
        "土建维修班",
        "Least Loaded",
        "leader",
        ("Structure", "Finishes", "Doors and Windows", "Waterproofing"),
        (("builder", "", "Skilled"), ("builder2", "", "Skilled")),
    ),
    Team("电梯班", "Assign", "leader.power", ("Lifts",), (("lifts", "", "Senior"),), auto_dispatch=False),
    Team("保洁班", "Assign", "leader", ("Cleaning",), (("cleaner", "", "Skilled"),), auto_dispatch=False),
    Team(CONTRACTOR_TEAM, "Assign", "leader", auto_dispatch=False, contractor_phone="4000000025"),
)


def is_demo_user(user: str) -> bool:
    """True for the staff made here."""
    return user.endswith(f"@{DOMAIN}")


def make_calendars() -> None:
    """The service hours of the desk and of the teams, on all seven days."""
    for name, hours in ((DESK_CALENDAR, DESK_HOURS), (TEAM_CALENDAR, TEAM_HOURS)):
        windows = [{"weekday": day, "from_time": begin, "to_time": end} for day in WEEKDAYS for begin, end in hours]
        _insert("Service Calendar", calendar_name=name, windows=windows)


def make_people(password: str) -> None:
    """Users with their roles, limited to their communities."""
    store_accounts(
        [
            {"name": person.user, "full_name": person.name, "username": person.login, "user_type": "System User"}
            for person in PEOPLE
        ],
        [person.roles for person in PEOPLE],
    )
    limits = [(person.user, community) for person in PEOPLE for community in person.communities]
    insert_block(
        "User Permission",
        (
            {
                "name": name,
                "user": user,
                "allow": "Community",
                "for_value": community,
                "apply_to_all_doctypes": 1,
            }
            for name, (user, community) in zip(hash_names(len(limits)), limits, strict=True)
        ),
    )
    for person in PEOPLE:
        update_password(person.user, password)
        frappe.clear_cache(user=person.user)


def make_teams() -> None:
    """The teams, serving both communities; by day they rely on the team of the night."""
    by_trade: dict[str, list[str]] = {}
    for row in frappe.get_all(
        "Repair Category", {"is_group": 0}, ["name", "trade"], order_by="sort_order asc, name asc"
    ):
        by_trade.setdefault(row.trade, []).append(row.name)
    for team in TEAMS:
        categories = [name for trade in team.trades for name in by_trade.get(trade, ())]
        by_day = not team.round_the_clock and not team.contractor_phone
        _insert(
            "Work Team",
            team_name=team.name,
            leader=f"{team.leader}@{DOMAIN}",
            dispatch_mode=team.mode,
            auto_dispatch=int(team.auto_dispatch),
            is_contractor=int(bool(team.contractor_phone)),
            contractor_phone=team.contractor_phone or None,
            service_calendar=TEAM_CALENDAR if by_day else None,
            out_of_hours_team=NIGHT_TEAM if by_day else None,
            # A team without categories takes all of them: the night team, but not the contractor.
            places=[] if team.contractor_phone else [{"community": code} for code in BOTH],
            categories=[{"category": name} for name in categories],
            members=[
                {"user": f"{login}@{DOMAIN}", "skills": skills, "grade": grade, "on_duty": 1, "max_open_jobs": 10}
                for login, skills, grade in team.members
            ],
        )


def stewards_of(community: str, position: int) -> tuple[str, str]:
    """Steward and deputy of the n-th service area of a community: its stewards take turns."""
    own = [
        person.user for person in PEOPLE if person.login.startswith("steward") and person.communities == (community,)
    ]
    return own[position % len(own)], own[(position + 1) % len(own)]


def _insert(doctype: str, **values: object) -> Document:
    # The demo is made by the system, for nobody in particular.
    return frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
