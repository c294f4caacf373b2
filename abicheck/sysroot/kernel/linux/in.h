/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <linux/socket.h>
#include <linux/types.h>

struct in_addr {
	__be32 s_addr;
};

#define __SOCK_SIZE__ 16
struct sockaddr_in {
	__kernel_sa_family_t sin_family;
	__be16 sin_port;
	struct in_addr sin_addr;
	unsigned char __pad[__SOCK_SIZE__ - sizeof(short) - sizeof(unsigned short) -
			    sizeof(struct in_addr)];
};
