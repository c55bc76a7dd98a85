"""Windows and other systems: what only POSIX has must not end the page or a command."""

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.files import own_temporary
from demo import settings
from demo.guard import allocator
from scripts import process_group

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("core", "demo", "export", "scripts", "studies")
SOURCES = sorted([*ROOT.glob("*.py"), *(path for room in ROOMS for path in ROOT.glob(f"{room}/**/*.py"))])
POSIX_MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
POSIX_NAMES = {
    "os": "chown chroot fork forkpty getegid geteuid getgid getgroups getloadavg getpgid getpriority getresuid getsid "
    "getuid killpg lchown mkfifo mknod nice pread pwrite register_at_fork sched_getaffinity setsid setuid sync sysconf "
    "uname wait3 wait4",
    "signal": "SIGALRM SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGUSR1 SIGUSR2 alarm pause setitimer",
    "time": "tzset",
}
GUARDED = {
    "core/decoder.py: resource",
    "core/files.py: os.getuid",
    "core/many/run.py: os.sched_getaffinity",
    "demo/analysis/own_model_child.py: os.nice",
    "demo/analysis/own_model_child.py: resource",
    "demo/guard/connection.py: resource",
    "demo/guard/temporary.py: fcntl",
    "export/speed/benchmark.py: os.getloadavg",
    "scripts/process_group.py: os.killpg",
}


def posix_only(path, source):
    """What a source uses that Windows lacks: "file: os.name"."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [name.name for name in node.names]
            found |= {f"{path}: {name}" for name in names if name in POSIX_MODULES}
        elif isinstance(node, ast.Attribute) and node.attr in POSIX_NAMES.get(ast.unparse(node.value), "").split():
            found.add(f"{path}: {ast.unparse(node)}")
    return found


def test_what_only_posix_has_is_used_where_its_absence_is_tested():
    """Each exception is guarded beside it, by hasattr or ImportError."""
    found = {one for path in SOURCES for one in posix_only(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))}
    assert found == GUARDED


def test_a_planted_call_is_found():
    assert posix_only("a.py", "import os\nos.getuid()") == {"a.py: os.getuid"}
    assert posix_only("a.py", "import fcntl") == {"a.py: fcntl"}
    assert posix_only("a.py", "from resource import getrusage") == {"a.py: resource"}


def test_the_page_finds_its_folder_without_user_numbers(monkeypatch):
    assert own_temporary("digits").name == f"digits-{os.getuid()}"
    monkeypatch.delattr(os, "getuid")
    monkeypatch.delenv("DIGITS_CACHE", raising=False)
    assert settings.cache_folder() == own_temporary("digits")
    assert own_temporary("digits").name == "digits"


def test_memory_is_given_back_where_the_system_knows_how(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(allocator.ctypes, "CDLL", lambda _: pytest.fail("Windows has no library without a name"))
    allocator.trim()
    assert not allocator.give_back_freed_memory()


@pytest.mark.parametrize("groups", [True, False])
def test_a_process_is_ended_with_or_without_groups(groups, monkeypatch):
    if not groups:
        monkeypatch.delattr(os, "killpg")
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    process_group.end(process)
    assert process.returncode == -signal.SIGTERM


def test_the_page_reads_its_own_text_as_utf_8():
    """Windows takes another encoding where none is named."""
    calls = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in [*ROOT.glob("demo/**/*.py"), ROOT / "digits.py"]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"read_text", "write_text"}
        and not any(word.arg == "encoding" for word in node.keywords)
    ]
    assert calls == []
