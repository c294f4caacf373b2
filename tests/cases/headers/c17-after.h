/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct vfio_device_info {
  __u32 argsz;
  __u32 flags;
  __u32 num_regions;
  __u32 num_irqs;
  __u32 cap_offset;
  __u32 pad;
};
struct vfio_iommu_type1_info {
  __u32 argsz;
  __u32 flags;
  __aligned_u64 iova_pgsizes;
  __u32 cap_offset;
  __u32 pad;
};
