// Whoever locks a socket releases it on every path out of the function.
virtual report

@held exists@
expression sk;
position p;
@@
(
 lock_sock(sk)
|
 lock_sock_nested(sk, ...)
)
 ... when != release_sock(sk)
(
 return@p ...;
|
 lock_sock@p(sk)
)

@script:python@
p << held.p;
@@
coccilib.report.print_report(p[0], "the socket is still locked")

@unlocked exists@
expression sk;
position p;
@@
 release_sock(sk)
 ... when != lock_sock(sk)
     when != lock_sock_nested(sk, ...)
 release_sock@p(sk)

@script:python@
p << unlocked.p;
@@
coccilib.report.print_report(p[0], "the socket is not locked any more")
