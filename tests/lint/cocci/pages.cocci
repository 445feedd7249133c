// Scatterlists are made of pages of our own, in two files, of which one alone
// touches data of user space; nobody goes back to read any of it twice.
virtual report

@sg@
identifier f =~ "^(sg_(set_page|set_buf|set_folio|init_one|assign_page|alloc_.*|copy_.*|pcopy_.*)|__sg_.*)$";
position p;
@@
 f@p

@script:python@
p << sg.p;
@@
if not p[0].file.endswith(("/piece.c", "/bounce.c")):
    coccilib.report.print_report(p[0], "a scatterlist is made outside piece.c and bounce.c")

@copy@
identifier f =~ "^(_*copy_(page_)?(to|from)_.*|memcpy_(to|from)_.*|__?(get|put)_user|(get|put)_user|v?memdup_.*|strn?cpy_from_.*|clear_user|csum_and_copy_.*)$";
position p;
@@
 f@p

@script:python@
p << copy.p;
@@
if not p[0].file.endswith("/bounce.c"):
    coccilib.report.print_report(p[0], "data of user space is touched outside bounce.c")

@again@
identifier f =~ "^(iov_iter_(revert|restore|save_state|get_.*|extract_.*|zero|fault_in_.*)|fault_in_.*|dup_iter)$";
position p;
@@
 f@p

@script:python@
p << again.p;
@@
coccilib.report.print_report(p[0], "user memory is looked at twice, or kept")
