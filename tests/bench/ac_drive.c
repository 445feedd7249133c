// SPDX-License-Identifier: GPL-2.0
/*
 * ac_drive: sends and receives without system calls.
 *
 * Where these cost much more than on a PC, as in User Mode Linux, what an operation
 * costs can be measured from inside the kernel. Writing "FD IN OUT DATA RESULT" to
 * the parameter ask sends IN bytes at DATA of the writing program to its operation
 * socket FD and receives OUT bytes at RESULT, again and again, and leaves the
 * least time of an operation there, in picoseconds.
 */
#include <linux/file.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/socket.h>
#include <linux/uio.h>

#define BATCHES		25
#define BATCH_BYTES	(1024 * 1024)
#define BATCH_MAX	512

static unsigned long long least;

struct job {
	struct socket *sock;
	struct iovec in;
	struct iovec out;
};

static int once(struct job *j)
{
	struct msghdr msg = {};
	int ret;

	iov_iter_init(&msg.msg_iter, WRITE, &j->in, 1, j->in.iov_len);
	ret = sock_sendmsg(j->sock, &msg);
	if (ret != j->in.iov_len)
		return ret < 0 ? ret : -EIO;

	msg = (struct msghdr){};
	iov_iter_init(&msg.msg_iter, READ, &j->out, 1, j->out.iov_len);
	ret = sock_recvmsg(j->sock, &msg, 0);
	if (ret != j->out.iov_len)
		return ret < 0 ? ret : -EIO;
	return 0;
}

static int batch(struct job *j)
{
	int i, err, n = clamp_t(int, BATCH_BYTES / j->in.iov_len, 1, BATCH_MAX);
	u64 begin = ktime_get_ns();

	for (i = 0; i < n; i++) {
		err = once(j);
		if (err)
			return err;
	}
	least = min_t(u64, least, (ktime_get_ns() - begin) * 1000 / n);
	return 0;
}

static int drive(struct job *j)
{
	int i, err = 0;

	least = U64_MAX;
	for (i = 0; !err && i < BATCHES; i++) {
		err = batch(j);
		cond_resched();
	}
	return err;
}

static int ask_set(const char *val, const struct kernel_param *kp)
{
	unsigned long data, result;
	struct job j = {};
	int fd, err;

	if (sscanf(val, "%d %zu %zu %lu %lu", &fd, &j.in.iov_len,
		   &j.out.iov_len, &data, &result) != 5 || !j.in.iov_len)
		return -EINVAL;
	j.in.iov_base = (void __user *)data;
	j.out.iov_base = (void __user *)result;
	j.sock = sockfd_lookup(fd, &err);
	if (!j.sock)
		return err;
	err = drive(&j);
	sockfd_put(j.sock);
	return err;
}

static int ask_get(char *buf, const struct kernel_param *kp)
{
	return scnprintf(buf, PAGE_SIZE, "%llu\n", least);
}

static const struct kernel_param_ops ask_ops = {
	.set = ask_set,
	.get = ask_get,
};
module_param_cb(ask, &ask_ops, NULL, 0600);
MODULE_PARM_DESC(ask, "FD IN OUT DATA RESULT; reads as picoseconds");

static int __init ac_drive_init(void)
{
	return 0;
}

static void __exit ac_drive_exit(void)
{
}

module_init(ac_drive_init);
module_exit(ac_drive_exit);

MODULE_DESCRIPTION("Sends to and receives from AF_ALG sockets inside the kernel");
MODULE_LICENSE("GPL");
