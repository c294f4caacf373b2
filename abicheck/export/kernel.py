# SPDX-License-Identifier: GPL-2.0-or-later
"""This module exports a kernel checkout virtually: what ``make headers_install`` would install.

Which headers of ``asm/`` are wrappers of ``asm-generic/``, which are made from tables and which
headers an architecture does not export is read from the Kbuild files, old and new:
scripts/Makefile.headersinst, scripts/Makefile.asm-generic, scripts/Makefile.asm-headers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.export import system
from abicheck.export.kbuild import Kbuild
from abicheck.export.syscalls import own_headers, shared_headers
from abicheck.export.world import GENERATED, Folder, Made, Sources, dropped, wrapper

if TYPE_CHECKING:
    from abicheck.export.syscalls import SyscallHeader
    from abicheck.export.texts import Texts

UAPI = "include/uapi"
_VERSION = re.compile(rb"^(VERSION|PATCHLEVEL|SUBLEVEL)[ \t]*=[ \t]*(\d+)", re.MULTILINE)
_MANDATORY = ("include/uapi/asm-generic/Kbuild", "include/asm-generic/Kbuild")


def include_of(path: str) -> str | None:
    """The include path of a file of a kernel tree, None for what is not exported."""
    match = re.fullmatch(r"(?:include|arch/\w+/include)/uapi/(.+\.h)", path)
    return match[1] if match else None


def arch_folder(arch: str) -> str:
    """Where an architecture keeps its exported headers."""
    return f"arch/{arch}/include/uapi"


def sources(texts: Texts, arch: str) -> Sources:
    """Where the worlds of one architecture take their texts from.

    Without any header of the architecture in the tree, ``asm/`` is our own.
    """
    folder = arch_folder(arch)
    own = frozenset(path.removeprefix(f"{folder}/") for path in texts.headers(folder))
    made = dropped() | {"linux/version.h": _version(texts)}
    hidden: frozenset[str] = frozenset()
    if own:
        made |= _made_asm(texts, arch)
        hidden = _not_exported(texts, arch, own, frozenset(made))
    only = "asm/" if all(name.startswith("asm/") for name in own) else ""
    return Sources(
        first=frozenset(),
        folders=(Folder(folder, only=only), Folder(UAPI)) if own else (Folder(UAPI, never="asm/"),),
        made=made,
        system=_system(texts, has_asm=bool(own)),
        hidden=hidden,
    )


def _system(texts: Texts, *, has_asm: bool) -> frozenset[str]:
    if texts.get(f"{UAPI}/linux/types.h") is None:
        return system.userspace_names() | system.kernel_names()
    return system.userspace_names() | (frozenset() if has_asm else system.asm_names())


def _made_asm(texts: Texts, arch: str) -> dict[str, Made]:
    kbuild = _kbuild(texts, arch)
    kbuild.run(f"{arch_folder(arch)}/asm/Kbuild")
    for path in _MANDATORY[: 1 if texts.get(_MANDATORY[0]) else 2]:
        kbuild.run(path)
    if _lists_each(kbuild):
        kbuild.run(f"arch/{arch}/include/asm/Kbuild")
    generated = (*kbuild.words("generated-y"), *kbuild.words("genhdr-y"))
    generic = {*kbuild.words("generic-y"), *kbuild.words("mandatory-y")} - {*generated}
    if _lists_each(kbuild):
        generic &= _lists_each(kbuild)
    made = {
        f"asm/{name}": wrapper(name, UAPI)
        for name in sorted(generic)
        if texts.get(f"{UAPI}/asm-generic/{name}") is not None
    }
    shared = kbuild.words("syscall-y")
    kbuild.run(f"arch/{arch}/kernel/Makefile.syscalls")
    for header in (*own_headers(arch, generated), *shared_headers(kbuild, shared)):
        if texts.get(header.table) is not None:
            made[f"asm/{header.name}"] = _from_table(texts, header)
    return made


def _kbuild(texts: Texts, arch: str, exists: frozenset[str] = frozenset()) -> Kbuild:
    variables = {"SRCARCH": arch, "ARCH": arch, "srctree": "", "objtree": ""}
    return Kbuild(texts.get, lambda path: path in exists, variables)


def _not_exported(
    texts: Texts, arch: str, own: frozenset[str], made: frozenset[str]
) -> frozenset[str]:
    """The include paths that ``no-export-headers`` keeps back for this architecture."""
    exists = frozenset(
        {f"{arch_folder(arch)}/{name}" for name in own}
        | {f"arch/{arch}/include/generated/uapi/{name}" for name in made}
    )
    hidden: set[str] = set()
    uapi = ((f"{UAPI}/{folder}", folder) for folder in ("", "linux/", "asm-generic/"))
    for top, folder in (*uapi, (f"{arch_folder(arch)}/asm/", "asm/")):
        kbuild = _kbuild(texts, arch, exists)
        kbuild.run(f"{top}Kbuild")
        hidden.update(f"{folder}{name}" for name in kbuild.words("no-export-headers"))
        listed = _lists_each(kbuild)
        if listed and folder:
            hidden.update(_unlisted(texts, top, folder, listed))
    return frozenset(hidden)


def _lists_each(kbuild: Kbuild) -> frozenset[str]:
    """The headers that a Kbuild of Linux 4.11 or older names one by one; none in a later one."""
    listed = kbuild.words("header-y")
    return frozenset((*listed, *kbuild.words("opt-header"))) if listed else frozenset()


def _unlisted(texts: Texts, top: str, folder: str, listed: frozenset[str]) -> set[str]:
    """The headers of a folder that a Kbuild which names each exported one leaves out."""
    names = (path.removeprefix(top) for path in texts.headers(top.rstrip("/")))
    return {f"{folder}{name}" for name in names if "/" not in name and name not in listed}


def _from_table(texts: Texts, header: SyscallHeader) -> Made:
    return Made(path=f"{GENERATED}/asm/{header.name}", text=lambda: header.text(texts.get))


def _version(texts: Texts) -> Made:
    def text() -> bytes:
        makefile = texts.get("Makefile") or b""
        found = {key.decode(): int(value) for key, value in _VERSION.findall(makefile)}
        major, minor, patch = (found.get(k, 0) for k in ("VERSION", "PATCHLEVEL", "SUBLEVEL"))
        code = (major << 16) + (minor << 8) + min(patch, 255)
        macros = {
            "LINUX_VERSION_CODE": code,
            "KERNEL_VERSION(a,b,c)": "(((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))",
        }
        if b"LINUX_VERSION_MAJOR" in makefile:  # since 5.11
            macros |= {
                "LINUX_VERSION_MAJOR": major,
                "LINUX_VERSION_PATCHLEVEL": minor,
                "LINUX_VERSION_SUBLEVEL": patch,
            }
        return "".join(f"#define {name} {value}\n" for name, value in macros.items()).encode()

    return Made(path=f"{GENERATED}/linux/version.h", text=text)
