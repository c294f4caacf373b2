/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
typedef __builtin_va_list va_list;
