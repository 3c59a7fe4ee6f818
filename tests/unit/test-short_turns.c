#include "util/short_turns.h"

#include <linux/sched.h>
#include <linux/sched/types.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "unit.h"

static struct sched_attr mine(void)
{
    struct sched_attr attr = {0};
    if (syscall(SYS_sched_getattr, 0, &attr, sizeof attr, 0) < 0) skip();
    return attr;
}

static bool kernel_takes_it(void)
{
    struct utsname name;
    unsigned major = 0, minor = 0;
    uname(&name);
    sscanf(name.release, "%u.%u", &major, &minor);
    return major > 6 || (major == 6 && minor >= 12);
}

/* Its policy and niceness stay; what it is asked for is there where the kernel knows of it. */
static void only_the_turns_change(void **state)
{
    (void)state;
    setpriority(PRIO_PROCESS, 0, 3);
    const struct sched_attr before = mine();
    short_turns_ask();
    const struct sched_attr after = mine();
    assert_int_equal(after.sched_policy, before.sched_policy);
    assert_int_equal(after.sched_nice, before.sched_nice);
    assert_int_equal(getpriority(PRIO_PROCESS, 0), before.sched_nice);
    if (kernel_takes_it() && before.sched_policy == SCHED_NORMAL) assert_in_range(after.sched_runtime, 1, 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_turns_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
