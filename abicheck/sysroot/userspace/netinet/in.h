/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <linux/in.h>
#include <linux/in6.h>
#include <sys/socket.h>

typedef uint32_t in_addr_t;
typedef uint16_t in_port_t;
