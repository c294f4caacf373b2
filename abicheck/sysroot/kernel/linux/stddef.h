/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#ifndef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
#endif

/* A struct whose members can be reached by its name and without. */
#define __struct_group(TAG, NAME, ATTRS, MEMBERS...) \
	union {                                      \
		struct { MEMBERS } ATTRS;            \
		struct TAG { MEMBERS } ATTRS NAME;   \
	} ATTRS

#define __DECLARE_FLEX_ARRAY(TYPE, NAME)    \
	struct {                            \
		struct { } __empty_##NAME;  \
		TYPE NAME[];                \
	}

#ifndef __counted_by
#define __counted_by(member)
#endif
#ifndef __counted_by_le
#define __counted_by_le(member)
#endif
#ifndef __counted_by_be
#define __counted_by_be(member)
#endif
#ifndef __counted_by_ptr
#define __counted_by_ptr(member)
#endif
#ifndef __kernel_nonstring
#define __kernel_nonstring
#endif
