/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#define bool _Bool
#define true 1
#define false 0
