# SPDX-License-Identifier: GPL-2.0-or-later
"""This module lists real mistakes of uapi headers, and what is to be said of each."""

from __future__ import annotations

from dataclasses import dataclass, field

A8 = ("x86_64", "x32", "arm64", "arm", "riscv64", "riscv32", "mips", "ppc", "sparc", "alpha")
"""ABIs that align 64-bit scalars to 8; some of each word size."""
A4 = ("i386", "arm-oabi", "sh", "arc", "csky", "nios2", "openrisc", "microblaze")
LP64 = ("x86_64", "arm64", "riscv64", "ppc64", "s390x", "mips64", "sparc64", "alpha")
ILP32 = ("i386", "x32", "arm", "riscv32", "ppc", "s390", "mips", "sparc", "sh", "arc")


def at(*groups: tuple[tuple[str, ...], int]) -> dict[str, int]:
    """By ABI: a number of bytes, from (ABIs, number) pairs."""
    return {abi: number for abis, number in groups for abi in abis}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A finding: its rule, subject and severity, and the bytes measured by ABI."""

    rule: str
    subject: str
    severity: str
    offsets: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)


M68K = ("m68k",)

SAID: dict[str, tuple[Said, ...]] = {
    # 5.18: the 64-bit kernel writes flags where i386 programs do not look.
    "c01-before": (
        Said(
            rule="u64-compat-offset",
            subject="struct run.system_event.flags",
            severity="error",
            offsets=at((A8, 40), ((*A4, *M68K), 36)),
        ),
    ),
    "c06-before": (
        Said(
            rule="u64-compat-offset",
            subject="struct kvm_sev_cmd.data",
            severity="error",
            offsets=at((A8, 8), ((*A4, *M68K), 4)),
        ),
    ),
    # Sizes and offsets agree; half of the integer is never set.
    "c07-fields": (
        Said(
            rule="pointer-member",
            subject="struct kvm_clear_dirty_log.dirty_bitmap",
            severity="warning",
            offsets=at(((*LP64, *ILP32), 16)),
            sizes=at((LP64, 8), (ILP32, 4)),
        ),
    ),
    "c08-fields": tuple(
        Said(
            rule="variable-width-type",
            subject=f"struct riscv_sbi.{member}",
            severity="error",
            offsets=at((LP64, wide), (ILP32, narrow)),
        )
        for member, wide, narrow in (
            ("extension_id", 0, 0),
            ("function_id", 8, 4),
            ("args", 16, 8),
            ("ret", 64, 32),
        )
    ),
    "c09-fields": (
        Said(
            rule="u64-compat-offset",
            subject="struct kvm_xen_exit.u",
            severity="error",
            offsets=at((A8, 8), ((*A4, *M68K), 4)),
        ),
    ),
    # The packed twin is what i386 guests have; it is no mistake of its own.
    "c10-fields": (
        Said(
            rule="u64-compat-offset",
            subject="struct vcpu_runstate_info.state_entry_time",
            severity="note",
            offsets=at((A8, 8), ((*A4, *M68K), 4)),
        ),
    ),
    "c11-fields": (
        Said(
            rule="u64-compat-offset",
            subject="struct vcpu_runstate_info.state_entry_time",
            severity="error",
            offsets=at((A8, 8), ((*A4, *M68K), 4)),
        ),
    ),
    "c13-before": (
        Said(
            rule="u64-compat-offset",
            subject="struct gzvm_vcpu_hwstate.lr",
            severity="error",
            offsets=at((A8, 8), ((*A4, *M68K), 4)),
        ),
    ),
    "c16-after": (
        Said(
            rule="union-pad-budget",
            subject="struct gzvm_vcpu_run.exception",
            severity="note",
            sizes=at(((*A8, *A4, *M68K), 256)),
        ),
    ),
    "c17-before": (
        Said(
            rule="implicit-tail-pad",
            subject="struct vfio_device_info",
            severity="warning",
            sizes=at(((*A8, *A4, *M68K), 20)),
        ),
        Said(
            rule="u64-compat-size",
            subject="struct vfio_iommu_type1_info",
            severity="warning",
            sizes=at((A8, 24), ((*A4, *M68K), 20)),
        ),
    ),
    # i386 is right by luck: the open bit-field takes a word there, and two bytes on m68k.
    "c21-before": (
        Said(
            rule="bitfield-member",
            subject="struct bpf_prog_info.gpl_compatible",
            severity="note",
        ),
        Said(
            rule="implicit-hole",
            subject="struct bpf_prog_info.netns_dev",
            severity="warning",
            offsets=at(((*A8, *A4), 88), (M68K, 86)),
        ),
    ),
    "c23-before": (
        Said(
            rule="nested-min-align",
            subject="struct fib.tot_len",
            severity="note",
            offsets=at((A8, 6), (("arm-oabi",), 8)),
        ),
    ),
    "c26-before": (
        Said(
            rule="fake-flex-array",
            subject="struct bpf_lpm_trie_key.data",
            severity="warning",
            offsets=at(((*A8, *A4, *M68K), 4)),
        ),
    ),
    # The _32 twins are there and right, so these are notes.
    "c28-fields": (
        Said(
            rule="u64-compat-size",
            subject="struct ts",
            severity="note",
            sizes=at((A8, 16), ((*A4, *M68K), 12)),
        ),
        Said(
            rule="u64-compat-offset",
            subject="struct recv.rtime",
            severity="note",
            offsets=at((A8, 48), ((*A4, *M68K), 44)),
        ),
    ),
    # i386 is not affected: a look at x86 alone misses it.
    "c32-before": (
        Said(
            rule="union-arm-divergence",
            subject="struct si._sifields",
            severity="warning",
            offsets=at((A8, 16), ((*A4, *M68K), 12)),
        ),
        *(
            Said(
                rule="pointer-member",
                subject=f"struct si._sifields._sigfault.{name}",
                severity="error",
            )
            for name in ("_addr", "b.l", "b.u")
        ),
    ),
    "c32-after": tuple(
        Said(
            rule="pointer-member", subject=f"struct si._sifields._sigfault.{name}", severity="error"
        )
        for name in ("_addr", "b.l", "b.u")
    ),
    "c39-before": (
        Said(
            rule="bitfield-member",
            subject="struct pg.cap_usr_rdpmc",
            severity="error",
            offsets=at(((*A8, *A4, *M68K), 0)),
        ),
    ),
    "c60-before": (
        Said(
            rule="implicit-hole",
            subject="struct p.arch",
            severity="warning",
            offsets=at(((*A8, *A4, *M68K), 4)),
        ),
    ),
    "c64-fields": (
        Said(
            rule="pointer-member",
            subject="struct ucall.hva",
            severity="error",
            offsets=at(((*LP64, *ILP32, *M68K), 64)),
            sizes=at((LP64, 8), (ILP32, 4)),
        ),
        Said(
            rule="implicit-tail-pad",
            subject="struct mmio",
            severity="warning",
            sizes=at(((*A8, *A4), 24), (M68K, 22)),
        ),
    ),
    "c66-fields": (
        Said(
            rule="u64-compat-size",
            subject="struct ap",
            severity="warning",
            sizes=at((A8, 304), ((*A4, *M68K), 300)),
        ),
    ),
    "c72-fields": (
        Said(
            rule="implicit-hole",
            subject="struct usbdevfs_urb.status",
            severity="warning",
            offsets=at(((*LP64, *ILP32), 4), (M68K, 2)),
        ),
        Said(
            rule="pointer-member",
            subject="struct usbdevfs_urb.buffer",
            severity="error",
            sizes=at((LP64, 8), (ILP32, 4)),
        ),
        Said(
            rule="pointer-member",
            subject="struct usbdevfs_urb.usercontext",
            severity="error",
            offsets=at((LP64, 48), (ILP32, 40), (M68K, 38)),
        ),
        Said(
            rule="pointer-member",
            subject="struct usbdevfs_ctrltransfer.data",
            severity="error",
            offsets=at((LP64, 16), ((*ILP32, *M68K), 12)),
        ),
    ),
    # The records are linked by offsets; nobody takes the size of one.
    "c74-fields": (
        Said(
            rule="u64-compat-size",
            subject="struct dm_name_list",
            severity="note",
            sizes=at((A8, 16), ((*A4, *M68K), 12)),
        ),
    ),
    "c79-before": (
        Said(
            rule="u64-compat-offset",
            subject="struct mainline_518rc2.system_event.flags",
            severity="error",
            offsets=at((A8, 40), ((*A4, *M68K), 36)),
        ),
    ),
}
