# SPDX-License-Identifier: GPL-2.0-or-later
"""This module runs work that may crash, hang or eat memory in forked children.

What a child cannot finish becomes a ``Failed`` for that one item; the run goes on. Children are
forked, not spawned: that takes a millisecond, and they find in place what the parent has read.
The parent parses nothing itself, so no thread of libclang's is alive when it forks.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import struct
import time
from contextlib import suppress
from fcntl import F_DUPFD_CLOEXEC, fcntl
from selectors import EVENT_READ, DefaultSelector
from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

from abicheck.errors import AbicheckError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Item = TypeVar("Item")
Value = TypeVar("Value")

_LENGTH = struct.Struct("=Q")
_NOTHING_LEFT = 0xFFFFFFFFFFFFFFFF
_STREAMS = (0, 1, 2)
"""Standard input, output and error."""


class Limits(Struct, frozen=True):
    """What one child may use: seconds for one item, bytes of address space in all."""

    seconds: float = 30.0
    address_space: int = 4 << 30


LIMITS = Limits()


class Done(Struct, Generic[Value], frozen=True):
    """What the function returned."""

    value: Value


class Failed(Struct, frozen=True):
    """Why the function did not return, in a few words for people."""

    reason: str


class ChildError(RuntimeError):
    """The function raised in a child: a bug of ours; the message is the child's traceback."""


class _Child(Struct):
    """A forked worker: its process, both pipes, and the item it is at."""

    pid: int
    orders: int
    results: int
    item: int
    deadline: float
    buffer: bytearray


def run(
    function: Callable[[Item], Value],
    items: Sequence[Item],
    *,
    jobs: int,
    limits: Limits = LIMITS,
    meanwhile: Callable[[], None] | None = None,
) -> Iterator[tuple[int, Done[Value] | Failed]]:
    """Yields (index, outcome) for each item as children finish them, in no fixed order.

    ``function`` must return something picklable; ``meanwhile`` is what this process does while
    the children begin. Raises the AbicheckError that it raises and
    ChildError for whatever else, InputError where no process can be started.
    """
    waiting = iter(range(len(items)))
    children: dict[int, _Child] = {}
    with DefaultSelector() as selector:
        try:
            for _ in range(min(jobs, len(items))):
                _start(function, items, next(waiting), limits, children, selector)
            if meanwhile is not None:
                meanwhile()
            while children:
                yield from _step(function, items, waiting, limits, children, selector)
        finally:
            for child in children.values():
                _bury(child, selector, kill=True)


def _step(
    function: Callable[[Item], Value],
    items: Sequence[Item],
    waiting: Iterator[int],
    limits: Limits,
    children: dict[int, _Child],
    selector: DefaultSelector,
) -> Iterator[tuple[int, Done[Value] | Failed]]:
    patience = min(child.deadline for child in children.values()) - time.monotonic()
    ready = {key.fd for key, _ in selector.select(max(0.0, patience))}
    for child in list(children.values()):
        outcome: Done[Value] | Failed | None = None
        if child.results in ready:
            outcome = _receive(child)
            # Its answer is on the way: that we were slow to read it is no fault of the child's.
            child.deadline = time.monotonic() + limits.seconds
        elif time.monotonic() >= child.deadline:
            outcome = Failed(f"did not finish within {limits.seconds:g} s")
        if outcome is None:
            continue
        index = child.item
        following = next(waiting, None)
        if isinstance(outcome, Failed):
            del children[child.results]
            _bury(child, selector, kill=True)
            if following is not None:
                _start(function, items, following, limits, children, selector)
        elif following is None:
            del children[child.results]
            _order(child, _NOTHING_LEFT)
            _bury(child, selector, kill=False)
        else:
            child.item, child.deadline = following, time.monotonic() + limits.seconds
            _order(child, following)
        yield index, outcome


def _order(child: _Child, item: int) -> None:
    """Tells a child what to do next; that one has died since shows when its answer is read."""
    with suppress(BrokenPipeError):
        os.write(child.orders, _LENGTH.pack(item))


def _start(
    function: Callable[[Item], Value],
    items: Sequence[Item],
    index: int,
    limits: Limits,
    children: dict[int, _Child],
    selector: DefaultSelector,
) -> None:
    orders_in, orders_out = _pipe()
    results_in, results_out = _pipe()
    gc.freeze()  # the child shares these pages; a collection would copy them
    # An interrupt between the fork and the child's entry in the table would orphan it.
    held = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        pid = os.fork()
    except OSError as error:
        for end in (orders_in, orders_out, results_in, results_out):
            os.close(end)
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        raise InputError(f"cannot start a process: {error.strerror}") from None
    if pid == 0:
        status = 1
        try:
            for other in children.values():
                os.close(other.orders)
                os.close(other.results)
            os.close(orders_out)
            os.close(results_in)
            gc.disable()  # nothing here makes cycles worth the time of looking for them
            _confine(limits)
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
            _serve(function, items, index, limits, orders_in, results_out)
            status = 0
        finally:
            os._exit(status)
    os.close(orders_in)
    os.close(results_out)
    deadline = time.monotonic() + limits.seconds
    child = _Child(pid, orders_out, results_in, index, deadline, bytearray())
    children[results_in] = child
    selector.register(results_in, EVENT_READ)
    signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _pipe() -> tuple[int, int]:
    """A pipe clear of the standard streams: they may be closed here, a child replaces them."""
    ends = os.pipe()
    if min(ends) > _STREAMS[-1]:
        return ends
    clear = [fcntl(end, F_DUPFD_CLOEXEC, _STREAMS[-1] + 1) for end in ends]
    for end in ends:
        os.close(end)
    return clear[0], clear[1]


def _confine(limits: Limits) -> None:
    """Bounds the child; the terminal belongs to the parent, libclang's crash notes go nowhere."""
    for what, value in ((resource.RLIMIT_AS, limits.address_space), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (soft, hard))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    # clang builds a module that a #pragma describes in a temporary file: let it have no place.
    os.putenv("TMPDIR", os.devnull)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in _STREAMS:
        os.dup2(null, stream)


def _serve(
    function: Callable[[Item], Value],
    items: Sequence[Item],
    index: int,
    limits: Limits,
    orders: int,
    results: int,
) -> None:
    while index != _NOTHING_LEFT:
        # The parent keeps the time; this is for when it has been killed.
        signal.alarm(int(limits.seconds) + 5)
        try:
            answer = pickle.dumps(("done", function(items[index])), pickle.HIGHEST_PROTOCOL)
        except MemoryError:
            return
        except RecursionError:
            answer = pickle.dumps(("failed", "is nested too deeply"))
        except AbicheckError as error:
            answer = pickle.dumps(("error", error), pickle.HIGHEST_PROTOCOL)
        except Exception:  # reported to the parent, which raises it as our own bug
            from traceback import format_exc

            answer = pickle.dumps(("bug", format_exc()))
        signal.alarm(0)  # the parent may be busy; one that is dead breaks the pipe
        with open(results, "wb", closefd=False) as pipe:
            pipe.write(_LENGTH.pack(len(answer)))
            pipe.write(answer)
        order = os.read(orders, _LENGTH.size)
        index = _LENGTH.unpack(order)[0] if order else _NOTHING_LEFT


def _receive(child: _Child) -> Done[Value] | Failed | None:
    """The whole answer once it has arrived, None before that, Failed when the child is gone."""
    chunk = os.read(child.results, 1 << 20)
    if not chunk:
        return Failed(_epitaph(child))
    child.buffer += chunk
    if len(child.buffer) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack_from(child.buffer)
    if len(child.buffer) < _LENGTH.size + length:
        return None
    # Written by our own child, which has our rights already.
    verdict, value = pickle.loads(memoryview(child.buffer)[_LENGTH.size :])  # noqa: S301
    child.buffer = bytearray()
    if verdict == "bug":
        raise ChildError(value)
    if verdict == "error":
        raise value
    return Done(value) if verdict == "done" else Failed(value)


def _epitaph(child: _Child) -> str:
    _, status = os.waitpid(child.pid, 0)
    child.pid = 0
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return f"the parser crashed ({name})"
    code = os.WEXITSTATUS(status)
    return f"the parser ended with code {code}" if code else "the parser ran out of memory"


def _bury(child: _Child, selector: DefaultSelector, *, kill: bool) -> None:
    selector.unregister(child.results)
    os.close(child.orders)
    os.close(child.results)
    if child.pid:
        if kill:
            os.kill(child.pid, signal.SIGKILL)
        os.waitpid(child.pid, 0)
        child.pid = 0
