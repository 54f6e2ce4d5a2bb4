"""Accounts without e-mail, codes of the desk and what a session of the desk may do with them."""

from __future__ import annotations

import secrets
from datetime import timedelta
from ipaddress import IPv4Address
from unittest.mock import patch

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, now_datetime, today

from property_service.patches.v0_1 import revoked_accounts
from property_service.portal import access, accounts, desk, sign_in
from property_service.portal.access import units_of
from property_service.property_service import access_codes
from property_service.property_service.errors import InputRefused, TooMany
from property_service.tests.factories import (
    make_building,
    make_community,
    make_occupancy,
    make_portal_user,
    make_resident,
    make_staff,
    make_unit,
)
from property_service.tests.utils import PropertyServiceTestCase


class TestAccounts(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.community = make_community()
        cls.unit = make_unit(make_building(cls.community))
        cls.clerk = make_staff("Property Front Desk", community=cls.community)

    def setUp(self) -> None:
        # A refused code commits its attempt (shown over HTTP); here it would keep the rows of the test.
        commit = patch.object(frappe.db, "commit")
        commit.start()
        self.addCleanup(commit.stop)
        # Sharing one address and one hour with all other tests is not what these are about.
        frappe.local.request_ip = str(IPv4Address(secrets.randbits(32)))
        self.resident = make_resident(self.unit, language="zh")
        self.phone = self.resident.primary_phone

    def give(self) -> dict:
        if not frappe.db.get_value("Resident", self.resident.name, "user"):
            self.with_account(self.resident)
        frappe.set_user(self.clerk)
        try:
            return desk.give_join_code(self.resident.name)
        finally:
            frappe.set_user("Administrator")

    def with_account(self, resident: Document, enabled: int = 0) -> str:
        """An account made the short way; the long one empties all caches of the site."""
        user = make_portal_user(resident)
        resident.db_set("portal_enabled", enabled)
        return user

    def test_an_account_is_a_website_user_without_mail(self) -> None:
        user = frappe.get_doc("User", accounts.ensure_account(self.resident.name))
        self.assertEqual(user.user_type, "Website User")
        self.assertEqual([row.role for row in user.roles], ["Resident"])
        self.assertRegex(user.name, r"^r-[0-9a-f]{20}@residents\.invalid$")
        self.assertEqual((user.language, user.send_welcome_email, user.mobile_no), ("zh", 0, None))
        self.assertEqual(frappe.db.get_value("Notification Settings", user.name, "enabled"), 0)
        self.assertFalse(accounts.has_password(user.name))
        self.assertEqual(accounts.ensure_account(self.resident.name), user.name)
        # Made, not yet let in.
        self.assertEqual(units_of(user.name), ())

    def test_an_account_speaks_the_residents_language(self) -> None:
        def language_of(preferred: str | None, language: str, country: str) -> str:
            settings, real = {"language": language, "country": country}, frappe.get_system_settings
            with patch("frappe.get_system_settings", lambda key: settings.get(key) or real(key)):
                resident = make_resident(self.unit, language=preferred)
                return frappe.db.get_value("User", accounts.ensure_account(resident.name), "language")

        self.assertEqual(language_of("en", "zh", "China"), "en")
        self.assertEqual(language_of(None, "en", "China"), "zh")
        self.assertEqual(language_of(None, "zh", "Singapore"), "zh")
        self.assertEqual(language_of(None, "en", "Singapore"), "en")

    def test_the_desk_changes_the_language_of_an_account(self) -> None:
        user = self.with_account(self.resident)
        resident = frappe.get_doc("Resident", self.resident.name)
        for language in ("en", "zh"):
            resident.language = language
            resident.save()
            self.assertEqual(frappe.db.get_value("User", user, "language"), language)

    def test_a_whole_building_gets_accounts_in_one_hour(self) -> None:
        before = frappe.local.conf.get("throttle_user_limit")
        frappe.local.conf.throttle_user_limit = 0
        try:
            accounts.ensure_account(self.resident.name)
            self.assertEqual(frappe.local.conf.throttle_user_limit, 0)
        finally:
            frappe.local.conf.throttle_user_limit = before

    def test_no_mail_ever_leaves_for_a_resident(self) -> None:
        user = self.with_account(self.resident)
        queue = frappe.get_doc(
            {
                "doctype": "Email Queue",
                "sender": "desk@example.com",
                "message": "x",
                "recipients": [{"recipient": user, "status": "Not Sent"}, {"recipient": "a@example.com"}],
            }
        ).insert(ignore_permissions=True)
        self.assertEqual([bool(row.is_mail_sent()) for row in queue.recipients], [True, False])

    def test_the_code_of_the_desk_serves_once(self) -> None:
        given = self.give()
        self.assertRegex(given["code"], r"^\d{6}$")
        self.assertNotIn(self.phone, str(given))
        self.assertIn("<svg", given["qr"])
        stored = str(frappe.get_all("Sign In Code", {"resident": self.resident.name}, ["*"], order_by="name asc"))
        for secret in (given["code"], self.phone):
            self.assertNotIn(secret, stored)
        self.assertEqual(sign_in.residents_by_code(self.phone, given["code"]), (self.resident.name,))
        user = frappe.db.get_value("Resident", self.resident.name, "user")
        self.assertEqual(units_of(user), (self.unit.name,))
        for again in (lambda: sign_in.residents_by_code(self.phone, given["code"]), lambda: self.by_token(given)):
            with self.assertRaises(InputRefused):
                again()

    def by_token(self, given: dict, phone: str = "") -> tuple[str, ...]:
        return sign_in.residents_by_token(given["link"].rpartition("/")[2], phone or self.phone)

    def test_the_qr_code_needs_the_number_and_serves_once(self) -> None:
        given = self.give()
        with self.assertRaises(InputRefused):
            self.by_token(given, "13900000000")
        self.assertEqual(self.by_token(given), (self.resident.name,))
        for again in (lambda: sign_in.residents_by_code(self.phone, given["code"]), lambda: self.by_token(given)):
            with self.assertRaises(InputRefused):
                again()

    def test_a_new_code_ends_the_old_one_and_time_ends_all(self) -> None:
        old, new = self.give(), self.give()
        for code in (lambda: sign_in.residents_by_code(self.phone, old["code"]), lambda: self.by_token(old)):
            if old["code"] != new["code"]:
                with self.assertRaises(InputRefused):
                    code()
        frappe.db.set_value("Sign In Code", {"resident": self.resident.name}, "expires_at", now_datetime())
        frappe.db.set_value(
            "Access Code", {"reference_name": self.resident.name}, "valid_to", now_datetime() - timedelta(seconds=1)
        )
        for code in (lambda: sign_in.residents_by_code(self.phone, new["code"]), lambda: self.by_token(new)):
            with self.assertRaises(InputRefused):
                code()

    def test_any_number_of_the_resident_will_do(self) -> None:
        self.resident.append("phones", {"phone": "075588886666"})
        self.resident.save()
        given = self.give()
        self.assertEqual(sign_in.residents_by_code("0755-8888 6666", given["code"]), (self.resident.name,))

    def send(self) -> str:
        """A code sent to the number by short message."""
        sent: list[str] = []
        with (
            patch.object(sign_in, "sms_is_set_up", lambda: True),
            patch.object(sign_in, "enqueue_later", lambda *_args, code, **_more: sent.append(code)),
        ):
            sign_in.send_code(self.phone)
        return sent[0]

    def mistyped(self, code: str, times: int) -> None:
        """A wrong code so many times; the limit of the hour is not what these are about."""
        wrong = f"{(int(code) + 500_000) % 1_000_000:06d}"
        with patch.object(sign_in, "_count_tries", lambda _phone: ()):
            for _number in range(times):
                with self.assertRaises(InputRefused):
                    sign_in.residents_by_code(self.phone, wrong)

    def test_so_many_wrong_codes_are_the_end_of_a_code(self) -> None:
        for kind, give in ((sign_in.SIGN_IN, self.send), (sign_in.JOIN, lambda: self.give()["code"])):
            with self.subTest(kind):
                code = give()
                self.mistyped(code, sign_in.MOST_ATTEMPTS[kind])
                with self.assertRaises(InputRefused):
                    sign_in.residents_by_code(self.phone, code)

    def test_one_persons_mistakes_leave_the_others_their_codes(self) -> None:
        """Six on one phone: five with a code on paper, one with a sent one; whoever is right uses up nobody else's."""
        family = [self.resident, *(make_resident(self.unit, "Family", phone=self.phone) for _number in range(5))]
        papers = []
        for resident in family[:5]:
            self.with_account(resident)
            papers.append(sign_in.make_join_code(resident.name, self.phone, self.community.name)[0])
        self.with_account(family[5], 1)
        sent = self.send()
        if len({*papers, sent}) < 6:
            self.skipTest("two of the codes drawn are the same")
        self.mistyped(sent, 4)
        self.assertEqual(sign_in.residents_by_code(self.phone, sent), (family[5].name,))
        self.mistyped(papers[0], 10)
        for resident, code in zip(family, papers[:4], strict=False):
            self.assertEqual(sign_in.residents_by_code(self.phone, code), (resident.name,))
        attempts = frappe.db.get_value("Sign In Code", {"resident": family[4].name}, "attempts")
        self.assertEqual(attempts, 14)
        self.assertEqual(sign_in.residents_by_code(self.phone, papers[4]), (family[4].name,))

    def test_asking_for_many_codes_pushes_none_of_the_desk_out(self) -> None:
        given = self.give()
        for _number in range(5):
            sign_in.send_code(self.phone)
        with self.assertRaises(TooMany):
            sign_in.send_code(self.phone)
        self.assertEqual(sign_in.residents_by_code(self.phone, given["code"]), (self.resident.name,))

    def test_tries_are_limited_by_number_and_the_right_ones_do_not_count(self) -> None:
        for _number in range(15):
            given = self.give()
            self.assertEqual(sign_in.residents_by_code(self.phone, given["code"]), (self.resident.name,))
        for _number in range(10):
            with self.assertRaises(InputRefused):
                sign_in.residents_by_password(self.phone, "wrong password")
        for phone in (self.phone, self.phone):
            with self.assertRaises(TooMany):
                sign_in.residents_by_password(phone, "wrong password")
        # Nobody's number is limited in the same way.
        nobody = f"138{secrets.randbelow(10**8):08d}"
        for _number in range(10):
            with self.assertRaises(InputRefused):
                sign_in.residents_by_password(nobody, "wrong password")
        with self.assertRaises(TooMany):
            sign_in.residents_by_password(nobody, "wrong password")

    def test_wrong_tries_are_limited_by_address(self) -> None:
        settings = frappe.get_doc("Property Service Settings")
        settings.tries_per_address_hour = 3
        settings.save()
        for number in range(3):
            with self.assertRaises(InputRefused):
                sign_in.residents_by_password(f"1381111333{number}", "wrong password")
        with self.assertRaises(TooMany):
            sign_in.residents_by_password("13811113339", "wrong password")

    def test_accounts_revoked_before_are_switched_off(self) -> None:
        """Patch: those alone whose access was taken away; sessions end."""
        other = make_resident(self.unit, "Family")
        revoked, kept = self.with_account(self.resident, 1), self.with_account(other, 1)
        frappe.db.set_value("Resident", self.resident.name, "portal_enabled", 0)
        revoked_accounts.execute()
        enabled = {user: frappe.db.get_value("User", user, "enabled") for user in (revoked, kept)}
        self.assertEqual(enabled, {revoked: 0, kept: 1})

    def test_all_who_share_a_number_are_offered(self) -> None:
        other = make_resident(self.unit, "Family", phone=self.phone)
        for resident in (self.resident, other):
            user = self.with_account(resident, 1)
            accounts.set_password(user, "One-For-Both-7")
        both = {self.resident.name, other.name}
        self.assertEqual(set(sign_in.residents_by_password(self.phone, "One-For-Both-7")), both)
        key = sign_in.offer_choice(tuple(both))
        self.assertEqual(set(sign_in.choices(key)), both)
        with self.assertRaises(InputRefused):
            sign_in.choose(key, make_resident().name)
        self.assertEqual(sign_in.choose(key, other.name), other.name)
        with self.assertRaises(InputRefused):
            sign_in.choose(key, other.name)

    def test_the_work_is_the_same_for_numbers_nobody_has(self) -> None:
        accounts.set_password(self.with_account(self.resident, 1), "Lotus-Pond-42")
        given = self.give()
        nobody = f"138{secrets.randbelow(10**8):08d}"
        work: dict[str, list[int]] = {}
        for phone in (self.phone, nobody):
            with (
                patch.object(sign_in, "code_matches", wraps=sign_in.code_matches) as codes,
                patch.object(accounts.passlibctx, "verify", wraps=accounts.passlibctx.verify) as passwords,
            ):
                for way in (
                    lambda phone=phone: sign_in.residents_by_code(
                        phone, "000000" if given["code"] != "000000" else "1"
                    ),
                    lambda phone=phone: sign_in.residents_by_password(phone, "wrong password"),
                ):
                    with self.assertRaises(InputRefused):
                        way()
                work[phone] = [codes.call_count, passwords.call_count]
        self.assertEqual(work[self.phone], work[nobody])
        self.assertEqual(work[nobody], [sign_in.COMPARED, sign_in.COMPARED_PASSWORDS])

    def test_passwords_that_are_refused(self) -> None:
        for password in ("", "short", "aaaaaaaaaa", "12121212", "x" * 129, self.phone, self.phone[-8:]):
            with self.subTest(password), self.assertRaises(InputRefused):
                accounts.check_new_password(password, (self.phone,))
        for password in ("Lotus-Pond-42", "荷塘月色之夜晚八字", "correct horse battery"):
            accounts.check_new_password(password, (self.phone,))

    def test_access_that_was_taken_away_is_gone_at_once(self) -> None:
        user = self.with_account(self.resident, 1)
        accounts.set_password(user, "Lotus-Pond-42")
        given = self.give()
        frappe.set_user(self.clerk)
        desk.close_portal(self.resident.name)
        frappe.set_user("Administrator")
        self.assertEqual(units_of(user), ())
        for way in (
            lambda: sign_in.residents_by_password(self.phone, "Lotus-Pond-42"),
            lambda: sign_in.residents_by_code(self.phone, given["code"]),
        ):
            with self.assertRaises(InputRefused):
                way()
        self.assertEqual(access.residents_of(user), ())
        self.assertFalse(frappe.db.get_value("User", user, "enabled"), "nor by the platform's own page")
        accounts.open_portal(self.resident.name)
        self.assertEqual(access.residents_of(user), (self.resident.name,))
        self.assertTrue(frappe.db.get_value("User", user, "enabled"))

    def test_a_code_is_given_for_ones_own_residents_only(self) -> None:
        for user in (
            make_staff("Property Front Desk", community=make_community()),
            make_staff("Property Technician", community=self.community),
            self.with_account(self.resident, 1),
            "Guest",
        ):
            frappe.set_user(user)
            for call in (desk.give_join_code, desk.close_portal):
                with self.subTest(user=user), self.assertRaises(frappe.PermissionError):
                    call(self.resident.name)

    def test_nobody_joins_without_a_number_or_a_room(self) -> None:
        self.resident.phones = []
        self.resident.save()
        with self.assertRaisesRegex(InputRefused, "phone number"):
            self.give()
        homeless = make_resident()
        with self.assertRaisesRegex(InputRefused, "unit"):
            desk.give_join_code(homeless.name)
        make_occupancy(self.unit, homeless, from_date=add_days(today(), -9), to_date=add_days(today(), -1))
        with self.assertRaisesRegex(InputRefused, "unit"):
            desk.give_join_code(homeless.name)

    def test_old_codes_are_forgotten(self) -> None:
        self.give()
        sign_in.forget_old_codes()
        self.assertTrue(frappe.db.exists("Sign In Code", {"resident": self.resident.name}))
        frappe.db.set_value("Sign In Code", {"resident": self.resident.name}, "expires_at", add_days(today(), -8))
        sign_in.forget_old_codes()
        self.assertFalse(frappe.db.exists("Sign In Code", {"resident": self.resident.name}))


class TestAccessCodes(PropertyServiceTestCase):
    def test_a_token_is_stored_as_a_hash_and_found_while_it_holds(self) -> None:
        community = make_community()
        moment = now_datetime()
        values = ("Other", "Community", community.name, community.name)
        token = access_codes.issue(*values)
        row = access_codes.find(token)
        self.assertEqual((row.reference_doctype, row.reference_name), ("Community", community.name))
        self.assertNotIn(token, str(frappe.get_doc("Access Code", row.name).as_dict()))
        for useless in ("", None, token[:-1], token + "x", "A" * 22, 5, ["x"], token.swapcase()):
            self.assertIsNone(access_codes.find(useless))
        self.assertIsNone(access_codes.find(access_codes.issue(*values, valid_to=moment - timedelta(seconds=2))))
        self.assertIsNone(access_codes.find(access_codes.issue(*values, valid_from=moment + timedelta(hours=1))))
        self.assertTrue(access_codes.use_up(row.name, "used"))
        self.assertFalse(access_codes.use_up(row.name, "used"))
        self.assertIsNone(access_codes.find(token))

    def test_the_picture_holds_the_address(self) -> None:
        svg = access_codes.qr_svg("https://example.com/q/x", 'A "label" <b>')
        self.assertTrue(svg.startswith('<svg role="img" aria-label="A &quot;label&quot; &lt;b&gt;"'))
        self.assertNotIn("<?xml", svg)
