# SPDX-License-Identifier: GPL-2.0

KDIR ?= /lib/modules/$(shell uname -r)/build

# MO= of the command line reaches the kernel's make as it was typed, and that
# one runs elsewhere.
in-kernel = -C $(KDIR) M=$(CURDIR) $(if $(MO),MO=$(abspath $(MO)))

.PHONY: modules clean install uninstall check check-long demo help

modules:
	@test -e $(KDIR)/Makefile || { \
		echo >&2 "algif_copy: no kernel headers at $(KDIR): install them, or say make KDIR=..."; exit 1; }
	$(MAKE) $(in-kernel) modules

clean:
	$(MAKE) $(in-kernel) clean

install: modules
	$(MAKE) $(in-kernel) INSTALL_MOD_DIR=updates modules_install
	test -n "$(INSTALL_MOD_PATH)" || \
		depmod -a "$$(modinfo -F vermagic $(or $(MO),.)/algif_copy.ko | cut -d' ' -f1)"

uninstall:
	for ko in /lib/modules/*/updates/algif_copy.ko*; do \
		test -e "$$ko" || continue; \
		rm -f "$$ko"; \
		ko=$${ko#/lib/modules/}; \
		depmod -a "$${ko%%/*}"; \
	done

check:
	tests/run

check-long:
	tests/run -l

demo:
	tests/demo

help:
	@echo "make              build algif_copy.ko for the running kernel, or for KDIR="
	@echo "                  (LLVM=1 for a kernel built by clang, MO=DIR for objects elsewhere)"
	@echo "make install      install it for that kernel (as root)"
	@echo "make uninstall    remove it from all kernels (as root)"
	@echo "make check        all tests, in virtual machines"
	@echo "make check-long   the same and the slow ones"
	@echo "make demo         the hole, and how it is closed, on a vulnerable kernel"
