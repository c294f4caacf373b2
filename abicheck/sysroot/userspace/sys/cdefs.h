/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#define __BEGIN_DECLS
#define __END_DECLS
#define __THROW
#define __P(arguments) arguments
#define __CONCAT(a, b) a##b
#define __STRING(a) #a
