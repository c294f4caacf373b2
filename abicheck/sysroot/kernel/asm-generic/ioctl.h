/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#ifndef _IOC_SIZEBITS
#define _IOC_SIZEBITS 14
#endif
#ifndef _IOC_DIRBITS
#define _IOC_DIRBITS 2
#endif
#ifndef _IOC_NONE
#define _IOC_NONE 0U
#endif
#ifndef _IOC_WRITE
#define _IOC_WRITE 1U
#endif
#ifndef _IOC_READ
#define _IOC_READ 2U
#endif

#define _IOC_NRBITS 8
#define _IOC_TYPEBITS 8
#define _IOC_NRSHIFT 0
#define _IOC_TYPESHIFT 8
#define _IOC_SIZESHIFT 16
#define _IOC_DIRSHIFT (_IOC_SIZESHIFT + _IOC_SIZEBITS)
#define _IOC_NRMASK ((1 << _IOC_NRBITS) - 1)
#define _IOC_TYPEMASK ((1 << _IOC_TYPEBITS) - 1)
#define _IOC_SIZEMASK ((1 << _IOC_SIZEBITS) - 1)
#define _IOC_DIRMASK ((1 << _IOC_DIRBITS) - 1)

#define _IOC(dir, type, nr, size)                                    \
	(((dir) << _IOC_DIRSHIFT) | ((type) << _IOC_TYPESHIFT) |     \
	 ((nr) << _IOC_NRSHIFT) | ((size) << _IOC_SIZESHIFT))
#define _IOC_TYPECHECK(type) (sizeof(type))

#define _IO(type, nr) _IOC(_IOC_NONE, (type), (nr), 0)
#define _IOR(type, nr, data) _IOC(_IOC_READ, (type), (nr), (_IOC_TYPECHECK(data)))
#define _IOW(type, nr, data) _IOC(_IOC_WRITE, (type), (nr), (_IOC_TYPECHECK(data)))
#define _IOWR(type, nr, data) \
	_IOC(_IOC_READ | _IOC_WRITE, (type), (nr), (_IOC_TYPECHECK(data)))
#define _IOR_BAD(type, nr, data) _IOC(_IOC_READ, (type), (nr), sizeof(data))
#define _IOW_BAD(type, nr, data) _IOC(_IOC_WRITE, (type), (nr), sizeof(data))
#define _IOWR_BAD(type, nr, data) _IOC(_IOC_READ | _IOC_WRITE, (type), (nr), sizeof(data))

#define _IOC_DIR(number) (((number) >> _IOC_DIRSHIFT) & _IOC_DIRMASK)
#define _IOC_TYPE(number) (((number) >> _IOC_TYPESHIFT) & _IOC_TYPEMASK)
#define _IOC_NR(number) (((number) >> _IOC_NRSHIFT) & _IOC_NRMASK)
#define _IOC_SIZE(number) (((number) >> _IOC_SIZESHIFT) & _IOC_SIZEMASK)

#define IOC_IN (_IOC_WRITE << _IOC_DIRSHIFT)
#define IOC_OUT (_IOC_READ << _IOC_DIRSHIFT)
#define IOC_INOUT ((_IOC_WRITE | _IOC_READ) << _IOC_DIRSHIFT)
#define IOCSIZE_MASK (_IOC_SIZEMASK << _IOC_SIZESHIFT)
#define IOCSIZE_SHIFT _IOC_SIZESHIFT
