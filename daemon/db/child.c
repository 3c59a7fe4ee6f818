#include "db/child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHILD_COULD_NOT_START = 127, POLL_MS = 20 };

int child_user_find(ChildUser *user, const char *name, Error *err)
{
    char space[4096];
    struct passwd entry, *found = NULL;
    int r = getpwnam_r(name, &entry, space, sizeof space, &found);
    if (!found)
        return error_set(err, r ? -r : -ENOENT,
                         "there is no system user %s to run PostgreSQL as: install the Debian package postgresql, or "
                         "name another user",
                         name);
    if (found->pw_uid == 0) return error_set(err, -EINVAL, "PostgreSQL does not run as root: name another user");
    *user = (ChildUser){.change = true, .uid = found->pw_uid, .gid = found->pw_gid};
    snprintf(user->name, sizeof user->name, "%s", name);
    user->group_count = sizeof user->groups / sizeof *user->groups;
    /* Looked up here and not in the child, where only little may be called. More groups than fit are done without. */
    if (getgrouplist(name, user->gid, user->groups, &user->group_count) < 0)
        user->group_count = sizeof user->groups / sizeof *user->groups;
    return 0;
}

/* In the child: only calls that are safe after a fork of a program with threads. */
static bool become(const ChildUser *user)
{
    if (!user->change) return true;
    return setgroups((size_t)user->group_count, user->groups) == 0 && setgid(user->gid) == 0 && setuid(user->uid) == 0;
}

int child_check_reach(const ChildUser *user, const char *path, Error *err)
{
    size_t len = strlen(path);
    char *copy = strdup(path);
    if (!copy) return error_set(err, -ENOMEM, "out of memory");
    pid_t pid = fork();
    if (pid == 0) {
        int depth = 0;
        if (!become(user)) _exit(CHILD_COULD_NOT_START);
        for (size_t i = 1; i <= len; i++) {
            if (path[i] != '/' && path[i] != '\0') continue;
            depth++;
            copy[i] = '\0';
            if (access(copy, X_OK) < 0) _exit(depth < 100 ? depth : 100);
            copy[i] = path[i];
        }
        _exit(0);
    }
    int status = 0, r = pid < 0 ? -errno : child_wait(pid, -1, &status);
    int depth = r == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    if (r == 0 && depth == CHILD_COULD_NOT_START) {
        r = error_set(err, -EPERM, "cannot become the user %s", user->name);
    } else if (r == 0 && depth > 0) {
        size_t end = 0;
        for (; depth > 0 && end < len; depth--)
            end += 1 + strcspn(copy + end + 1, "/");
        r = error_set(
            err, -EACCES,
            "the user %s, who runs the private PostgreSQL, cannot come into %.*s: use a directory that it can "
            "reach, such as /var/lib/lagesbild, or allow it with chmod o+x %.*s",
            user->name, (int)end, path, (int)end, path);
    } else if (r < 0) {
        error_set(err, r, "cannot start a process: %s", strerror(-r));
    }
    free(copy);
    return r;
}

/* A listening socket that a server keeps open would keep our port taken after we are gone. */
static void close_others(void)
{
    if (close_range(3, ~0U, 0) == 0) return;
    for (int fd = 3; fd < 1024; fd++) /* a kernel before 5.9 */
        close(fd);
}

static void child_main(const ChildUser *user, const char *const *argv, int output, int death_signal, pid_t parent)
{
    static const char *const environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "LC_ALL=C.UTF-8",
                                              NULL};
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < 32; number++)
        signal(number, SIG_DFL); /* what we ignore would stay ignored */
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    int input = open("/dev/null", O_RDONLY);
    if (input < 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) _exit(CHILD_COULD_NOT_START);
    close_others();
    if (!become(user)) _exit(CHILD_COULD_NOT_START);
    /* After the change of user, which clears it; and the parent may already have gone in between. */
    prctl(PR_SET_PDEATHSIG, death_signal);
    if (getppid() != parent || chdir("/") < 0) _exit(CHILD_COULD_NOT_START);
    execve(argv[0], (char *const *)argv, (char *const *)environment);
    dprintf(2, "%s cannot be run: %s\n", argv[0], strerror(errno));
    _exit(CHILD_COULD_NOT_START);
}

pid_t child_start(const ChildUser *user, const char *const *argv, const char *output, int death_signal)
{
    int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return -errno;
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) child_main(user, argv, fd, death_signal, parent);
    int r = pid < 0 ? -errno : pid;
    close(fd);
    return r;
}

int child_wait(pid_t pid, int timeout_ms, int *status)
{
    for (int waited = 0;; waited += POLL_MS) {
        pid_t got = waitpid(pid, status, timeout_ms < 0 ? 0 : WNOHANG);
        if (got == pid) return 0;
        if (got < 0 && errno != EINTR) return -errno;
        if (got < 0) continue;
        if (waited >= timeout_ms) return -ETIMEDOUT;
        nanosleep(&(struct timespec){.tv_nsec = POLL_MS * 1000000}, NULL);
    }
}

void child_describe(int status, char *text, size_t size)
{
    if (WIFSIGNALED(status))
        snprintf(text, size, "signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        snprintf(text, size, "exit status %d", WIFEXITED(status) ? WEXITSTATUS(status) : status);
}
