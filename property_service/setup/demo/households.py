"""Who lives in the demo estate: owners, families, tenants, shops and the developer, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from property_service.setup.demo.estate_plan import CommunityPlan, UnitPlan
from property_service.setup.demo.people import People

DEVELOPER = "临湖绿居置业有限公司"
CONTRACTOR = "临湖安筑建设工程有限公司"

# Parts of a hundred homes: (delivery status, occupancy status, homes). What is left is lived in by its owner.
OLD_ESTATE = (("Delivered", "Vacant", 8), ("Delivered", "Decorating", 3), ("Delivered", "Rented", 22))
NEW_ESTATE = (
    ("Unsold", "Vacant", 12),
    ("Sold Not Delivered", "Vacant", 7),
    ("Delivered", "Vacant", 14),
    ("Delivered", "Decorating", 28),
    ("Delivered", "Rented", 9),
)
CARE = ("独居老人", "孕妇", "行动不便", "听力障碍")


@dataclass(slots=True)
class PersonPlan:
    """A resident; `phones` are (number, label), the first is the primary one."""

    key: str
    name: str
    organisation: bool = False
    gender: str = ""
    birthday: date | None = None
    language: str = "zh"
    phones: list[tuple[str, str]] = field(default_factory=list)
    tax_number: str = ""
    contact_person: str = ""
    care_tags: str = ""
    tags: str = ""


@dataclass(frozen=True, slots=True)
class StayPlan:
    """Who has which room as what, from a day on."""

    unit: str
    person: str
    relation: str
    from_date: date
    to_date: date | None = None
    share: float = 0
    is_debtor: bool = False
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class VehiclePlan:
    """A car of a room and its space, if it has one of its own."""

    plate: str
    unit: str
    person: str
    parking_space: str | None
    colour: str
    model: str


@dataclass(slots=True)
class Households:
    """All people, stays and cars of both communities."""

    people: list[PersonPlan] = field(default_factory=list)
    stays: list[StayPlan] = field(default_factory=list)
    vehicles: list[VehiclePlan] = field(default_factory=list)


class _Settler:
    """Moves people into one community after the other."""

    def __init__(self, random: Random, today: date) -> None:
        self.random, self.today = random, today
        self.names = People(random)
        self.out = Households()
        self._by_key: dict[str, PersonPlan] = {}
        self._owners: dict[str, list[PersonPlan]] = {}
        self.developer = self._organisation(DEVELOPER, "developer")

    # People

    def _add(self, person: PersonPlan) -> PersonPlan:
        self.out.people.append(person)
        self._by_key[person.key] = person
        return person

    def _key(self) -> str:
        return f"{self.random.getrandbits(40):010x}"

    def _organisation(self, name: str, tags: str = "") -> PersonPlan:
        contact = self.names.person(self.names.gender())
        return self._add(
            PersonPlan(
                self._key(),
                name,
                organisation=True,
                phones=[(self.names.phone(), "Work")],
                tax_number=self.names.tax_number(),
                contact_person=contact,
                tags=tags,
            )
        )

    def _person(self, surname: str | None = None, ages: tuple[int, int] = (26, 68), phone: str = "") -> PersonPlan:
        gender = self.names.gender()
        birthday = self.today - timedelta(days=self.random.randint(ages[0] * 365, ages[1] * 365))
        phones = [(phone or self.names.phone(), "Mobile")]
        if self.random.random() < 0.08:
            phones.append((self.names.phone(), "Work"))
        return self._add(
            PersonPlan(self._key(), self.names.person(gender, surname), False, gender, birthday, phones=phones)
        )

    def _stay(self, unit: UnitPlan, person: PersonPlan, relation: str, from_date: date, **values: Any) -> None:
        self.out.stays.append(StayPlan(unit.name, person.key, relation, from_date, **values))

    # Homes

    def settle(self, plan: CommunityPlan, statuses: tuple[tuple[str, str, int], ...]) -> None:
        """Give every room of a community its status, its people and their cars."""
        homes = plan.of_usage("Residence")
        order = list(homes)
        self.random.shuffle(order)
        for delivery, occupancy, percent in statuses:
            part, order = order[: round(len(homes) * percent / 100)], order[round(len(homes) * percent / 100) :]
            for unit in part:
                unit.delivery_status, unit.occupancy_status = delivery, occupancy
        for unit in order:
            unit.occupancy_status = "Owner Occupied"
        for unit in homes:
            self._home(plan, unit)
        self._shops(plan)
        self._garage(plan, homes)

    def _home(self, plan: CommunityPlan, unit: UnitPlan) -> None:
        if unit.delivery_status == "Unsold":
            return self._stay(
                unit, self.developer, "Owner", plan.delivered_on, share=100, is_debtor=True, is_primary=True
            )
        bought = plan.delivered_on
        if unit.delivery_status == "Delivered":
            # The day the handover notice names, not the day the keys are fetched.
            unit.deemed_handover_date = bought = plan.delivered_on + timedelta(
                days=self.random.choice((0, 0, 0, 15, 30))
            )
        if (self.today - bought).days > 5 * 365 and self.random.random() < 0.2:
            bought = self._sold_once(unit, bought)
        rented = unit.occupancy_status == "Rented"
        owner = self._person()
        self._owners.setdefault(unit.building, []).append(owner)
        two = self.random.random() < 0.35
        self._stay(unit, owner, "Owner", bought, share=50 if two else 100, is_debtor=True, is_primary=not rented)
        if two:
            self._stay(unit, self._person(ages=(26, 66)), "Co-owner", bought, share=50)
        if unit.occupancy_status == "Owner Occupied":
            self._family(unit, owner, bought, 1 + two)
        if rented:
            self._tenants(unit)

    def _sold_once(self, unit: UnitPlan, bought: date) -> date:
        """A former owner, who must not see anything of the room any more; returns when the present one bought it."""
        sold = self.today - timedelta(days=self.random.randint(90, 4 * 365))
        self._stay(unit, self._person(), "Owner", bought, to_date=sold - timedelta(days=1), share=100)
        return sold

    def _family(self, unit: UnitPlan, owner: PersonPlan, since: date, heads: int) -> None:
        surname = owner.name[0]
        if self.random.random() < 0.55:
            # One telephone of the house for two people, as with many old couples.
            shared = owner.phones[0][0] if self.random.random() < 0.1 else ""
            self._stay(unit, self._person(ages=(24, 70), phone=shared), "Family", since)
            heads += 1
        if self.random.random() < 0.25:
            elder = self._person(surname, ages=(63, 88))
            elder.care_tags = self.random.choice(CARE) if self.random.random() < 0.4 else ""
            self._stay(unit, elder, "Family", since)
            heads += 1
        unit.household_size = heads + self.random.choice((0, 1, 1, 2))

    def _tenants(self, unit: UnitPlan) -> None:
        since = max(self.today - timedelta(days=self.random.randint(20, 700)), unit.deemed_handover_date or self.today)
        tenant = self._person(ages=(22, 45))
        if self.random.random() < 0.12:
            tenant.name, tenant.language = self.names.foreigner(), "en"
        self._stay(unit, tenant, "Tenant", since, is_primary=True)
        unit.household_size = 1
        if self.random.random() < 0.4:
            self._stay(unit, self._person(ages=(22, 45)), "Tenant", since)
            unit.household_size = 2

    # Shops and garage

    def _shops(self, plan: CommunityPlan) -> None:
        for unit in (*plan.of_usage("Shop"), *plan.of_usage("Office"), *plan.of_usage("Storage")):
            unit.deemed_handover_date = plan.delivered_on
            if unit.usage == "Storage":
                self._storage(plan, unit)
            elif self.random.random() < 0.8:
                owner = self._person(ages=(35, 65))
                name = self.names.shop() if unit.usage == "Shop" else self.names.office()
                since = plan.delivered_on + timedelta(days=self.random.randint(30, 300))
                self._stay(unit, owner, "Owner", plan.delivered_on, share=100, is_debtor=False)
                tenant = self._organisation(name)
                self._stay(unit, tenant, "Tenant", since, is_debtor=True, is_primary=True)
                clerk = self._person(ages=(20, 40))
                self._stay(unit, clerk, "Staff", max(since, self.today - timedelta(days=200)))
                unit.occupancy_status = "Rented"
            else:
                unit.delivery_status, unit.deemed_handover_date = "Unsold", None
                self._stay(unit, self.developer, "Owner", plan.delivered_on, share=100, is_debtor=True, is_primary=True)

    def _storage(self, plan: CommunityPlan, unit: UnitPlan) -> None:
        owners = self._owners.get(unit.building)
        if owners:
            owner = self.random.choice(owners)
            self._stay(unit, owner, "Owner", plan.delivered_on, share=100, is_debtor=True, is_primary=True)
            unit.occupancy_status = "Owner Occupied"

    def _garage(self, plan: CommunityPlan, homes: list[UnitPlan]) -> None:
        """Every second home owns a space, some rent one; half of the homes lived in have a car."""
        spaces = iter(plan.of_usage("Parking Space"))
        primary = {stay.unit: stay.person for stay in self.out.stays if stay.is_primary}
        owners = {stay.unit: stay for stay in self.out.stays if stay.relation == "Owner" and not stay.to_date}
        colours, models = "白 黑 银灰 深蓝 红".split(), "轿车 SUV 新能源轿车 商务车".split()
        for unit in homes:
            if unit.delivery_status != "Delivered":
                continue
            space = next(spaces, None) if self.random.random() < 0.6 else None
            if space:
                stay = owners[unit.name]
                space.deemed_handover_date = unit.deemed_handover_date
                space.occupancy_status = "Owner Occupied"
                self._stay(
                    space,
                    self._by_key[stay.person],
                    "Owner",
                    stay.from_date,
                    share=100,
                    is_debtor=True,
                    is_primary=True,
                )
            lived_in = unit.occupancy_status in ("Owner Occupied", "Rented")
            if lived_in and self.random.random() < 0.65:
                self.out.vehicles.append(
                    VehiclePlan(
                        self.names.plate(),
                        unit.name,
                        primary[unit.name],
                        space.name if space else None,
                        self.random.choice(colours),
                        self.random.choice(models),
                    )
                )
        for space in spaces:
            space.delivery_status = "Unsold"
            self._stay(space, self.developer, "Owner", plan.delivered_on, share=100, is_debtor=True, is_primary=True)


def settle(lake: CommunityPlan, cloud: CommunityPlan, today: date, random: Random) -> Households:
    """People for both communities; the plans' rooms get their statuses and household sizes."""
    settler = _Settler(random, today)
    settler.settle(lake, OLD_ESTATE)
    settler.settle(cloud, NEW_ESTATE)
    return settler.out
