"""The script of one repair request, from the call to the closing; what goes another way is said by the fate of its case."""

from __future__ import annotations

from datetime import timedelta

import frappe

from property_service.repairs import desk_intake, resident_acts, staff_acts, work_report
from property_service.repairs.lifecycle import CANCELLED, REJECTED
from property_service.setup.demo import after_work
from property_service.setup.demo.cases import EMERGENCIES, SLOW_WORK, WITHIN_HALF_AN_HOUR, Case
from property_service.setup.demo.cast import CASHIER, LEADERS, MANAGER, Role, read
from property_service.setup.demo.history import Script, as_user
from property_service.setup.demo.staff import DESK_CALENDAR

GRADE = "Skilled"
# Fates that end where a request stands now, for somebody to go on with it.
STAYS_NEW, STAYS_ACCEPTED, STAYS_SENT, STAYS_TAKEN = "stays_new", "stays_accepted", "stays_sent", "stays_taken"
STAYS_IN_WORK, STAYS_ON_HOLD, STAYS_PUT_OFF, STAYS_QUOTED = (
    "stays_in_work",
    "stays_on_hold",
    "stays_put_off",
    "stays_quoted",
)
STAYS_REFERRED = "stays_referred"


class Life:
    """One case while it is played; `name` is that of its request once it is reported."""

    def __init__(self, case: Case, role: Role) -> None:
        self.case, self.role, self.fate = case, role, case.fate
        self.name, self.rounds = "", 0

    def script(self) -> Script:
        """Everything that happens to the case."""
        self.report()
        if self.fate == STAYS_NEW or (yield from self._ended_early()):
            return
        if read(self.name).status == "New":
            yield self.role.later(3, 25)
            with as_user(self.role.desk):
                staff_acts.accept(staff_acts.locked(self.name), None, None, None)
        while (yield from self._worked()):
            again = yield from after_work.followed_up(self)
            if not again:
                return
            self.rounds += 1
            if self.fate == after_work.REOPENED_TODAY:
                self.fate = STAYS_TAKEN

    def report(self) -> None:
        """By the resident himself, or by a call at the desk."""
        case = self.case
        place = case.fault.place if case.is_public else None
        unit = None if case.is_public else case.home.unit
        wish = (
            {
                "wished_from": self.role.wall(case.wish[0], case.wish[1]),
                "wished_to": self.role.wall(case.wish[0], case.wish[1] + 2),
            }
            if case.wish
            else {}
        )
        if case.channel == "Portal":
            # The portal asks for the place in words alone; at the desk the building is chosen.
            place = place and f"{_building(case.home.building)} {place}"
            with as_user(self.role.resident):
                doc = resident_acts.report_fault(
                    case.home.resident, unit, place, case.home.community, case.category, case.fault.text, **wish
                )
            self.name = doc.name
            return
        where = {"unit": unit} if unit else {"community": case.home.community, "building": case.home.building}
        values = {
            "category": case.category,
            "description": case.fault.text,
            "public_place": place,
            "channel": case.channel,
            "resident": None if case.channel == "Patrol" else case.home.resident,
            "reporter_name": "巡查员 雷军" if case.channel == "Patrol" else None,
            **where,
            **wish,
        }
        with as_user(self.role.desk):
            self.name = desk_intake.take_call(values, accept_now=self.fate != STAYS_NEW)["name"]

    def _ended_early(self) -> Script:
        """Withdrawn, refused, passed on or solved by word: nobody goes there. Returns whether it was so."""
        name, role = self.name, self.role
        if self.fate == "cancelled":
            yield role.later(4, 12, None)
            with as_user(role.resident):
                resident_acts.cancel(frappe.get_doc("Repair Request", name), "自己弄好了，不用来了，谢谢")
        elif self.fate == "rejected":
            yield role.later(5, 20)
            with as_user(role.desk):
                reason = "属于业主自购自装部分，不在物业维修范围；已告知厂家售后电话"
                staff_acts.end(staff_acts.locked(name), "reject", REJECTED, reason)
        elif self.fate in ("referred", STAYS_REFERRED) or self.case.category == "Gas Smell":
            yield from self._referred()
        elif self.fate == "on_phone":
            if read(name).status != "Accepted":
                return False
            yield role.later(5, 20)
            with as_user(role.desk):
                staff_acts.solve_on_phone(staff_acts.locked(name), "电话指导处理，来电人确认已恢复")
            yield from after_work.followed_up(self)
        else:
            return False
        return True

    def _referred(self) -> Script:
        gas = self.case.category == "Gas Smell"
        to = "燃气公司抢修" if gas else "自来水公司"
        reason = "燃气泄漏由燃气公司处置，值班员到场疏散" if gas else "市政供水压力不足，整栋受影响"
        yield self.role.later(2, 4, None) if gas else self.role.later(10, 30)
        with as_user(self.role.desk):
            staff_acts.refer(staff_acts.locked(self.name), to, reason)
        if self.fate != STAYS_REFERRED:
            yield self.role.later(300, 900)
            with as_user(self.role.desk):
                staff_acts.close(staff_acts.locked(self.name))

    def _worked(self) -> Script:
        """From the dispatch to the finish; returns whether it was finished."""
        yield from self._sent()
        if self.fate in (STAYS_ACCEPTED, STAYS_SENT) or read(self.name).status != "Dispatched":
            return False
        yield from self._taken()
        if self.fate == STAYS_TAKEN:
            return False
        if not (yield from self._arrived()) or self.fate == STAYS_IN_WORK:
            return False
        return (yield from self._finished())

    def _sent(self) -> Script:
        """Where the leader sends people himself, he does; a job of the pool or of the turn is on its way already."""
        doc = read(self.name)
        leader_sends = doc.status in ("Accepted", "Reopened") or (
            doc.status == "Dispatched" and not doc.assigned_to and doc.dispatch_mode != "Grab"
        )
        if not leader_sends or self.fate == STAYS_ACCEPTED:
            return
        team = doc.team or ("保洁班" if self.case.category == "Cleaning" else "电梯班")
        urgent = self.case.category == "Lift Entrapment"
        yield self.role.later(1, 3, None) if urgent else self.role.later(4, 25, self.role.hours_of(team))
        with as_user(LEADERS[team]):
            staff_acts.dispatch(staff_acts.locked(self.name), None, self.role.taker(team))

    def _taken(self) -> Script:
        first = True
        while True:
            doc = read(self.name)
            hours = self.role.hours_of(doc.team)
            yield self.role.later(*self._minutes(slow=(70, 160), urgent=(1, 9), usual=(2, 18)), hours)
            if self.fate == "transferred" and first and doc.assigned_to:
                with as_user(LEADERS[doc.team]):
                    other = self.role.taker(doc.team, but=doc.assigned_to)
                    staff_acts.transfer(staff_acts.locked(self.name), other, "Wrongly Dispatched")
                first = False
                continue
            user = doc.assigned_to or self.role.taker(doc.team)
            if self.fate == "handed_back" and first:
                with as_user(user):
                    staff_acts.hand_back(staff_acts.locked(self.name), "Too Many Jobs")
                first = False
                continue
            with as_user(user):
                staff_acts.take(self.name)
            return

    def _arrived(self) -> Script:
        """On the spot, the price agreed where there is one; returns whether work began."""
        doc = read(self.name)
        role, hours = self.role, self.role.hours_of(doc.team)
        if self.fate == "urged" and not self.rounds:
            yield role.later(12, 20, hours)
            with as_user(role.resident):
                resident_acts.urge(frappe.get_doc("Repair Request", self.name), self.case.home.resident)
        if self.case.wish and not self.rounds:
            yield role.wall(*self.case.wish) + timedelta(minutes=role.random.randrange(-5, 50))
        elif self.case.category in SLOW_WORK:
            yield role.later(60, 360, hours)
        elif self.case.category in EMERGENCIES:
            yield role.later(3, 9, None)
        else:
            yield role.later(*self._minutes(slow=(60, 140), urgent=(5, 16), usual=(8, 30)), hours)
        with as_user(doc.assigned_to):
            doc = staff_acts.arrive(staff_acts.locked(self.name))
            if doc.status == "In Progress":
                return True
        return (yield from self._price_agreed())

    def _price_agreed(self) -> Script:
        role, fault = self.role, self.case.fault
        yield role.later(3, 10, None)
        doc = staff_acts.locked(self.name)
        with as_user(doc.assigned_to):
            prices = work_report.price_list(doc.community)
            listed = prices.items_by_name()
            amount = sum(listed[item].rate * quantity for item, quantity in fault.materials)
            amount += (fault.hours or 0.5) * prices.labour_rate(GRADE)
            text = "、".join((*(frappe._(item) for item, _quantity in fault.materials), "人工费"))
            staff_acts.quote(doc, round(amount, 2), f"{text}，质保三个月。")
        if self.fate == STAYS_QUOTED:
            return False
        refused = self.fate == "price_refused"
        if self.case.channel == "Portal":
            yield role.later(4, 40, None)
            with as_user(role.resident):
                asked = frappe.get_doc("Repair Request", self.name)
                resident_acts.answer_quote(asked, not refused, asked.quote_amount)
        else:
            yield role.later(3, 12, None)
            by, note = role.random.choice((("Signature", ""), ("Phone", "业主电话同意，本人接听")))
            with as_user(doc.assigned_to):
                note = "业主觉得价格偏高，自行购买配件" if refused else note
                staff_acts.consent(staff_acts.locked(self.name), by, note, not refused)
        if refused:
            yield role.later(20, 60)
            with as_user(role.desk):
                staff_acts.end(staff_acts.locked(self.name), "cancel", CANCELLED, "业主不同意报价，自行处理")
        return not refused

    def _finished(self) -> Script:
        role, fault, doc = self.role, self.case.fault, read(self.name)
        hours, doer = role.hours_of(doc.team), doc.assigned_to
        rests = self._rest()
        if rests:
            yield role.later(6, 15, hours)
            reason, remark, calendar_minutes = rests
            with as_user(doer):
                staff_acts.hold(staff_acts.locked(self.name), reason, remark, customer=False)
            if self.fate in (STAYS_ON_HOLD, STAYS_PUT_OFF):
                return False
            yield role.later(*calendar_minutes, hours)
            with as_user(doer):
                staff_acts.resume(staff_acts.locked(self.name))
        yield role.later(*self._minutes(slow=(300, 420), urgent=(12, 60), usual=(12, 75)), hours)
        materials = [{"item_name": item, "qty": quantity} for item, quantity in fault.materials]
        with as_user(doer):
            staff_acts.finish(
                staff_acts.locked(self.name), f"{fault.work}。", materials, fault.hours or self._least(), GRADE
            )
        return True

    def _rest(self) -> tuple[str, str, tuple[int, int]] | None:
        """Why the work rests, and for how many open minutes."""
        if self.rounds:
            return None
        if self.fate == "not_home":
            return ("Not at Home", "敲门无人，电话约明天上午", (300, 660))
        if self.fate == STAYS_PUT_OFF:
            return ("Rescheduled by Customer", "业主出差，约周末上午上门", (0, 0))
        if self.fate in ("parts", STAYS_ON_HOLD):
            return ("Waiting for Parts", "配件已下单，预计两天到货", (600, 1100))
        if self.case.category in SLOW_WORK:
            return ("Waiting for Parts", "查勘完成，备料后施工", (700, 1500))
        return None

    def _minutes(self, slow: tuple[int, int], urgent: tuple[int, int], usual: tuple[int, int]) -> tuple[int, int]:
        """How long a step takes: at most and at least, by what is promised for the category."""
        if self.fate == "slow" and not self.rounds:
            return slow
        return urgent if self.case.category in WITHIN_HALF_AN_HOUR | EMERGENCIES else usual

    def _least(self) -> float | None:
        """A charged job without material costs half an hour."""
        return 0.5 if self.case.is_charged else None

    def paid(self) -> Script:
        """The money comes beside the work: at the counter, or with the next bill."""
        doc = read(self.name)
        if doc.payment_status != "Unpaid" or not doc.total_amount or self.fate == "stays_unpaid":
            return
        draw = self.role.random.random()
        yield self.role.later(10, 200, DESK_CALENDAR)
        if self.fate == "waived":
            with as_user(MANAGER):
                staff_acts.set_payment(staff_acts.locked(self.name), "Waived", "独居老人，经理同意免收")
            return
        with as_user(CASHIER):
            staff_acts.set_payment(staff_acts.locked(self.name), "Paid" if draw < 0.75 else "To Next Bill", "")


def _building(name: str) -> str:
    return frappe.get_cached_value("Building", name, "building_name") or name
