"""The rules need no site: they work where the platform is not even installed, nor the machine's time zones."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.pure

RULES = (
    "community_life.greeting_rules",
    "community_life.calendar_file",
    "community_life.event_rules",
    "decoration.application_rules",
    "decoration.hours",
    "dispatch.incident_rules",
    "dispatch.routing",
    "fees.allocation",
    "fees.amounts",
    "fees.billing_months",
    "fees.collection_rates",
    "fees.deposits",
    "fees.formula",
    "fees.late_fees",
    "fees.ledger_rules",
    "fees.meter_readings",
    "fees.months",
    "fees.payment_signature",
    "fees.price_history",
    "fees.pricing",
    "fees.proration",
    "fees.receipt_numbers",
    "fees.run_rules",
    "fees.reminder_rules",
    "fees.shared_meter",
    "fees.tiers",
    "fees.unit_fee_rules",
    "front_desk.knowledge_rules",
    "front_desk.quality_rules",
    "front_desk.complaint_rules",
    "front_desk.visit_rules",
    "patrol.assessment_rules",
    "patrol.figures",
    "patrol.finding_rules",
    "patrol.point_results",
    "patrol.schedule",
    "property_service.access_tokens",
    "property_service.money",
    "property_service.estate",
    "property_service.names",
    "property_service.occupancies",
    "property_service.phone_numbers",
    "property_service.plates",
    "property_service.residents",
    "property_service.service_calendars",
    "property_service.unit_address",
    "property_service.working_time",
    "repairs.deadlines",
    "repairs.warranty",
    "setup.importers.tabular",
)


def test_rules_import_without_the_platform() -> None:
    code = (
        "import sys, importlib\n"
        "sys.modules['frappe'] = None\n"  # any import of it fails
        f"for name in {RULES!r}: importlib.import_module('property_service.' + name)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_clock_knows_its_zones_without_those_of_the_machine() -> None:
    code = (
        "from datetime import datetime, time, timezone\n"
        "from property_service.property_service.working_time import Calendar, Window, next_open\n"
        "for zone, hour in (('Asia/Shanghai', 1), ('Europe/Berlin', 7), ('America/New_York', 13)):\n"
        "    calendar = Calendar(zone, tuple(Window(day, time(9), time(17)) for day in range(7)))\n"
        "    opens = next_open(calendar, datetime(2026, 7, 1, tzinfo=timezone.utc))\n"
        "    assert opens.astimezone(timezone.utc).hour == hour, (zone, opens)\n"
    )
    env = os.environ | {"PYTHONTZPATH": ""}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr
