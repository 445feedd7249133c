/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The key rule: no operation before the transformation has its key.
 */
#ifndef AC_KEY_H
#define AC_KEY_H

struct ac_type;

/**
 * ac_key_init() - derive the operations of sockets that lack a key
 * @type: type with @type->ops filled in
 *
 * Fills @type->ops_nokey. Must come before the type is registered.
 *
 * Context: any.
 */
void ac_key_init(struct ac_type *type);

#endif
