/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <linux/types.h>

struct iovec {
	void *iov_base;
	__kernel_size_t iov_len;
};
