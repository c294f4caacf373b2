# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the records that reports are shown with, each once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from tests.report.headers import Header

if TYPE_CHECKING:
    from collections.abc import Callable

    from abicheck.model import RecordAcross


Maker: TypeAlias = "Callable[[], RecordAcross]"


@cache
def runstate() -> RecordAcross:
    """A 64-bit member after an int: three layouts, and an object that may straddle a page."""
    h = Header("include/xen/vcpu.h")
    return h.across(
        h.record(
            "struct vcpu_runstate_info",
            h.m("int", "state"),
            h.m("uint64_t", "state_entry_time"),
            h.m("uint64_t [4]", "time"),
        )
    )


@cache
def epoll() -> RecordAcross:
    """A packed record: one layout everywhere."""
    h = Header("include/uapi/linux/eventpoll.h")
    return h.across(
        h.record("struct epoll_event", h.m("__poll_t", "events"), h.m("__u64", "data"), packed=True)
    )


@cache
def event(*, repaired: bool) -> RecordAcross:
    """kvm_run in small, before and after flags found one place for all programs."""
    h = Header("include/uapi/linux/kvm.h")
    if repaired:
        number = h.m("__u32", "type"), h.m("__u32", "ndata")
        arms = h.record("union", h.m("__u64", "flags"), h.m("__u64 [16]", "data"))
        event = h.record("struct", *number, h.inline(arms))
    else:
        event = h.record("struct", h.m("__u32", "type"), h.m("__u64", "flags"))
    arms = h.record(
        "union",
        h.inline(h.record("struct", h.m("__u64", "hardware_exit_reason")), "hw"),
        h.inline(event, "system_event"),
        h.m("char [256]", "padding"),
    )
    head = h.m("__u8", "request_interrupt_window"), h.m("__u8 [7]", "padding1")
    tail = h.m("unsigned long", "last")
    return h.across(h.record("struct kvm_run", *head, h.inline(arms), tail))


@cache
def motley() -> RecordAcross:
    """Bit-fields, attributes, pointers to functions, arrays of records, a flexible array."""
    h = Header("include/uapi/linux/motley.h")
    h.record("struct point", h.m("__u8", "kind"), h.m("__u64", "x"))
    return h.across(
        h.record(
            "struct motley",
            h.m("__u32", "a", bits=3),
            h.m("__u32", "b", bits=30),
            h.m("__u8", "c", bits=4),
            h.m("__u8", None, bits=0),
            h.m("__aligned_u64", "address"),
            h.m("struct point [2]", "corners"),
            h.m("void (*)(int)", "handler"),
            h.m("__u32", "wide", aligned=16),
            h.inline(
                h.record("struct", h.m("__u16", "low"), h.m("__u16", "high")), "halves", "[3]"
            ),
            h.m("struct point []", "tail"),
        )
    )


@cache
def order() -> RecordAcross:
    """Bit-fields in the order of the machine, as network headers have them."""
    h = Header("include/uapi/linux/order.h")
    big = h.record("struct order", h.m("__u8", "version", bits=4), h.m("__u8", "length", bits=4))
    return h.across(big)


@cache
def hostile() -> RecordAcross:
    """Names and paths that want to be obeyed by a terminal or to end a comment."""
    h = Header("include/\x1b[2Jevil\u202e*/.h")
    record = h.record("struct e\x1b]0;vil", h.m("int", "a\x07b\u202e"), h.m("__u64", "*/ #error"))
    return h.across(record)
