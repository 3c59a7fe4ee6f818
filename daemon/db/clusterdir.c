#include "db/clusterdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { SOCKET_NAME_MAX = 20 }; /* "/.s.PGSQL.5432" and its ".lock" */

void clusterdir_path(const ClusterDir *dir, char path[PATH_MAX], const char *name)
{
    snprintf(path, PATH_MAX, "%s/%s", dir->path, name);
}

static int make_parents(const char *path)
{
    char copy[PATH_MAX];
    if (snprintf(copy, sizeof copy, "%s", path) >= (int)sizeof copy) return -ENAMETOOLONG;
    for (char *p = copy + 1;; p++) {
        if (*p != '/' && *p != '\0') continue;
        bool last = *p == '\0';
        *p = '\0';
        if (mkdir(copy, 0755) == 0) /* PostgreSQL's user must come through, whatever our umask is */
            chmod(copy, 0755);
        else if (errno != EEXIST)
            return -errno;
        if (last) return 0;
        *p = '/';
    }
}

static int open_directory(ClusterDir *dir, const char *directory, Error *err)
{
    int r = *directory ? make_parents(directory) : -EINVAL;
    if (r < 0) return error_set(err, r, "the directory %s cannot be made: %s", directory, strerror(-r));
    char path[PATH_MAX];
    if (!realpath(directory, path)) return error_set(err, -errno, "%s cannot be found: %s", directory, strerror(errno));
    if (strlen(path) >= sizeof dir->path || strpbrk(path, "\n\r"))
        return error_set(err, -EINVAL, "the path of %s is too long or has a line break", directory);
    memcpy(dir->path, path, strlen(path) + 1);
    return 0;
}

static int take_lock(ClusterDir *dir, Error *err)
{
    char path[PATH_MAX], holder[32] = "";
    clusterdir_path(dir, path, "lock");
    dir->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (dir->lock < 0) return error_set(err, -errno, "%s cannot be opened: %s", path, strerror(errno));
    if (flock(dir->lock, LOCK_EX | LOCK_NB) < 0) {
        int r = errno == EWOULDBLOCK ? -EBUSY : -errno;
        ssize_t len = read(dir->lock, holder, sizeof holder - 1);
        close(dir->lock);
        dir->lock = -1;
        if (r != -EBUSY) return error_set(err, r, "%s cannot be locked: %s", path, strerror(-r));
        return error_set(err, r, "another lagesbildd%s%.*s uses %s: stop it first, or use another directory",
                         len > 0 ? ", process " : "", (int)strcspn(holder, "\n"), holder, dir->path);
    }
    if (ftruncate(dir->lock, 0) < 0 || dprintf(dir->lock, "%d\n", (int)getpid()) < 0)
        return error_set(err, -errno, "%s cannot be written: %s", path, strerror(errno));
    return 0;
}

int clusterdir_make_private(const ClusterDir *dir, const char *path, Error *err)
{
    int r = 0;
    if (mkdir(path, 0700) < 0 && errno != EEXIST) r = -errno;
    if (r == 0 && dir->user.change && lchown(path, dir->user.uid, dir->user.gid) < 0) r = -errno;
    return r < 0 ? error_set(err, r, "%s cannot be made: %s", path, strerror(-r)) : 0;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info;
    (void)type;
    (void)where;
    return remove(path) < 0 && errno != ENOENT ? -1 : 0;
}

int clusterdir_remove_trees(const ClusterDir *dir, const char *prefix)
{
    DIR *entries = opendir(dir->path);
    if (!entries) return -errno;
    int r = 0;
    const struct dirent *entry;
    while ((entry = readdir(entries))) {
        char path[PATH_MAX + sizeof entry->d_name];
        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0) continue;
        snprintf(path, sizeof path, "%s/%s", dir->path, entry->d_name);
        if (nftw(path, remove_one, 32, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) < 0 && errno != ENOENT && r == 0) r = -errno;
    }
    closedir(entries);
    return r;
}

/* --- the socket --- */

static bool fits_socket(const char *directory)
{
    return strlen(directory) + SOCKET_NAME_MAX < sizeof((struct sockaddr_un *)0)->sun_path;
}

/* Only the names that PostgreSQL gives. */
static void remove_socket_directory(const char *directory)
{
    static const char *const names[] = {".s.PGSQL.5432", ".s.PGSQL.5432.lock"};
    char file[PATH_MAX + SOCKET_NAME_MAX];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(file, sizeof file, "%s/%s", directory, names[i]);
        unlink(file);
    }
    rmdir(directory);
}

/* The short directory that a killed daemon left. Others can write to /tmp: only one that PostgreSQL's user owns is
 * touched. */
static void remove_short_socket(const ClusterDir *dir)
{
    char link[PATH_MAX], target[PATH_MAX];
    struct stat info;
    clusterdir_path(dir, link, "socket");
    ssize_t len = readlink(link, target, sizeof target - 1);
    if (len < 0) return;
    target[len] = '\0';
    unlink(link);
    uid_t owner = dir->user.change ? dir->user.uid : geteuid();
    if (strncmp(target, "/tmp/lagesbild-", 15) != 0 || strchr(target + 15, '/')) return;
    if (lstat(target, &info) < 0 || !S_ISDIR(info.st_mode) || info.st_uid != owner) return;
    remove_socket_directory(target);
}

int clusterdir_open_socket(ClusterDir *dir, Error *err)
{
    remove_short_socket(dir);
    clusterdir_path(dir, dir->socket, "socket");
    if (fits_socket(dir->socket)) return clusterdir_make_private(dir, dir->socket, err);

    char link[PATH_MAX];
    memcpy(link, dir->socket, sizeof link);
    remove_socket_directory(link); /* from when the path was shorter */
    snprintf(dir->socket, sizeof dir->socket, "/tmp/lagesbild-XXXXXX");
    if (!mkdtemp(dir->socket))
        return error_set(err, -errno, "no directory can be made under /tmp: %s", strerror(errno));
    if (symlink(dir->socket, link) < 0) return error_set(err, -errno, "%s: %s", link, strerror(errno));
    return clusterdir_make_private(dir, dir->socket, err);
}

int clusterdir_sync(const ClusterDir *dir)
{
    int fd = open(dir->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return -errno;
    int r = fsync(fd) < 0 ? -errno : 0;
    close(fd);
    return r;
}

static int find_user(ClusterDir *dir, const char *user, Error *err)
{
    if (geteuid() != 0) return 0;
    int r = child_user_find(&dir->user, user ? user : "postgres", err);
    return r < 0 ? r : child_check_reach(&dir->user, dir->path, err);
}

int clusterdir_open(ClusterDir *dir, const char *path, const char *user, Error *err)
{
    *dir = (ClusterDir){.lock = -1};
    int r = open_directory(dir, path, err);
    if (r == 0) r = find_user(dir, user, err);
    return r == 0 ? take_lock(dir, err) : r;
}

void clusterdir_close(ClusterDir *dir)
{
    if (dir->lock < 0) return;
    remove_short_socket(dir);
    close(dir->lock);
    dir->lock = -1;
}
