// Memory that a user makes us allocate is charged to his memory cgroup.
virtual report

@plain@
identifier f =~ "alloc|get_free_page|memdup";
position p;
@@
(
 f@p(..., GFP_KERNEL, ...)
|
 f@p(..., GFP_KERNEL | ..., ...)
|
 f@p(..., GFP_USER, ...)
|
 f@p(..., GFP_ATOMIC, ...)
)

@script:python@
p << plain.p;
@@
coccilib.report.print_report(p[0], "an allocation is charged to nobody")
