/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#define assert(condition) ((void)0)
#define static_assert _Static_assert
