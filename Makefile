# SPDX-License-Identifier: GPL-2.0

KDIR ?= /lib/modules/$(shell uname -r)/build

.PHONY: modules clean install uninstall check check-long demo help

modules:
	@test -e $(KDIR)/Makefile || { \
		echo >&2 "algif_copy: no kernel headers at $(KDIR): install them, or say make KDIR=..."; exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean

install: modules
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_DIR=updates modules_install
	test -n "$(INSTALL_MOD_PATH)" || \
		depmod -a "$$(modinfo -F vermagic ./algif_copy.ko | cut -d' ' -f1)"

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
	@echo "make install      install it for that kernel (as root)"
	@echo "make uninstall    remove it from all kernels (as root)"
	@echo "make check        all tests, in virtual machines"
	@echo "make check-long   the same and the slow ones"
	@echo "make demo         the hole, and how it is closed, on a vulnerable kernel"
