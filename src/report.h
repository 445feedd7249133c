/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The file in which all that is counted can be read. See report.c.
 */
#ifndef AC_REPORT_H
#define AC_REPORT_H

/**
 * ac_report_init() - make the file
 *
 * Without debugfs there is none, which is no error.
 *
 * Context: process context; the types are registered.
 */
void ac_report_init(void);

/**
 * ac_report_exit() - remove the file
 *
 * Context: process context. Waits for those who read.
 */
void ac_report_exit(void);

#endif
