# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that lint reports what a change adds, and nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from abicheck.config import Config
from abicheck.engine.lint import LintRequest, headers_asked_for
from abicheck.rulebook import read_rules
from abicheck.vcs import discovery, repository
from tests.lint.conftest import NEW, Kernel

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from abicheck.vcs.discovery import Found

KVM = "include/uapi/linux/kvm.h"


def _subjects(lines: list[str]) -> list[str]:
    return [line.split(": ")[3] for line in lines]


def test_a_tree_adds_nothing_to_itself(kernel: Kernel) -> None:
    """(x, x) is silent: no finding of a revision is new since that revision."""
    assert kernel.lint("--rev", "HEAD", "--since", "HEAD", "include/uapi") == (0, [])


def test_only_the_new_record_is_reported(kernel: Kernel) -> None:
    """A header full of old findings shows the one that a commit adds."""
    kernel.append(KVM, NEW)
    code, lines = kernel.lint("--since", "HEAD", KVM)
    assert (code, _subjects(lines)) == (1, ["struct kvm_thing.where"])


def test_the_hook_sees_the_index_and_not_the_work_tree(kernel: Kernel) -> None:
    """What is staged is judged, even where the work tree says something else by now."""
    before = (kernel.root / KVM).read_text(encoding="utf-8")
    kernel.append(KVM, NEW)
    assert kernel.lint("--staged", "--since", "HEAD") == (0, [])
    kernel.git("add", KVM)
    (kernel.root / KVM).write_text(before, encoding="utf-8")
    code, lines = kernel.lint("--staged", "--since", "HEAD")
    assert (code, _subjects(lines)) == (1, ["struct kvm_thing.where"])


def test_nothing_staged_is_nothing_to_say(kernel: Kernel) -> None:
    """A commit that touches no uapi header passes at once."""
    kernel.append("Makefile", "# a change\n")
    kernel.git("add", "Makefile")
    assert kernel.lint("--staged", "--since", "HEAD") == (0, [])


def test_moving_a_record_resurrects_nothing(kernel: Kernel) -> None:
    """A record that moves to a new header, lines and all, brings no old finding back."""
    kernel.append(KVM, NEW)
    kernel.commit("a bad record")
    text = (kernel.root / KVM).read_text(encoding="utf-8").replace(NEW, "")
    (kernel.root / KVM).write_text(text, encoding="utf-8")
    kernel.append("include/uapi/linux/kvm_thing.h", f"#include <linux/types.h>\n\n\n{NEW}")
    code, lines = kernel.lint("--since", "HEAD", "include/uapi")
    assert (code, lines) == (0, [])


def test_a_header_of_a_new_name_brings_nothing(kernel: Kernel) -> None:
    """What stood in a header that was renamed is old, also what has no tag that tells it apart."""
    before = "include/uapi/linux/before.h"
    text = f"#include <linux/types.h>\n{NEW}typedef {NEW[:-2]} thing_t;\n".replace(
        "typedef struct kvm_thing", "typedef struct"
    )
    kernel.append(before, text)
    kernel.commit("a header")
    after = "include/uapi/linux/after.h"
    kernel.git("mv", before, after)
    assert len(kernel.lint(after)[1]) == 2
    assert kernel.lint("--since", "HEAD", after) == (0, [])
    kernel.append(after, NEW.replace("kvm_thing", "kvm_other"))
    code, lines = kernel.lint("--since", "HEAD", after)
    assert (code, _subjects(lines)) == (1, ["struct kvm_other.where"])


def test_a_new_header_is_all_new(kernel: Kernel) -> None:
    """A header that the older revision lacks is judged whole."""
    kernel.append("include/uapi/linux/new.h", f"#include <linux/types.h>\n{NEW}")
    code, lines = kernel.lint("--since", "HEAD", "include/uapi/linux/new.h")
    assert (code, _subjects(lines)) == (1, ["struct kvm_thing.where"])


def test_without_paths_a_branch_is_compared_with_upstream(kernel: Kernel) -> None:
    """On a branch, only the headers that it changed since it left upstream are judged."""
    (kernel.root / ".abicheck.toml").write_text('upstream = "main"\n', encoding="utf-8")
    kernel.commit("configuration")
    kernel.git("switch", "-q", "-c", "topic")
    kernel.append("include/uapi/linux/new.h", f"#include <linux/types.h>\n{NEW}")
    kernel.commit("a header")
    code, lines = kernel.lint()
    assert (code, {line.split(":")[0] for line in lines}) == (1, {"include/uapi/linux/new.h"})


def test_without_paths_only_what_differs_is_judged(kernel: Kernel) -> None:
    """Without upstream, headers that are what they were, and include none that is not, are left."""
    assert asked(kernel) == ()
    kernel.append("include/uapi/linux/new.h", NEW)
    kernel.append("include/uapi/linux/holder.h", "#include <linux/new.h>\n")
    kernel.append("include/uapi/linux/far.h", "#include <linux/holder.h>\n")
    kernel.commit("headers")
    assert asked(kernel) == ()
    kernel.append("include/uapi/linux/new.h", "struct more { __u32 a; };\n")
    assert asked(kernel) == tuple(f"include/uapi/linux/{n}.h" for n in ("far", "holder", "new"))


def asked(kernel: Kernel) -> tuple[str, ...]:
    """The headers that ``abicheck lint --since HEAD`` judges."""
    request = LintRequest(since="HEAD", rulebook=read_rules(), config=Config(), jobs=1)
    ((_, paths),) = headers_asked_for(request)
    return paths


def test_an_unknown_revision_is_one_line(kernel: Kernel, tmp_path: Path) -> None:
    """A revision that is not there ends in exit code 2 and nothing on standard output."""
    kernel.append(KVM, NEW)
    assert kernel.lint("--since", "v0.0", KVM) == (2, [])


BROKEN = "include/uapi/linux/broken.h"


def test_what_was_never_checked_is_a_remark(kernel: Kernel) -> None:
    """A header that compiled neither then nor now, and is the same, fails no run."""
    kernel.append(BROKEN, '#error "not for programs"\n')
    kernel.commit("a header for nobody")
    assert kernel.lint("--rev", "HEAD", BROKEN)[0] == 2
    assert kernel.lint("--since", "HEAD", BROKEN) == (0, [])
    report = kernel.report("HEAD", BROKEN)
    assert report.not_checked == ()
    assert report.notes == (f"not checked, nor was it in HEAD: {BROKEN}",)


def test_what_can_no_longer_be_checked_fails(kernel: Kernel) -> None:
    """A broken header that changed fails the run, and so does one that something else broke."""
    kernel.append(BROKEN, '#include <linux/inner.h>\n#error "not for programs"\n')
    kernel.append("include/uapi/linux/inner.h", "struct inner { int a; };\n")
    kernel.append("include/uapi/linux/outer.h", "#include <linux/inner.h>\n")
    kernel.commit("headers")
    kernel.append(BROKEN, "/* changed */\n")
    kernel.append("include/uapi/linux/inner.h", "int a b;\n")
    assert kernel.lint("--since", "HEAD", BROKEN)[0] == 2
    assert kernel.lint("--since", "HEAD", "include/uapi/linux/outer.h")[0] == 2


def test_the_kernel_s_side_is_read_by_processes_that_run_anyway(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record with a part for the kernel is judged by it, and starts no process."""
    kernel.append(
        KVM,
        "struct sided {\n\t__u32 a;\n#ifdef __KERNEL__\n\t__u32 b;\n#endif\n\t__u32 c;\n};\n"
        "#define SIDED _IOW('s', 1, struct sided)\n",
    )
    fork, started = os.fork, []

    def counted() -> int:
        started.append(KVM)
        return fork()

    monkeypatch.setattr(os, "fork", counted)
    code, lines = kernel.lint("--rule", "kernel-user-divergence", KVM)
    assert (code, "struct sided.c" in _subjects(lines)) == (1, True)
    assert len(started) <= len(os.sched_getaffinity(0))


def test_the_hook_looks_for_its_repository_once(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is staged, what that changes and the older state are asked of one repository."""
    kernel.append(KVM, NEW)
    kernel.git("add", KVM)
    discover, asked = discovery.discover, []

    def counted(path: Path) -> Found:
        asked.append(path)
        return discover(path)

    monkeypatch.setattr(repository, "discover", counted)
    code, lines = kernel.lint("--staged", "--since", "HEAD")
    assert (code, _subjects(lines)) == (1, ["struct kvm_thing.where"])
    assert len(asked) == 1
