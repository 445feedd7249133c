# SPDX-License-Identifier: GPL-2.0

# Who answers for what is distributed, as "Name <address>", and the addresses of the
# pages and of the git repository. `make contact` writes them where they are needed.
CONTACT =
HOMEPAGE =
VCS =

KDIR ?= /lib/modules/$(shell uname -r)/build

# MO= from the command line reaches the kernel's make unchanged, but that runs in
# another directory.
in-kernel = -C $(KDIR) M=$(CURDIR) $(if $(MO),MO=$(abspath $(MO)))

version := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"$$/\1/p' dkms.conf)
dkms-source = $(DESTDIR)/usr/src/algif-copy-$(version)
local = $(DESTDIR)$(INSTALL_MOD_PATH)/usr/local

# The files of a release, and build products to leave out.
files := Kbuild LICENSE Makefile README.md debian dkms.conf rpm src tests
leftovers := *.o *.ko *.mod *.mod.c *.cmd *.answer* have.h

# No part of what dkms builds.
not-dkms := src/tool src/man src/pack src/cluster

# needs COMMAND,DEBIAN-PACKAGES,RPM-PACKAGES: say what to install.
needs = @command -v $(1) >/dev/null || { \
	echo >&2 "algif_copy: no $(1): install it (Debian, Ubuntu: apt install $(2);"; \
	echo >&2 "algif_copy: Fedora, RHEL: dnf install $(3))"; exit 1; }

# Installed besides the module, but not part of its source.
manuals := man4/algif_copy.4 man7/algif-copy-migration.7 man8/algif-copy.8
completion.bash := share/bash-completion/completions/algif-copy
completion.zsh := share/zsh/site-functions/_algif-copy
completion.fish := share/fish/vendor_completions.d/algif-copy.fish
tool-out = $(if $(MO),$(abspath $(MO)),$(CURDIR)/build)

.PHONY: modules tool clean install install-module install-conf install-tool \
	dkms-install uninstall dist deb deb-modules rpm rpm-modules rpm-tools changelog \
	contact check check-long demo bench figures help

modules:
	@test -e $(KDIR)/Makefile || { \
		echo >&2 "algif_copy: no kernel headers at $(KDIR): install them, or run make KDIR=..."; exit 1; }
	$(MAKE) $(in-kernel) modules

# Separate from the module, whose kernel may need another compiler.
tool:
	$(MAKE) -C src/tool OUT=$(tool-out)

clean:
	$(MAKE) $(in-kernel) clean
	rm -rf $(tool-out)/tool

install: install-module install-conf install-tool

install-module: modules
	$(MAKE) $(in-kernel) INSTALL_MOD_DIR=updates modules_install
	test -n "$(INSTALL_MOD_PATH)" || \
		depmod -a "$$(modinfo -F vermagic $(or $(MO),.)/algif_copy.ko | cut -d' ' -f1)"

# Load the module instead of the stock modules, and at boot.
install-conf:
	install -D -m 644 src/conf/modprobe.conf $(local)/lib/modprobe.d/algif-copy.conf
	install -D -m 644 src/conf/modules-load.conf $(local)/lib/modules-load.d/algif-copy.conf
	for page in $(manuals); do \
		install -D -m 644 src/man/$${page##*/} $(local)/share/man/$$page || exit; \
	done

install-tool: tool
	install -D -m 755 $(tool-out)/tool/algif-copy $(local)/bin/algif-copy
	install -D -m 644 src/tool/completion.bash $(local)/$(completion.bash)
	install -D -m 644 src/tool/completion.zsh $(local)/$(completion.zsh)
	install -D -m 644 src/tool/completion.fish $(local)/$(completion.fish)

dkms-install: install-conf install-tool
	rm -rf $(dkms-source)
	install -d $(dkms-source)
	tar -cf - $(leftovers:%=--exclude='%') $(not-dkms:%=--exclude='%') \
		Kbuild LICENSE Makefile dkms.conf src | tar -xf - -C $(dkms-source)
	dkms install -m algif-copy -v $(version)

uninstall:
	! dkms status -m algif-copy 2>/dev/null | grep -q . || \
		dkms remove -m algif-copy -v $(version) --all
	rm -rf $(dkms-source)
	for ko in /lib/modules/*/updates/algif_copy.ko*; do \
		test -e "$$ko" || continue; \
		rm -f "$$ko"; \
		ko=$${ko#/lib/modules/}; \
		depmod -a "$${ko%%/*}"; \
	done
	rm -f $(local)/lib/modprobe.d/algif-copy.conf \
		$(local)/lib/modules-load.d/algif-copy.conf \
		$(manuals:%=$(local)/share/man/%) \
		$(local)/$(completion.bash) $(local)/$(completion.zsh) \
		$(local)/$(completion.fish) $(local)/bin/algif-copy
	test -n "$(DESTDIR)" || test ! -e /sys/module/algif_copy || rmmod algif_copy

# The same bytes from the same files: all dates are that of the newest changelog entry.
# SIGN=KEY signs it.
epoch = $(shell date -u +%s -d "$$(sed -n \
	'/^%changelog/{n;s/^\* \(.* [0-9]\{4\}\) .*/\1/p}' rpm/algif-copy.spec)")
tarball = build/dist/algif-copy-$(version).tar.gz

dist:
	rm -rf build/dist
	mkdir -p build/dist
	tar -cf - $(leftovers:%=--exclude='%') --format=gnu --sort=name --owner=0 --group=0 \
		--numeric-owner --mode=u=rwX,go=rX --mtime=@$(epoch) \
		--transform='s,^,algif-copy-$(version)/,S' $(files) | gzip -9n >$(tarball)
	$(if $(SIGN),gpg --batch --armor --detach-sign --local-user '$(SIGN)' $(tarball))
	@ls $(tarball)*

# For src/pack/build-module, which works in other directories.
for-modules = env -u MAKEFLAGS HEADERS="$(abspath $(HEADERS))" \
	SIGN_KEY="$(if $(filter pkcs11:%,$(SIGN_KEY)),$(SIGN_KEY),$(abspath $(SIGN_KEY)))" \
	SIGN_CERT="$(abspath $(SIGN_CERT))"

define need-kernels
@test -n "$(strip $(KVERS))" || { \
	echo >&2 "algif_copy: for which kernels? make $@ KVERS=\"RELEASE...\", as uname -r prints it"; exit 1; }
endef

deb-modules:
	$(need-kernels)
	$(MAKE) deb KVERS="$(KVERS)"

deb:
	$(call needs,dpkg-buildpackage,dpkg-dev debhelper dh-dkms,dpkg-dev debhelper dkms)
	$(call needs,dh_dkms,dh-dkms; Debian 11: dkms,dkms)
	rm -rf build/deb
	mkdir -p build/deb/algif-copy
	tar -cf - $(leftovers:%=--exclude='%') $(files) | tar -xf - -C build/deb/algif-copy
	build/deb/algif-copy/debian/add-modules $(KVERS)
	cd build/deb/algif-copy && \
		DEB_BUILD_OPTIONS="$$DEB_BUILD_OPTIONS noautodbgsym" \
		$(for-modules) dpkg-buildpackage -us -uc $(if $(KVERS),-b)
	@ls build/deb/*.deb

rpm-modules:
	$(need-kernels)
	$(MAKE) rpm KVERS="$(KVERS)"

rpm-tools:
	$(call needs,rpmbuild,rpm,rpm-build)

# The build is reproducible. Only the directory is recorded. Rpm does not know the
# packages that other package managers have installed: hence --nodeps.
rpm: rpm-tools dist
	rm -rf build/rpm
	mkdir -p build/rpm
	install -m 644 rpm/algif-copy.spec $(tarball) build/rpm
	export SOURCE_DATE_EPOCH=$(epoch) && \
	touch -d @$$SOURCE_DATE_EPOCH build/rpm/* && umask 022 && \
	$(for-modules) rpmbuild --quiet --nodeps $(if $(KVERS),-bb -D 'kvers $(KVERS)',-ba) \
		build/rpm/algif-copy.spec -D '_buildhost localhost' \
		-D 'use_source_date_epoch_as_buildtime 1' \
		-D 'clamp_mtime_to_source_date_epoch 1' \
		-D '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' \
		$(foreach dir,_topdir _sourcedir _rpmdir _srcrpmdir, \
			-D '$(dir) $(CURDIR)/build/rpm')
	@ls build/rpm/*.rpm

# debian/changelog is written by hand. The changelog of the spec file must say the
# same.
changelog:
	@mkdir -p build
	awk '/^[a-z]/ { gsub(/[()]/, "", $$2); version = $$2; changes = "" } \
		/^  / { sub(/^  \* /, "- "); sub(/^    /, "  "); changes = changes $$0 "\n" } \
		/^ -- / { sub(/^.*>  [A-Z][a-z]*, /, ""); sub(/ [0-9:]* [-+][0-9]*$$/, ""); \
			printf "%s## %s, %s\n\n%s", gap, version, $$0, changes; gap = "\n" }' \
		debian/changelog >build/CHANGELOG.md
	@ls build/CHANGELOG.md

# Where nothing is set, everything says so.
author = $(or $(CONTACT),The algif_copy developers; no contact is set)
maintainer = $(or $(CONTACT),No contact is set <not-set@algif-copy.example>)
contact-is = $(or $(CONTACT),none is set by whoever distributes this (CONTACT in the Makefile); ask them)

contact:
	sed -i -e 's|^CONTACT =.*|CONTACT =$(if $(CONTACT), $(CONTACT))|' \
		-e 's|^HOMEPAGE =.*|HOMEPAGE =$(if $(HOMEPAGE), $(HOMEPAGE))|' \
		-e 's|^VCS =.*|VCS =$(if $(VCS), $(VCS))|' Makefile
	sed -i 's|^Contact: .*|Contact: $(contact-is).|' README.md
	sed -i 's|^MODULE_AUTHOR(.*|MODULE_AUTHOR("$(author)");|' src/main.c src/absent.c
	sed -i -e 's|^Maintainer: .*|Maintainer: $(maintainer)|' -e '/^Homepage: /d; /^Vcs-/d' \
		$(if $(VCS),-e '/^Standards-Version/aVcs-Git: $(VCS)\nVcs-Browser: $(VCS)') \
		$(if $(HOMEPAGE),-e '/^Standards-Version/aHomepage: $(HOMEPAGE)') debian/control
	sed -i -e '/^URL:/d' $(if $(HOMEPAGE),-e '/^License:/aURL:\t\t\t$(HOMEPAGE)') rpm/algif-copy.spec
	sed -i 's|No contact is set <not-set@[^>]*>|$(maintainer)|' debian/changelog rpm/algif-copy.spec
	mkdir -p debian/upstream
	{ echo '---'; echo 'Security-Contact: "$(contact-is)"'; \
		$(if $(HOMEPAGE),echo 'Documentation: $(HOMEPAGE)';) \
		$(if $(VCS),echo 'Repository: $(VCS)'; echo 'Repository-Browse: $(VCS)';) \
	} >debian/upstream/metadata

check:
	tests/run

check-long:
	tests/run -l

demo:
	tests/demo

bench:
	tests/bench/run

figures:
	tests/bench/figures

help:
	@echo "make              build algif_copy.ko for the running kernel, or for KDIR="
	@echo "                  (LLVM=1 for a kernel built by clang, MO=DIR for objects elsewhere)"
	@echo "make tool         build the command algif-copy"
	@echo "make install      install it for that kernel; it is loaded at boot instead"
	@echo "                  of the stock modules (as root)"
	@echo "make dkms-install install it for all kernels with dkms (as root)"
	@echo "make uninstall    remove everything that these two installed (as root)"
	@echo "make dist         make a reproducible archive of the source, in build/dist (SIGN=KEY signs it)"
	@echo "make deb          build packages for Debian and Ubuntu, in build/deb"
	@echo "make rpm          build packages for Fedora, RHEL and openSUSE, in build/rpm"
	@echo "make deb-modules KVERS=\"RELEASE...\"   the same, and the module for these kernels"
	@echo "make rpm-modules KVERS=\"RELEASE...\"   (HEADERS=DIR unpacked headers;"
	@echo "                  SIGN_KEY=FILE SIGN_CERT=FILE sign it)"
	@echo "make changelog    write build/CHANGELOG.md from debian/changelog"
	@echo "make contact      write CONTACT, HOMEPAGE and VCS where they are needed"
	@echo "make check        run all tests except the slow ones, in virtual machines"
	@echo "make check-long   run all tests"
	@echo "make demo         show the hole and how it is closed, on a vulnerable kernel"
	@echo "make bench        compare the speed with the stock modules, in build/bench"
	@echo "make figures      write the table in tests/bench/README.md from the newest make bench"
