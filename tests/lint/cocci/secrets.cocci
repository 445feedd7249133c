// What has held data of a user is wiped before its memory is given away.
virtual report

// An array on the stack that something was put into, until the function returns.
// gcc drops a memset() that nobody reads.
@stack exists@
type T;
identifier x;
expression n;
identifier f != memzero_explicit;
position p;
@@
 T x[n];
 ... when any
 f(..., x, ...)
 ... when != memzero_explicit(x, ...)
 return@p ...;

@script:python@
p << stack.p;
@@
coccilib.report.print_report(p[0], "an array on the stack is not wiped")

// The end of a function that returns nothing is not a return.
@end exists@
type T;
identifier f, x;
expression n;
position p;
@@
 void f(...) {
 ... when any
 T x@p[n];
 ... when != memzero_explicit(x, ...)
 }

@script:python@
p << end.p;
@@
coccilib.report.print_report(p[0], "an array on the stack is not wiped")

// The types whose objects hold none: a piece's block is wiped apart from it, by
// ac_piece_free(), so is that inside a buffer; of a bound rng the entropy.
@nothing@
struct ac_piece *piece;
struct ac_bounce *bounce;
struct rng_parent *parent;
position p;
@@
(
 kfree@p(piece)
|
 kfree@p(bounce)
|
 kfree@p(parent)
)

@freed@
expression e;
position p != nothing.p;
@@
(
 kfree@p(e)
|
 kvfree@p(e)
|
 kfree_const@p(e)
|
 kfree_rcu@p(e, ...)
|
 sock_kfree_s@p(..., e, ...)
|
 free_page@p(e)
|
 __free_page@p(e)
|
 __free_pages@p(e, ...)
)

@script:python@
p << freed.p;
@@
coccilib.report.print_report(p[0], "freed without being wiped")

// Pages are wiped on every way to where they are freed.
@pages exists@
identifier f;
expression e, n;
position p;
@@
 f(...) {
 ... when != memzero_explicit(...)
 free_pages@p(e, n)
 ...
 }

@script:python@
p << pages.p;
@@
coccilib.report.print_report(p[0], "pages are freed without being wiped")
