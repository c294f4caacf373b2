/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma scalar_storage_order big-endian
struct s { char c; int x; };
