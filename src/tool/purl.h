/* SPDX-License-Identifier: GPL-2.0 */
/*
 * purl.h - the package of a kernel as a package URL.
 */
#ifndef AC_PURL_H
#define AC_PURL_H

#include <stddef.h>

/*
 * Such as pkg:deb/debian/linux-image-6.1.0-56-amd64@6.1.192-2?arch=amd64. If the
 * package is not to be found out, pkg:generic/linux@RELEASE.
 */
void ac_purl_of_kernel(char *purl, size_t size, const char *release);

#endif
