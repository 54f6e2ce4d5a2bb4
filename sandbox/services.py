"""MariaDB and Redis of this sandbox alone: private, on the loopback address, ended with the command."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox import needs, ports
from sandbox.layout import Layout
from sandbox.processes import CommandFailed, end, end_marked, explain, mark, run_logged, start
from sandbox.say import SandboxError, Step
from sandbox.state import State, write_whole

REDIS, SECOND_REDIS = ("redis_cache", "redis_queue"), ("redis_cache_2", "redis_queue_2")
PATIENCE = 60  # seconds for a server to answer

DATABASE_CONFIG = """[mysqld]
datadir={folder}
# a server that starts deletes what others left, or still use, in the machine's own
tmpdir={temporary}
socket=server.sock
pid-file=server.pid
port={port}
bind-address=127.0.0.1
{user}
init-file={init}
character-set-server=utf8mb4
collation-server=utf8mb4_unicode_ci
skip-name-resolve
skip-log-bin
# a sandbox may lose its last second on a power cut
innodb_flush_log_at_trx_commit=0
innodb_doublewrite=0
innodb_log_file_size=48M
innodb_buffer_pool_size=384M
max_connections=200
max_allowed_packet=64M
"""

# Nobody comes in without the password, from the first moment the server listens.
DATABASE_INIT = """DELETE FROM mysql.global_priv WHERE User='' OR (User='root' AND Host NOT IN ('localhost','127.0.0.1'));
FLUSH PRIVILEGES;
ALTER USER 'root'@'localhost' IDENTIFIED BY '{password}';
ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '{password}';
"""


def root_password(state: State) -> str:
    """The database's root password."""
    return state.secret("database")


def make_database(layout: Layout, state: State) -> None:
    """Lay out the database's folder, once. A half-made one is thrown away, and with it what the sites held."""
    if state.is_done("database", "1") and (layout.database / "mysql").is_dir():
        return
    state.undone("database", "demo-site", "demo-app", "demo-data", "test-site")
    shutil.rmtree(layout.database, ignore_errors=True)
    command = [
        needs.program("mariadb-install-db"),
        "--no-defaults",
        f"--datadir={layout.database}",
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        "--innodb-log-file-size=48M",
    ]
    if os.geteuid() == 0:
        command.append("--user=root")
    log = layout.logs / "database-install.log"
    with Step("Database folder"):
        try:
            run_logged(command, log)
        except CommandFailed as error:
            raise explain(error, "laying out the database", layout.shown(log)) from None
    state.done("database", "1")


def write_bench_config(layout: Layout, state: State, allotted: dict[str, int]) -> None:
    """The file every site of the bench reads."""
    queue = f"redis://127.0.0.1:{allotted['redis_queue']}"
    config = {
        "db_host": "127.0.0.1",
        "db_port": allotted["mariadb"],
        "redis_cache": f"redis://127.0.0.1:{allotted['redis_cache']}",
        "redis_queue": queue,
        "redis_socketio": queue,
        "socketio_port": allotted["realtime"],
        "webserver_port": allotted["web"],
        "root_login": "root",
        "root_password": root_password(state),
        "default_site": "demo.localhost",
        "developer_mode": 0,
        "mute_emails": 1,
        "disable_session_cache": 0,
    }
    write_whole(layout.sites / "common_site_config.json", json.dumps(config, indent=1))


def end_leftovers(state: State) -> int:
    """End what a killed command left running. Returns how many there were."""
    known = state.get("processes") or {}
    ended = sum(end_marked(pair) for pair in known.values())
    if known:
        state.put(processes={})
    return ended


def running(state: State) -> dict[str, int]:
    """Process ids by name of what this sandbox has running."""
    known = state.get("processes") or {}
    return {name: pair[0] for name, pair in known.items() if mark(int(pair[0])) == (int(pair[0]), str(pair[1]))}


def remember(state: State, name: str, process: subprocess.Popen) -> None:
    """Keep a process in the record, so that a later command can end it."""
    state.put(processes=(state.get("processes") or {}) | {name: mark(process.pid) or (process.pid, "")})


@contextmanager
def services(layout: Layout, state: State, lanes: int = 1) -> Iterator[dict[str, int]]:
    """MariaDB and two Redis a lane for as long as the block runs; gives the checkout's ports by name."""
    end_leftovers(state)
    make_database(layout, state)
    allotted = ports.allot(state)
    write_bench_config(layout, state, allotted)
    config, init, temporary = (layout.run / name for name in ("database.cnf", "database.sql", "database-tmp"))
    temporary.mkdir(exist_ok=True)
    write_whole(init, DATABASE_INIT.format(password=root_password(state)))
    write_whole(
        config,
        DATABASE_CONFIG.format(
            folder=layout.database,
            temporary=temporary,
            port=allotted["mariadb"],
            init=init,
            user="user=root" if os.geteuid() == 0 else "",
        ),
    )
    (layout.database / "server.pid").unlink(missing_ok=True)  # of a killed one
    started = []
    try:
        database = start([needs.program("mariadbd"), f"--defaults-file={config}"], layout.logs / "mariadb.log")
        started.append(("mariadb", database))
        remember(state, "mariadb", database)
        for name in (REDIS + SECOND_REDIS)[: 2 * lanes]:
            command = [
                needs.program("redis-server"),
                "--port",
                str(allotted[name]),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                str(layout.run),
                "--daemonize",
                "no",
            ]
            process = start(command, layout.logs / f"{name}.log")
            started.append((name, process))
            remember(state, name, process)
        for name, process in started:
            _wait(name, process, allotted[name], layout)
        for name, process in started:
            _check_lives(name, process, layout)  # a Redis whose port was taken has ended by now
        yield allotted
    finally:
        for _, process in reversed(started):
            end(process)
        state.put(processes={})


def _wait(name: str, process: subprocess.Popen, port: int, layout: Layout) -> None:
    until = time.monotonic() + PATIENCE
    while not ports.accepts(port) or not _is_ours(name, layout):
        _check_lives(name, process, layout, time.monotonic() > until)
        time.sleep(0.05)
    _check_lives(name, process, layout)


def _is_ours(name: str, layout: Layout) -> bool:
    """Whether the database that answers is the one just started: it writes its process id once it has its port."""
    return name != "mariadb" or (layout.database / "server.pid").exists()


def _check_lives(name: str, process: subprocess.Popen, layout: Layout, too_late: bool = False) -> None:
    if process.poll() is None and not too_late:
        return
    log = layout.shown(layout.logs / f"{name}.log")
    raise SandboxError(
        f"{name} does not start: run the command again (another program may have taken its port that moment); if that "
        f"does not help, read the end of {log}."
    )


def sql(state: State, allotted: dict[str, int], statement: str, database: str = "") -> str:
    """Run statements as the database's root; return the rows as tab-separated text."""
    command = [
        needs.program("mariadb") or "mariadb",
        "--no-defaults",
        "-h127.0.0.1",
        f"-P{allotted['mariadb']}",
        "-uroot",
        "--batch",
        "--skip-column-names",
        *([database] if database else []),
    ]
    env = os.environ | {"MYSQL_PWD": root_password(state)}
    out = subprocess.run(command, input=statement, env=env, capture_output=True, text=True, check=False)
    if out.returncode:
        raise SandboxError(
            f"The sandbox's database refused a statement ({out.stderr.strip()}): "
            "run `python3 -m sandbox reset --all` and the command again."
        )
    return out.stdout
