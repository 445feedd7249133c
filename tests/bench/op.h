/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Operations that the benchmarks measure: algorithms, sockets, messages.
 */
#ifndef OP_H
#define OP_H

#include "../cases/alg.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define OP_MAX_SIZE	(192 * 1024)
#define OP_SOCKETS	1000
/* A message that SO_SNDBUF has room for, and that no power of two divides. */
#define OP_PARTS_SIZE	200000
#define OP_AAD		16
#define OP_TAG		16

struct algorithm {
	const char *type;
	const char *name;
	unsigned int keylen;
	unsigned int ivlen;
	unsigned int digest;
	bool optional;
};

/* Ended by one without a name. */
extern const struct algorithm op_algorithms[];

/* One operation socket and what its operations need. */
struct op {
	const struct algorithm *alg;
	int parent;
	int fd;
	int fds[OP_SOCKETS];
	int sockets;
	int pipe[2];
	size_t in;
	size_t out;
	char control[ALG_CTL_ROOM];
	struct msghdr msg;
	struct iovec iov;
};

/* What is sent and where it is received: room for twice OP_MAX_SIZE. */
extern uint8_t *op_data, *op_result;
/* A file with the same as op_data. */
extern int op_file;

void op_init(void);
const struct algorithm *op_find(const char *type, const char *name);

/* Bind, set the key, accept; false if an optional algorithm is not there. */
bool op_open(struct op *op, const struct algorithm *alg);
void op_close(struct op *op);

/* The messages of operations on @size bytes of text. */
void op_size(struct op *op, size_t size);

void op_send(struct op *op, int fd);
void op_recv(struct op *op, int fd);

/* Send a message and receive it in parts, or receive one; in ticks. */
uint64_t op_parts(struct op *op);
uint64_t op_recv_part(struct op *op, size_t len);

/* Send a message of so many bytes; false if there is no room for it. */
bool op_fill(struct op *op, int size);

/* End the program unless @got is @wanted. */
void op_expect(ssize_t got, size_t wanted, const char *what);
_Noreturn void op_die(const char *what);

#endif
