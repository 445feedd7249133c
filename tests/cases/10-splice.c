// SPDX-License-Identifier: GPL-2.0
/*
 * 10-splice - splice, sendfile and vmsplice into and out of the sockets; what
 * was handed over is a copy, whatever happens to its pages later.
 */
#include "alg.h"
#include "tap.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>

#define LEN 40000

static unsigned char key[16] = "algif_copy pipes", iv[16];
static unsigned char text[LEN], cipher[LEN], sealed[LEN + 16], digest[32];
static unsigned char out[LEN + 16];
static int file;

static const struct alg_ctl cbc = { ENC, iv, 16, -1 };
static const struct alg_ctl gcm = { ENC, iv, 12, 16 };

static int open_cbc(void)
{
	return alg_open("skcipher", "cbc(aes)", key, 16);
}

static int open_gcm(void)
{
	return alg_open("aead", "gcm(aes)", key, 16);
}

static int open_sha(void)
{
	return alg_open("hash", "sha256", NULL, 0);
}

static void expect(void)
{
	int fd = open_cbc();

	fill(text, LEN, 10);
	is_num(alg_crypt(fd, ENC, iv, 16, text, LEN, cipher), LEN, "cbc");
	close(fd);
	fd = open_gcm();
	is_num(alg_aead(fd, ENC, iv, 12, 16, text, LEN, sealed, LEN + 16),
	       LEN + 16, "gcm");
	close(fd);
	is_num(alg_hash("sha256", NULL, 0, text, LEN, digest), 32, "sha256");
	file = open("/tmp/ac-splice", O_RDWR | O_CREAT | O_TRUNC, 0600);
	is_num(write(file, text, LEN), LEN, "the same in a file");
}

static ssize_t splice_from(int in, loff_t *off, int fd, size_t len, int flags)
{
	alg_begin();
	return alg_end(splice(in, off, fd, NULL, len, flags));
}

/* file -> pipe -> socket, in portions of what a pipe holds */
static size_t file_to(int fd, size_t from, size_t len, int flags)
{
	loff_t off = from;
	size_t done = 0;
	int p[2];

	if (pipe(p))
		abort();
	while (done < len) {
		ssize_t n = splice_from(file, &off, p[1], len - done, 0);
		int last = done + n == len;

		if (n <= 0 || splice_from(p[0], NULL, fd, n,
					  last ? flags : SPLICE_F_MORE) != n)
			break;
		done += n;
	}
	close(p[0]);
	close(p[1]);
	return done;
}

static void is_digest(int fd, const char *name)
{
	is_num(alg_recv(fd, out, 64, 0), 32, "%s: recv", name);
	is_mem(out, digest, 32, "%s: digest", name);
}

static void is_cipher(int fd, const char *name)
{
	is_num(alg_recv_all(fd, out, LEN), LEN, "%s: recv", name);
	is_mem(out, cipher, LEN, "%s: cipher text", name);
}

static void is_sealed(int fd, const char *name)
{
	is_num(alg_recv(fd, out, LEN + 16, 0), LEN + 16, "%s: recv", name);
	is_mem(out, sealed, LEN + 16, "%s: AAD, cipher text, tag", name);
}

static void from_file(void)
{
	int fd = open_sha();

	is_num(file_to(fd, 0, LEN, 0), LEN, "file into hash");
	is_digest(fd, "file into hash");
	is_num(file_to(fd, 0, LEN, SPLICE_F_MORE), LEN, "with SPLICE_F_MORE");
	is_num(alg_send(fd, NULL, "", 0, 0), 0, "empty end");
	is_digest(fd, "file into hash, empty end");
	close(fd);
	fd = open_cbc();
	alg_send(fd, &cbc, "", 0, MSG_MORE);
	is_num(file_to(fd, 0, LEN, 0), LEN, "file into skcipher");
	is_cipher(fd, "file into skcipher");
	close(fd);
	fd = open_gcm();
	alg_send(fd, &gcm, "", 0, MSG_MORE);
	is_num(file_to(fd, 0, LEN, SPLICE_F_MORE), LEN, "file into aead");
	is_num(alg_send(fd, NULL, "", 0, 0), 0, "empty end");
	is_sealed(fd, "file into aead");
	close(fd);
}

/* Head by send, middle by splice, end by send; odd places. */
static void mixed(void)
{
	int fd = open_gcm();

	alg_send(fd, &gcm, text, 16, MSG_MORE);
	is_num(file_to(fd, 16, 20001, SPLICE_F_MORE), 20001, "aead: AAD, splice");
	is_num(alg_send(fd, NULL, text + 20017, LEN - 20017, 0), LEN - 20017,
	       "aead: send the end");
	is_sealed(fd, "aead: send, splice, send");
	close(fd);
	fd = open_sha();
	alg_send(fd, NULL, text, 1, MSG_MORE);
	is_num(file_to(fd, 1, 30001, SPLICE_F_MORE), 30001, "hash: 1, splice");
	is_num(alg_send(fd, NULL, text + 30002, LEN - 30002, 0), LEN - 30002,
	       "hash: send the end");
	is_digest(fd, "hash: send, splice, send");
	close(fd);
}

/* More is announced, and somebody asks for the state or the digest before it comes. */
static void hash_in_between(void)
{
	static unsigned char part[32];
	int fd = open_sha(), clone;

	is_num(alg_hash("sha256", NULL, 0, text, 12288, part), 32, "three pages");
	is_num(file_to(fd, 0, 12288, SPLICE_F_MORE), 12288, "hash: three pages");
	clone = accept(fd, NULL, NULL);
	ok(clone >= 0, "hash: accept in the middle of a splice");
	is_num(file_to(fd, 12288, LEN - 12288, 0), LEN - 12288, "the rest");
	is_digest(fd, "hash: splice, accept, splice");
	is_num(alg_recv(clone, out, 64, 0), 32, "the clone: recv");
	is_mem(out, part, 32, "the clone: digest of what came before");
	close(clone);
	is_num(file_to(fd, 0, 12288, SPLICE_F_MORE), 12288, "three pages again");
	is_num(alg_recv(fd, out, 64, 0), 32, "hash: recv in the middle");
	is_mem(out, part, 32, "hash: digest of what came before");
	is_num(file_to(fd, 0, 12288, SPLICE_F_MORE), 12288, "a new message");
	is_num(alg_send(fd, NULL, "", 0, MSG_MORE), 0, "nothing, and more");
	is_num(file_to(fd, 12288, LEN - 12288, 0), LEN - 12288, "the rest");
	is_digest(fd, "hash: splice, nothing, splice");
	is_num(file_to(fd, 0, 12288, SPLICE_F_MORE), 12288, "one never ended");
	close(fd);
}

/* Pages of different sizes, and more of them than are hashed at once. */
static void hash_many_pages(void)
{
	static unsigned char twice[2 * LEN], wanted[32];
	int fd = open_sha();

	memcpy(twice, text, LEN);
	memcpy(twice + LEN, text, LEN);
	is_num(alg_hash("sha256", NULL, 0, twice, 2 * LEN, wanted), 32, "twice");
	is_num(file_to(fd, 0, LEN, SPLICE_F_MORE), LEN, "hash: the file");
	is_num(file_to(fd, 0, LEN, 0), LEN, "hash: the file again");
	is_num(alg_recv(fd, out, 64, 0), 32, "hash: recv");
	is_mem(out, wanted, 32, "hash: digest of the file, twice");
	close(fd);
}

/* Decryption: the tag is spliced too, from the page cache. */
static void decrypt_from_file(void)
{
	const struct alg_ctl dec = { DEC, iv, 12, 16 };
	int fd = open_gcm();

	is_num(pwrite(file, sealed, LEN + 16, 0), LEN + 16, "sealed in a file");
	alg_send(fd, &dec, "", 0, MSG_MORE);
	is_num(file_to(fd, 0, LEN + 16, 0), LEN + 16, "decrypt from a file");
	is_num(alg_recv(fd, out, LEN, 0), LEN, "recv");
	is_mem(out, text, LEN, "AAD and text");
	is_num(pread(file, out, LEN + 16, 0), LEN + 16, "the file");
	is_mem(out, sealed, LEN + 16, "is as it was");
	is_num(pwrite(file, text, LEN, 0), LEN, "text in the file");
	close(fd);
}

static ssize_t send_file(int fd, size_t from, size_t len)
{
	off_t off = from;

	alg_begin();
	return alg_end(sendfile(fd, file, &off, len));
}

static void sendfiles(void)
{
	int fd = open_sha();

	is_num(send_file(fd, 0, LEN), LEN, "sendfile into hash");
	is_digest(fd, "sendfile into hash");
	alg_send(fd, NULL, text, 100, MSG_MORE);
	is_num(send_file(fd, 100, LEN - 100), LEN - 100, "after a send");
	is_digest(fd, "send, sendfile");
	close(fd);
	fd = open_cbc();
	alg_send(fd, &cbc, "", 0, MSG_MORE);
	is_num(send_file(fd, 0, LEN), LEN, "sendfile into skcipher");
	is_cipher(fd, "sendfile into skcipher");
	close(fd);
	fd = open_gcm();
	alg_send(fd, &gcm, text, 16, MSG_MORE);
	is_num(send_file(fd, 16, LEN - 16), LEN - 16, "sendfile into aead");
	is_sealed(fd, "sendfile into aead");
	close(fd);
}

/* user pages -> pipe -> socket */
static size_t vm_to(int fd, void *buf, size_t len, int flags)
{
	struct iovec iov = { buf, len };
	size_t done = 0;
	int p[2];

	if (pipe(p))
		abort();
	while (done < len) {
		ssize_t n = vmsplice(p[1], &iov, 1, 0);
		int last = done + n == len;

		if (n <= 0 || splice_from(p[0], NULL, fd, n,
					  last ? flags : SPLICE_F_MORE) != n)
			break;
		done += n;
		iov.iov_base = (char *)buf + done;
		iov.iov_len = len - done;
	}
	close(p[0]);
	close(p[1]);
	return done;
}

static void user_pages(void)
{
	int fd = open_sha();

	is_num(vm_to(fd, text, LEN, 0), LEN, "vmsplice into hash");
	is_digest(fd, "vmsplice into hash");
	close(fd);
	fd = open_cbc();
	alg_send(fd, &cbc, "", 0, MSG_MORE);
	is_num(vm_to(fd, text, LEN, 0), LEN, "vmsplice into skcipher");
	is_cipher(fd, "vmsplice into skcipher");
	close(fd);
	fd = open_gcm();
	alg_send(fd, &gcm, "", 0, MSG_MORE);
	is_num(vm_to(fd, text, LEN, 0), LEN, "vmsplice into aead");
	is_sealed(fd, "vmsplice into aead");
	close(fd);
}

/* The data is changed after it was handed over. */
static void changed_later(void)
{
	unsigned char *buf = mmap(NULL, 65536, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open_cbc();

	memcpy(buf, text, LEN);
	alg_send(fd, &cbc, "", 0, MSG_MORE);
	vm_to(fd, buf, LEN, 0);
	memset(buf, 0x5a, LEN);
	is_num(alg_recv_all(fd, out, LEN), LEN, "skcipher, recv");
	differs("the pages are used, not a copy of them");
	is_mem(out, cipher, LEN, "skcipher, changed after vmsplice");
	close(fd);
	fd = open_gcm();
	memcpy(buf, text, LEN);
	alg_send(fd, &gcm, "", 0, MSG_MORE);
	vm_to(fd, buf, LEN, 0);
	memset(buf, 0x5a, LEN);
	is_num(alg_recv(fd, out, LEN + 16, 0), LEN + 16, "aead, recv");
	differs("the pages are used, not a copy of them");
	is_mem(out, sealed, LEN + 16, "aead, changed after vmsplice");
	close(fd);
	fd = open_sha();
	memcpy(buf, text, LEN);
	vm_to(fd, buf, LEN, SPLICE_F_MORE);
	memset(buf, 0x5a, LEN);
	alg_send(fd, NULL, "", 0, 0);
	is_digest(fd, "hash, changed after vmsplice");
	close(fd);
	munmap(buf, 65536);
}

static void file_changed_later(void)
{
	static unsigned char other[LEN];
	int fd = open_cbc();

	alg_send(fd, &cbc, "", 0, MSG_MORE);
	file_to(fd, 0, LEN, 0);
	is_num(pwrite(file, other, LEN, 0), LEN, "the file is overwritten");
	is_num(alg_recv_all(fd, out, LEN), LEN, "skcipher: recv");
	differs("the pages are used, not a copy of them");
	is_mem(out, cipher, LEN, "skcipher: file changed after splice");
	is_num(pread(file, out, LEN, 0), LEN, "the file");
	is_mem(out, other, LEN, "has only what was written to it");
	is_num(pwrite(file, text, LEN, 0), LEN, "and back");
	close(fd);
}

/* Old kernels splice out of no socket that has not its own way of doing so. */
static int splices_out(int to)
{
	int s[2], can;

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, s) || write(s[1], "x", 1) != 1)
		abort();
	can = splice_from(s[0], NULL, to, 1, 0) == 1;
	close(s[0]);
	close(s[1]);
	return can;
}

/* Results by splice, into a pipe. */
static void out_of_sockets(void)
{
	int fd, p[2];

	if (pipe(p))
		abort();
	if (!splices_out(p[1])) {
		skip("results into a pipe: this kernel splices out of no socket");
		close(p[0]);
		close(p[1]);
		return;
	}
	is_num(read(p[0], out, 64), 1, "this kernel splices out of sockets");
	fd = open_sha();
	alg_send(fd, NULL, text, LEN, 0);
	is_num(splice_from(fd, NULL, p[1], 32, 0), 32, "digest into a pipe");
	is_num(read(p[0], out, 64), 32, "read it there");
	is_mem(out, digest, 32, "the digest");
	close(fd);
	fd = open_cbc();
	alg_send(fd, &cbc, text, 8192, 0);
	is_num(splice_from(fd, NULL, p[1], 8192, 0), 8192,
	       "skcipher into a pipe");
	is_num(read(p[0], out, 8192), 8192, "read it there");
	is_mem(out, cipher, 8192, "the cipher text");
	fcntl(fd, F_SETFL, O_NONBLOCK);
	is_num(splice_from(fd, NULL, p[1], 16, 0), -EAGAIN, "nothing left");
	close(fd);
	close(p[0]);
	close(p[1]);
}

static void refused(void)
{
	int fd = alg_open("rng", "jitterentropy_rng", NULL, 0), p[2];

	if (pipe(p))
		abort();
	is_num(write(p[1], text, 48), 48, "48 bytes in a pipe");
	if (fd >= 0) {
		is_num(splice_from(p[0], NULL, fd, 16, 0), -EOPNOTSUPP,
		       "splice into rng");
		close(fd);
	} else {
		skip("jitterentropy_rng: %s", strerror(-fd));
	}
	fd = open_cbc();
	alg_send(fd, &cbc, text, 16, 0);
	is_num(splice_from(p[0], NULL, fd, 16, 0), -EINVAL,
	       "splice while a message is pending");
	is_num(alg_recv(fd, out, 16, 0), 16, "recv");
	is_mem(out, cipher, 16, "the pending message");
	close(fd);
	close(p[0]);
	close(p[1]);
}

/* More than the socket holds: a part is taken, the rest stays in the pipe. */
static void full(void)
{
	static unsigned char data[4 * 65536], want[4 * 65536];
	int fd = open_cbc(), other = open_cbc(), size = 1, p[2];
	ssize_t len, n;

	if (pipe(p))
		abort();
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	len = 4 * alg_room(fd);
	fill(data, len, 11);
	alg_send(fd, &cbc, "", 0, MSG_MORE);
	is_num(write(p[1], data, len), len, "%zd bytes in a pipe", len);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	n = splice_from(p[0], NULL, fd, len, SPLICE_F_NONBLOCK | SPLICE_F_MORE);
	ok(n > 0 && n < len && !(n % 16), "a small socket takes %zd", n);
	alg_crypt(other, ENC, iv, 16, data, n, want);
	memset(data, 0, len);
	is_num(alg_recv_all(fd, data, n), n, "recv");
	is_mem(data, want, n, "the right bytes");
	close(fd);
	close(other);
	close(p[0]);
	close(p[1]);
}

static void body(void)
{
	expect();
	from_file();
	mixed();
	hash_in_between();
	hash_many_pages();
	decrypt_from_file();
	sendfiles();
	user_pages();
	changed_later();
	file_changed_later();
	out_of_sockets();
	refused();
	full();
	unlink("/tmp/ac-splice");
}

int main(void)
{
	return tap_run(body, 30);
}
