/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pack.h"
struct s { char c; int x; };
