/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <linux/if_ether.h>
#include <sys/types.h>
