# SPDX-License-Identifier: GPL-2.0-or-later
"""Work in children that die, hang, grow and shout; this module proves that the run goes on."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck import isolate
from abicheck.errors import InputError
from abicheck.isolate import ChildError, Done, Failed, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SHORT = Limits(seconds=1.0, address_space=1 << 30)
PATIENT = Limits(seconds=60.0, address_space=1 << 30)


def outcomes(
    function: Callable[[object], object],
    items: Sequence[object],
    jobs: int = 2,
    limits: Limits = PATIENT,
) -> list[Done[object] | Failed]:
    """The outcomes in the order of the items, each exactly once."""
    found = dict(isolate.run(function, items, jobs=jobs, limits=limits))
    assert sorted(found) == list(range(len(items)))
    return [found[index] for index in range(len(items))]


def _descriptors() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def _children() -> str:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text()


@pytest.fixture(autouse=True)
def no_leaks() -> Iterator[None]:
    """Every test of this module leaves neither a descriptor nor a child behind."""
    before = len(_descriptors()), _children()
    yield
    assert (len(_descriptors()), _children()) == before


def _act(item: object) -> object:
    """Does to its own process what the item says."""
    faulthandler.disable()
    match item:
        case "segfault":
            ctypes.string_at(0)
        case "abort":
            os.abort()
        case "exit":
            os._exit(7)
        case "hang":
            while True:
                pass
        case "sleep":
            time.sleep(3600)
        case "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        case "grow":
            return len(bytearray(2 << 30))
        case "deep":
            return _act("deep")
        case "shout":
            os.write(1, b"x" * 10_000)
            os.write(2, b"x" * 10_000)
        case "half":
            _half_an_answer()
        case _:
            pass
    return item


def _half_an_answer() -> None:
    """Writes the start of a long answer into the pipe to the parent, then dies."""
    for number in sorted(
        (int(path.name) for path in Path("/proc/self/fd").iterdir()), reverse=True
    ):
        if number > 2 and "pipe:" in _target(number) and _writable(number):
            os.write(number, (1 << 20).to_bytes(8, sys.byteorder) + b"half")
            os._exit(0)


def _target(number: int) -> str:
    try:
        return str(Path(f"/proc/self/fd/{number}").readlink())
    except OSError:
        return ""


def _writable(number: int) -> bool:
    lines = Path(f"/proc/self/fdinfo/{number}").read_text().splitlines()
    flags = next(line.split()[1] for line in lines if line.startswith("flags:"))
    return int(flags, 8) & os.O_ACCMODE == os.O_WRONLY


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("segfault", "the parser crashed (SIGSEGV)"),
        ("abort", "the parser crashed (SIGABRT)"),
        ("exit", "the parser ended with code 7"),
        ("hang", "did not finish within 1 s"),
        ("sleep", "did not finish within 1 s"),
        ("stop", "did not finish within 1 s"),
        ("grow", "the parser ran out of memory"),
        ("deep", "is nested too deeply"),
        ("half", "the parser ran out of memory"),
    ],
)
def test_one_bad_item_costs_itself_only(deed: str, reason: str) -> None:
    """Whatever kills, stops or fills a child becomes one Failed; all other items are done."""
    items = ["a", deed, "b", "c", deed, "d"]
    expected = [Failed(reason) if item == deed else Done(item) for item in items]
    assert outcomes(_act, items, limits=SHORT) == expected


@given(
    st.lists(st.sampled_from(["a", "b", "exit", "segfault", "deep"]), max_size=12),
    st.integers(1, 5),
)
def test_every_item_has_one_outcome(items: list[str], jobs: int) -> None:
    """Every item gets exactly one outcome, whatever dies before it and however many children."""
    fatal = {"exit", "segfault", "deep"}
    got = outcomes(_act, items, jobs=jobs)
    assert [isinstance(one, Failed) for one in got] == [item in fatal for item in items]


def test_answers_larger_than_a_pipe() -> None:
    """Answers of many megabytes arrive whole, from several children at once."""
    sizes = [5 << 20, 3, 9 << 20, 1 << 16, (1 << 16) + 1]
    got = outcomes(lambda size: b"x" * int(str(size)), sizes)
    assert [len(one.value) for one in got if isinstance(one, Done)] == sizes  # type: ignore[arg-type]


def test_a_bug_of_ours_is_raised_with_its_traceback() -> None:
    """An exception in a child is no Failed item: it is raised here and names the line."""
    with pytest.raises(ChildError, match="ZeroDivisionError"):
        outcomes(lambda item: 1 // int(str(item)), [1, 0, 2])


def test_children_do_not_touch_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    """What a child writes to standard output and error goes nowhere."""
    assert outcomes(_act, ["shout"]) == [Done("shout")]
    assert capfd.readouterr() == ("", "")


def test_stopping_early_ends_the_children() -> None:
    """A caller that stops listening leaves no child behind, not even a hanging one."""
    run = isolate.run(_act, ["a", "sleep", "sleep"], jobs=3, limits=PATIENT)
    assert next(run) == (0, Done("a"))
    run.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("items", [(), ("calm", "calm")])
def test_this_process_works_meanwhile(items: Sequence[str]) -> None:
    """What is to be done besides is done once, after the children began, by this process."""
    seen: list[tuple[int, int]] = []

    def meanwhile() -> None:
        seen.append((os.getpid(), len(_children().split())))

    begun = isolate.run(_act, items, jobs=2, limits=PATIENT, meanwhile=meanwhile)
    assert len(dict(begun)) == len(items)
    assert seen == [(os.getpid(), len(items))]


@pytest.mark.parametrize("seconds", [1.5, 7.5])
def test_what_takes_long_besides_costs_no_answer(seconds: float) -> None:
    """An answer too large for a pipe waits until this process has time to read it."""
    large = b"x" * (5 << 20)
    limits = Limits(seconds=1.0)
    begun = isolate.run(_act, [large], jobs=1, limits=limits, meanwhile=lambda: time.sleep(seconds))
    assert dict(begun) == {0: Done(large)}


def test_an_error_of_this_process_ends_the_children() -> None:
    """Children do not outlive what this process fails at besides."""

    def meanwhile() -> None:
        raise InputError("besides")

    with pytest.raises(InputError, match="besides"):
        list(isolate.run(_act, ["hang"], jobs=1, limits=PATIENT, meanwhile=meanwhile))


def test_a_child_killed_between_two_items(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that somebody kills after its answer costs at most one item, never the run."""
    order = isolate._order

    def kill_first(child: isolate._Child, item: int) -> None:
        os.kill(child.pid, signal.SIGKILL)
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        order(child, item)

    monkeypatch.setattr(isolate, "_order", kill_first)
    got = outcomes(_act, ["a", "b", "c", "d"], jobs=1)
    killed = Failed("the parser crashed (SIGKILL)")
    assert got == [Done("a"), killed, Done("c"), killed]


def test_no_process_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where fork fails the run ends in one clear error, and the pipes are closed again."""

    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    with pytest.raises(InputError, match="cannot start a process: Resource temporarily"):
        outcomes(_act, ["a"])


_SCRIPT = """
import os, sys, time
from abicheck import isolate
def work(item):
    if item == "sleep":
        os.write(int(sys.argv[1]), b"%d\\n" % os.getpid())
        {loop}
    return item
limits = isolate.Limits(seconds={seconds}, address_space=1 << 30)
got = dict(isolate.run(work, {items}, jobs=2, limits=limits))
os.write(int(sys.argv[1]), repr(sorted(got.items())).encode())
"""


def _script(items: str, loop: str = "pass", seconds: float = 60) -> tuple[list[str], int, int]:
    """A command that runs the items, and the pipe on which it tells what happens."""
    tell, told = os.pipe()
    text = _SCRIPT.format(items=items, loop=loop, seconds=seconds)
    return [sys.executable, "-c", text, str(told)], tell, told


@pytest.mark.parametrize("closed", ["0", "1", "2", "0 1 2"])
def test_closed_standard_streams(closed: str) -> None:
    """A run whose standard streams are closed gets every answer: no pipe is taken for one."""
    command, tell, told = _script("['a', 'b', 'c']")

    def close() -> None:
        for stream in closed.split():
            os.close(int(stream))

    process = subprocess.Popen(command, pass_fds=(told,), preexec_fn=close)  # noqa: PLW1509
    os.close(told)
    with os.fdopen(tell) as said:
        assert said.read() == "[(0, Done(value='a')), (1, Done(value='b')), (2, Done(value='c'))]"
    assert process.wait() == 0


def _gone(pid: int) -> bool:
    """Whether a process ends (it may be a zombie that nobody waits for) within its time."""
    for _ in range(600):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("number", "seconds"), [(signal.SIGINT, 60), (signal.SIGTERM, 1), (signal.SIGKILL, 1)]
)
def test_children_do_not_outlive_the_run(number: int, seconds: float) -> None:
    """An interrupted run ends its children at once; those of a killed one end by themselves."""
    command, tell, told = _script("['sleep', 'sleep']", "time.sleep(3600)", seconds)
    process = subprocess.Popen(command, pass_fds=(told,), stderr=subprocess.DEVNULL)
    os.close(told)
    with os.fdopen(tell) as said:
        pids = [int(said.readline()) for _ in range(2)]
        process.send_signal(number)
        process.wait()
    assert all(_gone(pid) for pid in pids)
