// SPDX-License-Identifier: GPL-2.0
/*
 * 06-control - control messages: what is refused, what is ignored, what is
 * kept from one to the next.
 */
#include "alg.h"
#include "tap.h"

#include <sys/utsname.h>

static unsigned char key[16] = "algif_copy ctl..", iv[16], iv2[16] = { 1 };
static unsigned char text[64], enc[64], enc2[64];	/* cbc under iv, iv2 */

static _Alignas(struct cmsghdr) unsigned char room[1024];
static size_t used;

/* Append a control message whose header says @claimed bytes of data. */
static void put(int level, int type, const void *data, size_t len,
		size_t claimed)
{
	struct cmsghdr *cmsg = (struct cmsghdr *)(room + used);

	memset(cmsg, 0, CMSG_SPACE(len));
	cmsg->cmsg_level = level;
	cmsg->cmsg_type = type;
	cmsg->cmsg_len = CMSG_LEN(claimed);
	memcpy(CMSG_DATA(cmsg), data, len);
	used += CMSG_SPACE(len);
}

static void put_u32(int type, uint32_t value)
{
	put(SOL_ALG, type, &value, 4, 4);
}

/* An IV control message: @says in its own length field, @len bytes behind. */
static void put_iv(const void *bytes, uint32_t says, size_t len)
{
	unsigned char data[128];

	memcpy(data, &says, 4);
	memcpy(data + 4, bytes, len);
	put(SOL_ALG, ALG_SET_IV, data, 4 + len, 4 + len);
}

static ssize_t send_room(int fd, size_t controllen, size_t len, int flags)
{
	struct iovec iov = { text, len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
			      .msg_control = room, .msg_controllen = controllen };

	used = 0;
	return alg_sendmsg(fd, &msg, flags);
}

static int open_cbc(void)
{
	return alg_open("skcipher", "cbc(aes)", key, 16);
}

/* The refused message must have left neither data nor state behind. */
static void refused(int fd, ssize_t want, const char *what)
{
	unsigned char out[64];

	is_num(send_room(fd, used, 64, 0), want, "%s", what);
	if (alg_crypt(fd, ENC, iv, 16, text, 64, out) != 64)
		memset(out, 0, 64);
	is_mem(out, enc, 64, "%s: socket as before", what);
}

static void bad_types(void)
{
	int fd = open_cbc();

	put_u32(99, 0);
	refused(fd, -EINVAL, "unknown type");
	put_u32(ALG_SET_KEY, 0);
	refused(fd, -EINVAL, "an option is no control message");
	put_u32(ALG_SET_OP, ENC);
	put_u32(0, 0);
	refused(fd, -EINVAL, "unknown type behind a good one");
	put_u32(ALG_SET_OP, 2);
	refused(fd, -EINVAL, "op 2");
	put_u32(ALG_SET_OP, 0xffffffff);
	refused(fd, -EINVAL, "op -1");
	put(SOL_ALG, ALG_SET_OP, "\1\0", 2, 2);
	refused(fd, -EINVAL, "op of two bytes");
	put(SOL_ALG, ALG_SET_AEAD_ASSOCLEN, "\1\0", 2, 2);
	refused(fd, -EINVAL, "assoclen of two bytes");
	close(fd);
}

static void bad_ivs(void)
{
	int fd = open_cbc();

	put_iv(iv2, 15, 15);
	refused(fd, -EINVAL, "IV of 15");
	put_iv(iv2, 17, 16);
	refused(fd, -EINVAL, "IV of 17, 16 given");
	put_iv(iv2, 0, 0);
	refused(fd, -EINVAL, "IV of 0");
	put_iv(iv2, 0xffffffff, 16);
	refused(fd, -EINVAL, "IV of 2^32 - 1");
	put_iv(iv2, 0xfffffffc, 16);
	refused(fd, -EINVAL, "IV of 2^32 - 4");
	put(SOL_ALG, ALG_SET_IV, "\20\0", 2, 2);
	refused(fd, -EINVAL, "IV without a whole length");
	close(fd);
}

/* A program of 32 bit on a kernel of 64, which takes control data apart first. */
static int is_compat(void)
{
	struct utsname name;

	return sizeof(long) == 4 && !uname(&name) && strstr(name.machine, "64");
}

static void bad_frames(void)
{
	const int compat = is_compat();
	int fd = open_cbc();

	put(SOL_ALG, ALG_SET_OP, "\1\0\0", 4, 400);
	refused(fd, -EINVAL, "longer than the control data");
	put(SOL_ALG, ALG_SET_OP, "\1\0\0", 4, 4);
	((struct cmsghdr *)room)->cmsg_len = 3;
	refused(fd, -EINVAL, "shorter than its own header");
	put_u32(ALG_SET_OP, ENC);
	is_num(send_room(fd, 4, 64, 0), compat ? -EINVAL : 64,
	       "less than a header: none is found");
	close(fd);
	fd = open_cbc();
	put_u32(ALG_SET_OP, ENC);
	is_num(send_room(fd, 0x7fffffff, 64, 0), compat ? -EINVAL : -ENOBUFS,
	       "2 GiB of control data");
	is_num(alg_recv(fd, room, 64, MSG_DONTWAIT), -EAGAIN, "nothing taken");
	close(fd);
}

static void foreign_levels(void)
{
	unsigned char out[64];
	int fd = open_cbc();

	put(SOL_SOCKET + 1, ALG_SET_OP, "\7\7\7", 4, 4);
	put_u32(ALG_SET_OP, ENC);
	put(0, 99, "xx", 2, 2);
	put_iv(iv, 16, 16);
	is_num(send_room(fd, used, 64, 0), 64, "other levels among ours");
	is_num(alg_recv(fd, out, 64, 0), 64, "recv");
	is_mem(out, enc, 64, "are ignored");
	put(SOL_SOCKET + 1, ALG_SET_OP, "\1\0\0", 4, 4);
	is_num(send_room(fd, used, 64, 0), 64, "another level alone");
	is_num(alg_recv(fd, out, 64, 0), 64, "recv");
	ok(memcmp(out, enc, 64), "sets no op: decrypts");
	close(fd);
}

static void last_one_counts(void)
{
	unsigned char out[64];
	int fd = open_cbc();

	put_u32(ALG_SET_OP, DEC);
	put_iv(iv, 16, 16);
	put_u32(ALG_SET_OP, ENC);
	put_iv(iv2, 16, 16);
	is_num(send_room(fd, used, 64, 0), 64, "op and IV twice");
	is_num(alg_recv(fd, out, 64, 0), 64, "recv");
	is_mem(out, enc2, 64, "the last of each counts");
	close(fd);
}

static void missing_op_decrypts(void)
{
	unsigned char out[64];
	int fd = open_cbc();

	alg_crypt(fd, ENC, iv, 16, text, 64, out);
	put_iv(iv, 16, 16);
	is_num(send_room(fd, used, 64, 0), 64, "an IV alone");
	is_num(alg_recv(fd, out, 64, 0), 64, "recv");
	is_num(alg_crypt(fd, ENC, iv, 16, out, 64, out), 64, "encrypt it again");
	is_mem(out, text, 64, "a block without op means decrypt");
	close(fd);
}

static void no_block_keeps_op(void)
{
	const struct alg_ctl ctl = { ENC, iv, 16, -1 };
	unsigned char out[64];
	int fd = open_cbc();

	alg_send(fd, &ctl, text, 32, 0);
	alg_recv(fd, out, 32, 0);
	alg_send(fd, NULL, text + 32, 32, 0);
	is_num(alg_recv(fd, out + 32, 32, 0), 32, "a message without block");
	is_mem(out, enc, 64, "keeps op and continues the IV");
	close(fd);
}

static void missing_iv_keeps_it(void)
{
	const struct alg_ctl ctl = { ENC, iv, 16, -1 };
	const struct alg_ctl op_only = { ENC, NULL, 0, -1 };
	unsigned char out[64];
	int fd = open_cbc();

	alg_send(fd, &ctl, "", 0, MSG_MORE);
	alg_send(fd, &op_only, text, 64, 0);
	is_num(alg_recv(fd, out, 64, 0), 64, "IV first, op and data later");
	is_mem(out, enc, 64, "a block without IV keeps the IV");
	close(fd);
}

static void iv_amid_a_message(void)
{
	const struct alg_ctl one = { ENC, iv, 16, -1 };
	const struct alg_ctl two = { ENC, iv2, 16, -1 };
	unsigned char out[64];
	int fd = open_cbc();

	alg_send(fd, &one, text, 16, MSG_MORE);
	is_num(alg_send(fd, &two, text + 16, 48, 0), 48,
	       "a second IV amid a message");
	is_num(alg_recv(fd, out, 64, 0), 64, "recv");
	is_mem(out, enc2, 64, "counts for what is not yet read");
	close(fd);
}

static void aead_blocks(void)
{
	const struct alg_ctl ctl = { ENC, iv, 12, 8 };
	const struct alg_ctl no_assoc = { ENC, iv, 12, -1 };
	unsigned char want[80], out[80];
	int fd = alg_open("aead", "gcm(aes)", key, 16);

	is_num(alg_aead(fd, ENC, iv, 12, 0, text, 64, want, 80), 80,
	       "aead: assoclen 0");
	alg_send(fd, &ctl, text, 64, 0);
	is_num(alg_recv(fd, out, 80, 0), 80, "aead: assoclen 8");
	ok(memcmp(out, want, 80), "aead: is another message");
	alg_send(fd, &ctl, "", 0, MSG_MORE);
	alg_send(fd, &no_assoc, text, 64, 0);
	is_num(alg_recv(fd, out, 80, 0), 80, "aead: 8, then none");
	is_mem(out, want, 80, "aead: a block without assoclen resets it");
	close(fd);
}

static void no_iv_modes(void)
{
	int fd = alg_open("skcipher", "ecb(aes)", key, 16);
	unsigned char out[64], want[64];

	is_num(alg_crypt(fd, ENC, NULL, 0, text, 64, want), 64, "ecb: no IV");
	put_u32(ALG_SET_OP, ENC);
	put_iv(iv, 0, 0);
	is_num(send_room(fd, used, 64, 0), 64, "ecb: an IV of 0");
	is_num(alg_recv(fd, out, 64, 0), 64, "ecb: recv");
	is_mem(out, want, 64, "ecb: the same");
	put_u32(ALG_SET_OP, ENC);
	put_iv(iv, 16, 16);
	is_num(send_room(fd, used, 64, 0), -EINVAL, "ecb: an IV of 16");
	is_num(alg_recv(fd, out, 64, MSG_DONTWAIT), -EAGAIN, "ecb: not taken");
	close(fd);
}

/* An assoclen means nothing to a skcipher, control data nothing to a hash. */
static void needless_messages(void)
{
	unsigned char out[64], abc[32];
	int fd = open_cbc();

	put_u32(ALG_SET_OP, ENC);
	put_iv(iv, 16, 16);
	put_u32(ALG_SET_AEAD_ASSOCLEN, 16);
	is_num(send_room(fd, used, 64, 0), 64, "assoclen for a skcipher");
	is_num(alg_recv(fd, out, 64, 0), 64, "recv");
	is_mem(out, enc, 64, "has no effect");
	close(fd);
	fd = alg_open("hash", "sha256", NULL, 0);
	unhex(abc, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	put_u32(99, 7);
	memcpy(text, "abc", 3);
	is_num(send_room(fd, used, 3, 0), 3, "control data for a hash");
	is_num(alg_recv(fd, out, 64, 0), 32, "recv");
	is_mem(out, abc, 32, "has no effect");
	close(fd);
}

static void body(void)
{
	int fd = open_cbc();

	fill(text, sizeof(text), 6);
	is_num(alg_crypt(fd, ENC, iv, 16, text, 64, enc), 64, "expected, IV 1");
	is_num(alg_crypt(fd, ENC, iv2, 16, text, 64, enc2), 64, "and IV 2");
	close(fd);
	bad_types();
	bad_ivs();
	bad_frames();
	foreign_levels();
	last_one_counts();
	missing_op_decrypts();
	no_block_keeps_op();
	missing_iv_keeps_it();
	iv_amid_a_message();
	aead_blocks();
	no_iv_modes();
	needless_messages();
}

int main(void)
{
	return tap_run(body, 30);
}
