/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#ifndef __BIG_ENDIAN
#define __BIG_ENDIAN 4321
#endif
#ifndef __BIG_ENDIAN_BITFIELD
#define __BIG_ENDIAN_BITFIELD
#endif

#include <linux/swab.h>
#include <linux/types.h>

#define __cpu_to_be16(value) ((__force __be16)(__u16)(value))
#define __cpu_to_be32(value) ((__force __be32)(__u32)(value))
#define __cpu_to_be64(value) ((__force __be64)(__u64)(value))
#define __cpu_to_le16(value) ((__force __le16)__swab16((value)))
#define __cpu_to_le32(value) ((__force __le32)__swab32((value)))
#define __cpu_to_le64(value) ((__force __le64)__swab64((value)))
#define __be16_to_cpu(value) ((__force __u16)(__be16)(value))
#define __be32_to_cpu(value) ((__force __u32)(__be32)(value))
#define __be64_to_cpu(value) ((__force __u64)(__be64)(value))
#define __le16_to_cpu(value) __swab16((__force __u16)(__le16)(value))
#define __le32_to_cpu(value) __swab32((__force __u32)(__le32)(value))
#define __le64_to_cpu(value) __swab64((__force __u64)(__le64)(value))
