/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Types of the Xen interface that xen/privcmd.h, gntdev.h and evtchn.h use and do not define. */
#include <stdint.h>

typedef uint16_t domid_t;
typedef uint32_t grant_ref_t;
typedef uint32_t evtchn_port_t;
#if defined(__arm__) || defined(__aarch64__)
typedef uint64_t xen_pfn_t;
typedef uint64_t xen_ulong_t;
#else
typedef unsigned long xen_pfn_t;
typedef unsigned long xen_ulong_t;
#endif
