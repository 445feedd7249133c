// SPDX-License-Identifier: GPL-2.0
/*
 * A plug-in of QEMU that counts, in a guest with two processors, instructions and
 * which lines of memory the kernel uses on both, at least one of them writing.
 *
 *	qemu -plugin share.so,out=FILE
 *
 * threads.c says by three instructions without effect when counting begins and ends
 * and when an operation is done. For each span FILE has
 *
 *	span OPERATIONS INSTRUCTIONS
 *	PC OPERATIONS TIMES	what used lines that are shared, in how many, how often
 *
 * with the median of what operations take. Shared are lines that each processor used,
 * and one wrote, as often as one in ten operations. Interrupts do not count.
 *
 * Lines are 64 bytes of the kernel's addresses. What is copied from and to user
 * memory is not looked at, since that is the program's own.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT		__attribute__((visibility("default")))
#define CPUS		2
#define SLOTS		(1u << 22)
#define MAX_OPERATIONS	10000
#define KERNEL		(1ull << 63)

/* What QEMU has for plug-ins (version 1); Debian has no package with the header. */
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { NO_REGISTERS };
enum { READ_WRITE = 3 };
typedef void on_exec(unsigned int cpu, void *data);
typedef void on_mem(unsigned int cpu, uint32_t info, uint64_t vaddr, void *data);
typedef void on_trans(uint64_t id, struct qemu_plugin_tb *tb);

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb,
						 size_t i);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
bool qemu_plugin_mem_is_store(uint32_t info);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, on_trans *trans);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, on_exec *exec,
					  int registers, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    on_exec *exec, int registers, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, on_mem *mem,
				      int registers, int access, void *data);

EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

/* Of one instruction and one line. */
struct use {
	uint64_t line;
	uint64_t pc;
	uint64_t times;
	uint64_t stores;
	unsigned int operations;
	unsigned int last;
};

/* A processor writes to its own alone. */
static struct count {
	struct use uses[SLOTS];
	unsigned int used;
	bool interrupted;
	uint64_t instructions;
	uint64_t before;
	unsigned int operations;
	uint64_t taken[MAX_OPERATIONS];
} counts[CPUS];

static volatile bool on;
static FILE *out;

static struct use *find(struct use *uses, uint64_t line, uint64_t pc)
{
	uint64_t at = (line * 0x9e3779b97f4a7c15 ^ pc * 0xc2b2ae3d27d4eb4f) >> 40;

	for (;; at++) {
		struct use *use = &uses[at % SLOTS];

		if (!use->line || (use->line == line && use->pc == pc))
			return use;
	}
}

static void use_memory(unsigned int cpu, uint32_t info, uint64_t vaddr, void *pc)
{
	struct count *count = &counts[cpu];
	struct use *use;

	if (!on || count->interrupted || vaddr < KERNEL)
		return;
	use = find(count->uses, vaddr / 64, (uintptr_t)pc);
	if (!use->line && ++count->used > SLOTS / 2) {
		fprintf(stderr, "share: too many lines\n");
		abort();
	}
	use->line = vaddr / 64;
	use->pc = (uintptr_t)pc;
	use->times++;
	if (use->last != count->operations + 1)
		use->operations++;
	use->last = count->operations + 1;
	use->stores += qemu_plugin_mem_is_store(info);
}

static void run_block(unsigned int cpu, void *instructions)
{
	if (on && !counts[cpu].interrupted)
		counts[cpu].instructions += (uintptr_t)instructions;
}

static int by_line(const void *a, const void *b)
{
	const struct use *x = a, *y = b;

	return x->line < y->line ? -1 : x->line > y->line;
}

static int by_pc(const void *a, const void *b)
{
	const struct use *x = a, *y = b;

	return x->pc < y->pc ? -1 : x->pc > y->pc;
}

/* What is used comes first, by line. */
static void sort(struct count *count)
{
	size_t i, n = 0;

	for (i = 0; i < SLOTS; i++)
		if (count->uses[i].line)
			count->uses[n++] = count->uses[i];
	qsort(count->uses, n, sizeof(count->uses[0]), by_line);
}

static uint64_t often(void)
{
	return (counts[0].operations + counts[1].operations) / 10;
}

/* Add the uses of a line, move on, and return whether it is used often. */
static bool add_line(const struct count *count, size_t *at, uint64_t line,
		     struct use *shared, size_t *n, uint64_t *stores)
{
	uint64_t times = 0;

	for (; *at < count->used && count->uses[*at].line == line; ++*at) {
		shared[(*n)++] = count->uses[*at];
		times += count->uses[*at].times;
		*stores += count->uses[*at].stores;
	}
	return times >= often();
}

/* The lines of both that one of them writes. */
static size_t find_shared(struct use *shared)
{
	const struct count *a = &counts[0], *b = &counts[1];
	size_t i = 0, k = 0, n = 0, before;
	uint64_t line, stores;
	bool both;

	while (i < a->used && k < b->used) {
		line = a->uses[i].line;
		if (line != b->uses[k].line) {
			if (line < b->uses[k].line)
				i++;
			else
				k++;
			continue;
		}
		before = n;
		stores = 0;
		both = add_line(a, &i, line, shared, &n, &stores);
		both &= add_line(b, &k, line, shared, &n, &stores);
		if (!both || stores < often())
			n = before;
	}
	return n;
}

/* Added up for each instruction. */
static void print_shared(void)
{
	struct use *shared;
	size_t i, n;

	sort(&counts[0]);
	sort(&counts[1]);
	shared = calloc(counts[0].used + counts[1].used + 1, sizeof(*shared));
	if (!shared)
		abort();
	n = find_shared(shared);
	qsort(shared, n, sizeof(*shared), by_pc);
	for (i = 0; i < n; i++) {
		uint64_t operations = shared[i].operations, times = shared[i].times;

		for (; i + 1 < n && shared[i + 1].pc == shared[i].pc; i++) {
			operations += shared[i + 1].operations;
			times += shared[i + 1].times;
		}
		fprintf(out, "%" PRIx64 " %" PRIu64 " %" PRIu64 "\n", shared[i].pc,
			operations, times);
	}
	free(shared);
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void print_span(void)
{
	static uint64_t taken[CPUS * MAX_OPERATIONS];
	size_t n = counts[0].operations;

	memcpy(taken, counts[0].taken, n * sizeof(taken[0]));
	memcpy(taken + n, counts[1].taken, counts[1].operations * sizeof(taken[0]));
	n += counts[1].operations;
	qsort(taken, n, sizeof(taken[0]), by_number);
	fprintf(out, "span %zu %" PRIu64 "\n", n, n ? taken[n / 2] : 0);
}

static void begin(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	memset(counts, 0, sizeof(counts));
	on = true;
}

static void operate(unsigned int cpu, void *data)
{
	struct count *count = &counts[cpu];

	(void)data;
	if (!on || count->operations == MAX_OPERATIONS)
		return;
	count->taken[count->operations++] = count->instructions - count->before;
	count->before = count->instructions;
}

static void end(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	on = false;
	print_span();
	print_shared();
	fflush(out);
}

/* An entry of the kernel for an interrupt begins with cld, which is nowhere else. */
static void interrupt(unsigned int cpu, void *data)
{
	(void)data;
	counts[cpu].interrupted = true;
}

static void go_on(unsigned int cpu, void *data)
{
	(void)data;
	counts[cpu].interrupted = false;
}

static on_exec *turning(struct qemu_plugin_insn *insn)
{
	const void *data = qemu_plugin_insn_data(insn);
	size_t size = qemu_plugin_insn_size(insn);

	if (size == 1 && !memcmp(data, "\xfc", 1))
		return interrupt;
	if ((size == 2 && !memcmp(data, "\x48\xcf", 2)) ||		/* iretq */
	    (size == 3 && !memcmp(data, "\x48\x0f\x07", 3)))	/* sysretq */
		return go_on;
	return NULL;
}

/* nopl 0x61630000 + n(%rax), as in threads.c */
static on_exec *marked(struct qemu_plugin_insn *insn)
{
	static on_exec *const what[] = { begin, operate, end };
	static const uint8_t mark[] = { 0x0f, 0x1f, 0x80 };
	const uint8_t *data = qemu_plugin_insn_data(insn);

	if (qemu_plugin_insn_size(insn) != 7 || memcmp(data, mark, sizeof(mark)) ||
	    data[4] || data[5] != 0x63 || data[6] != 0x61 || data[3] > 2)
		return NULL;
	return what[data[3]];
}

static void translate(uint64_t id, struct qemu_plugin_tb *tb)
{
	size_t i, n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, run_block, NO_REGISTERS,
					     (void *)(uintptr_t)n);
	for (i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t pc = qemu_plugin_insn_vaddr(insn);
		on_exec *what = pc < KERNEL ? marked(insn) : turning(insn);

		if (pc >= KERNEL)
			qemu_plugin_register_vcpu_mem_cb(insn, use_memory, NO_REGISTERS,
							 READ_WRITE,
							 (void *)(uintptr_t)pc);
		if (what)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, what,
							       NO_REGISTERS, NULL);
	}
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4))
		return 1;
	out = fopen(argv[0] + 4, "w");
	if (!out)
		return 1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	return 0;
}
