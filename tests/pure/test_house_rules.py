"""The house rules find what they are for: samples that break them, and samples that look like it and do not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from tests.pure import house_rules as rules
from tests.pure.house_calls import Calls
from tests.pure.house_rules import RULES, Rule, Source

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]
PY, DOOR = "property_service/fees/a.py", "property_service/fees/doctype/a/a.py"
JS, HTML = "property_service/public/js/a.js", "property_service/www/a.html"

# rule, file, what breaks it
BAD: list[tuple[Rule, str, str]] = [
    (rules.no_file_is_too_long, PY, "a = 1\n" * 401),
    (rules.no_file_is_too_long, DOOR, "a = 1\n" * 201),
    (rules.no_file_is_too_long, JS, "a;\n" * 401),
    (rules.imports_go_down_the_stairs, PY, "from property_service.repairs import api"),
    (rules.imports_go_down_the_stairs, PY, "from property_service import repairs"),
    (rules.imports_go_down_the_stairs, PY, "def f():\n    import property_service.portal.api"),
    (rules.erpnext_is_not_imported_at_the_top, PY, "import erpnext.accounts"),
    (rules.erpnext_is_not_imported_at_the_top, PY, "try:\n    from erpnext import x\nexcept ImportError:\n    pass"),
    (rules.erpnext_is_not_imported_at_the_top, PY, "class A:\n    import erpnext"),
    (rules.every_function_is_typed, PY, "def f(a) -> None: pass"),
    (rules.every_function_is_typed, PY, "class A:\n    def f(self): pass"),
    (rules.every_function_is_typed, PY, "def f(*a, **b: int) -> None: pass"),
    (rules.every_function_is_typed, PY, "def f() -> None:\n    async def g(a, /) -> None: pass"),
    (rules.endpoints_are_documented, PY, "@endpoint()\ndef f() -> None: pass"),
    (rules.endpoints_are_documented, PY, "class A:\n    @frappe.whitelist()\n    def f(self) -> None: pass"),
    (rules.routes_are_not_literal, PY, "link = '/app/fee-bill'"),
    (rules.routes_are_not_literal, JS, "const link = `/app/fee-bill/${name}`;"),
    (rules.staff_are_told_in_their_own_language, PY, "tell_staff(users, _('Late'))"),
    (rules.staff_are_told_in_their_own_language, PY, "tell_staff(users, (frappe._('Late {0}'), 1))"),
    (rules.skipped_permissions_have_a_reason, PY, "def f() -> None:\n    doc.insert(ignore_permissions=True)"),
    (rules.skipped_permissions_have_a_reason, PY, "def f() -> None:\n    doc.flags.ignore_permissions = True"),
    (rules.skipped_permissions_have_a_reason, PY, "doc.a = doc.flags.ignore_permissions = 1"),
    (rules.skipped_permissions_have_a_reason, PY, "doc.save(**{'ignore_permissions': True})"),
    (rules.skipped_permissions_have_a_reason, PY, "def f() -> None:\n    frappe.set_user('Administrator')"),
    (rules.skipped_permissions_have_a_reason, PY, "doc.save(ignore_permissions=True)  # noqa"),
    (rules.commits_have_a_reason, PY, "frappe.db.commit()"),
    (rules.commits_have_a_reason, DOOR, "def on_update(self):\n    frappe.db.commit()  # nosemgrep: a reason"),
    (rules.exceptions_to_the_linter_have_a_reason, PY, "a = b  # noqa"),
    (rules.exceptions_to_the_linter_have_a_reason, PY, "a = b  # noqa: S608"),
    (rules.exceptions_to_the_linter_have_a_reason, PY, "a = b  # noqa: E501, S105"),
    (rules.sql_is_not_built_from_strings, PY, "def f(a: str) -> None:\n    frappe.db.sql(f'select {a}')"),
    (rules.sql_is_not_built_from_strings, PY, "frappe.db.sql('select %s' % name)"),
    (rules.sql_is_not_built_from_strings, PY, "frappe.db.sql('select {}'.format(name))"),
    (rules.sql_is_not_built_from_strings, PY, "frappe.db.sql('select ' + name)"),
    (rules.sql_is_not_built_from_strings, PY, "query = f'select {name}'\nfrappe.db.sql(query)"),
    (rules.sql_is_not_built_from_strings, PY, "query = 'select 1'\nquery += name\nfrappe.db.sql(query)"),
    (rules.sql_is_not_built_from_strings, PY, "def f(query: str) -> None:\n    frappe.db.sql(query)"),
    (rules.sql_is_not_built_from_strings, PY, "frappe.db.multisql({'mariadb': query})"),
    (rules.sql_is_not_built_from_strings, PY, "db = frappe.local.db\ndb.sql(query=make(name))"),
    (rules.sql_is_not_built_from_strings, PY, "CustomFunction(name, ['a'])"),
    (rules.sql_is_not_built_from_strings, PY, "query.where(pypika.terms.LiteralValue(f'{name} = 1'))"),
    (rules.sql_is_not_built_from_strings, PY, "query.orderby(PseudoColumn(frappe.form_dict.order))"),
    (rules.filters_are_not_built_from_strings, PY, "frappe.get_all('A', filters=f'name = {name}')"),
    (rules.filters_are_not_built_from_strings, PY, "frappe.get_list('A', 'name = %s' % name)"),
    (rules.filters_are_not_built_from_strings, PY, "frappe.db.count('A', filters='a = {}'.format(b))"),
    (rules.filters_are_not_built_from_strings, PY, "frappe.get_all('A', or_filters=' or '.join(parts))"),
    (rules.filters_are_not_built_from_strings, PY, "frappe.get_all('A', order_by=frappe.form_dict.order)"),
    (
        rules.filters_are_not_built_from_strings,
        PY,
        "def f(o: str) -> None:\n    frappe.get_all('A', order_by=f'{o} asc')",
    ),
    (rules.filters_are_not_built_from_strings, PY, "frappe.get_all('A', group_by=by)"),
    (rules.filters_are_not_built_from_strings, PY, "frappe.get_all('A', fields=[f'sum({field})'])"),
    (
        rules.conditions_escape_what_they_take_in,
        PY,
        "def f(user: str) -> str:\n    return f\"`tabA`.owner = '{user}'\"",
    ),
    (rules.conditions_escape_what_they_take_in, PY, "a = user\nb = f'`tabA`.owner = {a}'"),
    (rules.nothing_runs_text, PY, "eval(text)"),
    (rules.nothing_runs_text, PY, "frappe.safe_eval(text)"),
    (rules.nothing_runs_text, PY, "from frappe.utils.safe_exec import safe_exec\nsafe_exec(text)"),
    (rules.nothing_runs_text, PY, "pickle.loads(data)"),
    (rules.nothing_runs_text, PY, "yaml.load(data)"),
    (rules.nothing_runs_text, PY, "os.system('ls')"),
    (rules.nothing_runs_text, PY, "frappe.get_attr(frappe.form_dict.method)()"),
    (rules.nothing_runs_text, PY, "def f(name: str) -> None:\n    importlib.import_module(name)"),
    (rules.templates_are_files, PY, "frappe.render_template(doc.body, {})"),
    (rules.templates_are_files, PY, "frappe.render_template('{{ a }}' + doc.body, {})"),
    (rules.templates_are_files, PY, "def f(text: str) -> None:\n    frappe.render_template(text, {})"),
    (rules.templates_are_files, PY, "env.from_string(doc.subject)"),
    (rules.templates_are_files, PY, "jinja2.Template(doc.subject)"),
    (rules.the_network_is_not_waited_for_without_end, PY, "requests.get(url)"),
    (rules.the_network_is_not_waited_for_without_end, PY, "urllib.request.urlopen(url)"),
    (rules.the_network_is_not_waited_for_without_end, PY, "http.client.HTTPSConnection(host)"),
    (rules.no_secret_is_kept, PY, "KEY = '''-----BEGIN RSA PRIVATE " + "KEY-----'''"),
    (rules.no_secret_is_kept, PY, "KEY = 'AKIA" + "ABCDEFGHIJKLMNOP'"),
    (rules.no_secret_is_kept, PY, "TOKEN = 'ghp_" + "a" * 36 + "'"),
    (rules.templates_escape, HTML, "{% autoescape true %}{{ a | safe }}{% endautoescape %}"),
    (rules.templates_escape, HTML, "{{ doc.subject }}"),
    (rules.templates_escape, HTML, "{% autoescape true %}{{ a }}{% endautoescape %}{{ doc.subject }}"),
    (rules.templates_escape, HTML, "{% autoescape false %}{% endautoescape %}"),
    (rules.templates_escape, HTML, "{{ _('A {0}').format(doc.subject) }}"),
    (rules.templates_escape, HTML, "{{ _('A') ~ doc.subject ~ _('B') }}"),
    (rules.templates_escape, HTML, "{{ a | e ~ b }}"),
    (rules.html_is_put_together_of_what_was_escaped, JS, "const a = `<b>${doc.subject}</b>`;"),
    (rules.html_is_put_together_of_what_was_escaped, JS, "const a = `<b>${doc.subject || doc.name}</b>`;"),
    (rules.html_is_put_together_of_what_was_escaped, JS, "const a = `<b>${on ? text(doc.name) : doc.subject}</b>`;"),
    (rules.html_is_put_together_of_what_was_escaped, JS, "const a = `<b>${doc.subject.trim()}</b>`;"),
    (rules.html_is_put_together_of_what_was_escaped, JS, 'const a = `<b>${__("Of {0}", [doc.subject])}</b>`;'),
    (rules.html_is_put_together_of_what_was_escaped, JS, "const b = doc.subject;\nconst a = `<b>${b}</b>`;"),
    (rules.html_is_put_together_of_what_was_escaped, JS, "const f = (subject) => `<b>${subject}</b>`;"),
    (
        rules.html_is_put_together_of_what_was_escaped,
        JS,
        'const a = `<p>${rows.map((row) => row.name).join(", ")}</p>`;',
    ),
    (rules.html_is_put_together_of_what_was_escaped, JS, "const a = `<p>${b ? `<i>${doc.subject}</i>` : ''}</p>`;"),
    (rules.html_is_put_together_of_what_was_escaped, JS, "box.html('<b>' + doc.subject + '</b>');"),
    (rules.html_is_put_together_of_what_was_escaped, JS, "box.innerHTML = doc.subject;"),
    (rules.html_is_put_together_of_what_was_escaped, JS, "box.insertAdjacentHTML('beforeend', doc.subject);"),
    (rules.html_is_put_together_of_what_was_escaped, JS, "const p = /`/;\nconst a = `<b>${doc.subject}</b>`;"),
]

# rule, file, what looks like it
GOOD: list[tuple[Rule, str, str]] = [
    (rules.no_file_is_too_long, PY, "a = 1\n" * 400),
    (
        rules.no_file_is_too_long,
        DOOR,
        "# begin: auto-generated types\n" + "a = 1\n" * 300 + "# end: auto-generated types\n" + "b = 1\n" * 190,
    ),
    (rules.imports_go_down_the_stairs, PY, "from property_service.dispatch import teams"),
    (rules.imports_go_down_the_stairs, "property_service/hooks.py", "from property_service.portal import gate"),
    (rules.erpnext_is_not_imported_at_the_top, PY, "def f() -> None:\n    import erpnext"),
    (rules.every_function_is_typed, PY, "class A:\n    def f(self, a: int, *b: int, **c: int) -> None: pass"),
    (rules.endpoints_are_documented, PY, "@endpoint()\ndef f() -> None:\n    '''What it brings.'''"),
    (
        rules.staff_are_told_in_their_own_language,
        PY,
        "from x.rule_error import mark as _\ntell_staff(users, _('Late'))",
    ),
    (
        rules.skipped_permissions_have_a_reason,
        PY,
        "# Nobody may write these by hand.\ndoc.insert(ignore_permissions=True)",
    ),
    (
        rules.skipped_permissions_have_a_reason,
        PY,
        "def f() -> None:\n    '''The caller has judged it.'''\n    doc.flags.ignore_permissions = True",
    ),
    (rules.skipped_permissions_have_a_reason, PY, "doc.flags.ignore_permissions = False"),
    (rules.commits_have_a_reason, PY, "frappe.db.commit()  # nosemgrep: a block is done"),
    (rules.exceptions_to_the_linter_have_a_reason, PY, "a = b  # noqa: S105  the name of a field"),
    (rules.exceptions_to_the_linter_have_a_reason, PY, "# every value is escaped\na = b  # noqa: S608"),
    (rules.sql_is_not_built_from_strings, PY, "QUERY = 'select %s'\nfrappe.db.sql(QUERY, (name,))"),
    (rules.sql_is_not_built_from_strings, PY, "TABLE = 'tabA'\nfrappe.db.sql(f'select 1 from {TABLE}')"),
    (rules.sql_is_not_built_from_strings, PY, "DAY = CustomFunction('DATE', ['moment'])"),
    (rules.filters_are_not_built_from_strings, PY, "frappe.get_all('A', {'name': name}, ['a'], order_by='a asc')"),
    (rules.filters_are_not_built_from_strings, PY, "frappe.db.get_value('A', f'{a}-{b}', 'c')"),
    (rules.filters_are_not_built_from_strings, PY, "frappe.get_all('A', order_by='a asc' if b else 'a desc')"),
    (rules.conditions_escape_what_they_take_in, PY, "a = f'`tabA`.owner = {frappe.db.escape(user)}'"),
    (rules.conditions_escape_what_they_take_in, PY, "a = f\"`tabA`.b in ({', '.join(map(frappe.db.escape, c))})\""),
    (rules.nothing_runs_text, PY, "re.compile(text)\nfrappe.get_attr('a.b')"),
    (rules.templates_are_files, PY, "PAGE = 'templates/a.html'\nfrappe.render_template(PAGE, {'text': doc.body})"),
    (rules.the_network_is_not_waited_for_without_end, PY, "requests.get(url, timeout=10)\nframe.request.get(a)"),
    (rules.no_secret_is_kept, PY, "PRIVATE_KEY = os.environ['KEY']"),
    (rules.templates_escape, HTML, "{% autoescape true %}{{ doc.subject }}{% endautoescape %}{{ _('Words') }}"),
    (rules.templates_escape, HTML, "{# {{ doc.subject }} #}{{ doc.subject | e }}"),
    (rules.templates_escape, HTML, "{% from 'a.html' import line, box with context %}{{ line(doc.subject) }}"),
    (rules.html_is_put_together_of_what_was_escaped, JS, "const a = `<b>${text(doc.subject)}</b>${rows.length}`;"),
    (rules.html_is_put_together_of_what_was_escaped, JS, 'const a = `<b>${__("Of {0}", [text(doc.subject)])}</b>`;'),
    (rules.html_is_put_together_of_what_was_escaped, JS, "const a = `${doc.name}: ${doc.subject}`;"),
    (rules.html_is_put_together_of_what_was_escaped, JS, "const b = text(doc.subject);\nconst a = `<b>${b}</b>`;"),
    (rules.html_is_put_together_of_what_was_escaped, JS, "// `<b>${doc.subject}</b>`\nbox.textContent = doc.subject;"),
]


def found(rule: Rule, path: str, text: str) -> list[tuple[int, str]]:
    return list(rule(Source(PurePosixPath(path), text)))


def named(sample: tuple[Rule, str, str]) -> str:
    return f"{sample[0].__name__}: {sample[2][:50]!r}"


@pytest.mark.parametrize("sample", BAD, ids=named)
def test_what_breaks_a_rule_is_found(sample: tuple[Rule, str, str]) -> None:
    rule, path, text = sample
    endings, tops = RULES[rule]
    assert found(rule, path, text)
    assert PurePosixPath(path).suffix in endings and PurePosixPath(path).parts[0] in tops


@pytest.mark.parametrize("sample", GOOD, ids=named)
def test_what_only_looks_like_it_is_let_be(sample: tuple[Rule, str, str]) -> None:
    assert not found(*sample)


COMMITS = "def end() -> None:\n    frappe.db.commit()"


@pytest.mark.parametrize(
    ("door", "rule", "hooks", "way"),
    [
        (
            "from property_service.a import rule\nclass A:\n    def validate(self) -> None:\n        rule.end()",
            COMMITS,
            "",
            2,
        ),
        (
            "from property_service.a.rule import end\nclass A:\n    def validate(self) -> None:\n        end()",
            COMMITS,
            "",
            2,
        ),
        (
            "class A:\n    def on_trash(self) -> None:\n        self.f()\n    def f(self) -> None:\n        frappe.db.commit()",
            "",
            "",
            2,
        ),
        (
            "class A:\n    def on_update(self) -> None:\n        import property_service\n        frappe.db.commit()",
            "",
            "",
            1,
        ),
        (
            "",
            f"def begin() -> None:\n    end()\n{COMMITS}",
            "doc_events = {'A': {'validate': 'property_service.a.rule.begin'}}",
            2,
        ),
        ("class A:\n    def act(self) -> None:\n        frappe.db.commit()", "", "", 0),
        (
            "",
            f"def begin() -> None:\n    end()\n{COMMITS}",
            "scheduler_events = {'daily': 'property_service.a.rule.begin'}",
            0,
        ),
        (
            "from property_service.a import rule\nclass A:\n    def validate(self) -> None:\n        enqueue('property_service.a.rule.end')",
            COMMITS,
            "",
            0,
        ),
    ],
)
def test_a_commit_is_found_however_it_is_called(door: str, rule: str, hooks: str, way: int) -> None:
    texts = {"a/doctype/a/a.py": door, "a/rule.py": rule, "hooks.py": hooks}
    calls = Calls(Source(PurePosixPath(f"property_service/{path}"), text) for path, text in texts.items())
    assert [len(one) for one in calls.ways(calls.events(), calls.that_commit())] == ([way] if way else [])


def test_every_rule_has_a_sample() -> None:
    assert {sample[0] for sample in BAD} == set(RULES)


# What is left to the linter is on, too.
LINTED = {
    "S102": "exec(text)",
    "S105": "password = 'hunter2'",
    "S113": "import requests\nrequests.get('https://example.com')",
    "S301": "import pickle\npickle.loads(b'')",
    "S307": "eval(text)",
    "S310": "import urllib.request\nurllib.request.urlopen(address)",
    "S324": "import hashlib\nhashlib.md5(b'')",
    "S506": "import yaml\nyaml.load(text)",
    "S602": "import subprocess\nsubprocess.run(text, shell=True)",
    "S608": "query = f'select name from a where b = {c}'",
    "S701": "import jinja2\njinja2.Environment()",
    "S704": "from markupsafe import Markup\nMarkup(text)",
}


def test_the_linter_has_its_security_rules_on() -> None:
    pytest.importorskip("ruff")
    text = "\n".join(LINTED.values())
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "json", "--stdin-filename"]
    done = subprocess.run(
        [*command, "property_service/fees/sample.py", "-"],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert set(LINTED) <= {row["code"] for row in json.loads(done.stdout)}, done.stderr
