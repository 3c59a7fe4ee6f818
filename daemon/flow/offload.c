#include "flow/offload.h"

#include <errno.h>
#include <event2/event.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

/* A piece of work, or the wait for a turn, which has no `work`: it is `worked` when the turn has come. */
typedef struct Job {
    OffloadDesk *desk;
    void (*work)(void *arg);
    void (*done)(bool worked, void *arg);
    void *arg;
    bool worked;
    struct Job *next;
} Job;

typedef struct Jobs {
    Job *first, **end;
    size_t count;
} Jobs;

struct OffloadCrew {
    pthread_mutex_t lock;    /* over everything below, and over each desk's `finished` and `running` */
    pthread_cond_t wanted;   /* something waits, or the crew is to stop */
    pthread_cond_t finished; /* something has been done */
    Jobs waiting, turns; /* for a thread; for a turn */
    size_t waiting_max;  /* in each */
    int turns_out;
    int nice;
    bool stopping;
    pthread_t *threads;
    int thread_count;
};

struct OffloadDesk {
    OffloadCrew *crew;
    int fd; /* eventfd: something is in `finished` */
    struct event *event;
    Jobs finished;
    size_t running; /* taken by a thread and not in `finished` yet */
};

static void jobs_init(Jobs *jobs)
{
    *jobs = (Jobs){.end = &jobs->first};
}

static void jobs_add(Jobs *jobs, Job *job)
{
    job->next = NULL;
    *jobs->end = job;
    jobs->end = &job->next;
    jobs->count++;
}

static Job *jobs_take(Jobs *jobs)
{
    Job *job = jobs->first;
    if (!job) return NULL;
    jobs->first = job->next;
    if (!jobs->first) jobs->end = &jobs->first;
    jobs->count--;
    return job;
}

/* --- the threads --- */

/* Takes the next piece of work, or NULL when the crew is to stop. Under the lock. */
static Job *next_job(OffloadCrew *crew)
{
    while (!crew->waiting.first && !crew->stopping)
        pthread_cond_wait(&crew->wanted, &crew->lock);
    Job *job = crew->stopping ? NULL : jobs_take(&crew->waiting);
    if (!job) return NULL;
    job->desk->running++;
    return job;
}

/* A full counter of an eventfd (2⁶⁴ − 2 unread) cannot be; should the write fail, the next one tells of both. */
static void tell(const OffloadDesk *desk)
{
    const uint64_t one = 1;
    while (write(desk->fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

static void *run(void *arg)
{
    OffloadCrew *crew = arg;
    /* On Linux these are a thread's own, and it begins with the loops'. Without it all works, less well. */
    const id_t self = (id_t)gettid();
    setpriority(PRIO_PROCESS, self, getpriority(PRIO_PROCESS, self) + crew->nice);
    pthread_mutex_lock(&crew->lock);
    for (Job *job; (job = next_job(crew));) {
        pthread_mutex_unlock(&crew->lock);
        job->work(job->arg);
        pthread_mutex_lock(&crew->lock);
        job->worked = true;
        OffloadDesk *desk = job->desk;
        jobs_add(&desk->finished, job);
        desk->running--;
        tell(desk); /* under the lock: once it is let go, the desk may be gone */
        pthread_cond_broadcast(&crew->finished);
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

/* Signals are for the main thread. */
static int start_thread(OffloadCrew *crew)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int r = pthread_create(&crew->threads[crew->thread_count], NULL, run, crew);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (r == 0) crew->thread_count++;
    return -r;
}

int offload_crew_new(OffloadCrew **out, int threads, int nice, size_t queue_max, Error *err)
{
    OffloadCrew *crew = calloc(1, sizeof *crew);
    if (!crew) return error_set(err, -ENOMEM, "out of memory");
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->wanted, NULL);
    pthread_cond_init(&crew->finished, NULL);
    jobs_init(&crew->waiting);
    jobs_init(&crew->turns);
    crew->waiting_max = queue_max;
    crew->nice = nice;
    crew->threads = calloc((size_t)threads, sizeof *crew->threads);
    int r = crew->threads ? 0 : -ENOMEM;
    for (int i = 0; r == 0 && i < threads; i++)
        r = start_thread(crew);
    if (r < 0) {
        offload_crew_free(crew);
        return error_set(err, r, "cannot start a thread: %s", strerror(-r));
    }
    *out = crew;
    return 0;
}

void offload_crew_free(OffloadCrew *crew)
{
    if (!crew) return;
    pthread_mutex_lock(&crew->lock);
    crew->stopping = true;
    pthread_cond_broadcast(&crew->wanted);
    pthread_mutex_unlock(&crew->lock);
    for (int i = 0; i < crew->thread_count; i++)
        pthread_join(crew->threads[i], NULL);
    pthread_cond_destroy(&crew->finished);
    pthread_cond_destroy(&crew->wanted);
    pthread_mutex_destroy(&crew->lock);
    free(crew->threads);
    free(crew);
}

/* --- the desks --- */

/* The lock is not held over `done`, which may hand in more. */
static void deliver(OffloadDesk *desk)
{
    for (;;) {
        pthread_mutex_lock(&desk->crew->lock);
        Job *job = jobs_take(&desk->finished);
        pthread_mutex_unlock(&desk->crew->lock);
        if (!job) return;
        job->done(job->worked, job->arg);
        free(job);
    }
}

static void on_finished(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    uint64_t count;
    if (read(fd, &count, sizeof count) < 0 && errno != EAGAIN) return;
    deliver(arg);
}

OffloadDesk *offload_desk_new(OffloadCrew *crew, struct event_base *base)
{
    OffloadDesk *desk = calloc(1, sizeof *desk);
    if (!desk) return NULL;
    desk->crew = crew;
    jobs_init(&desk->finished);
    desk->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    desk->event = desk->fd >= 0 ? event_new(base, desk->fd, EV_READ | EV_PERSIST, on_finished, desk) : NULL;
    if (desk->event && event_add(desk->event, NULL) == 0) return desk;
    offload_desk_free(desk);
    return NULL;
}

/* Moves what this desk has in `queue` to what is finished. Under the lock. */
static void take_back(OffloadDesk *desk, Jobs *queue)
{
    Jobs others;
    jobs_init(&others);
    for (Job *job; (job = jobs_take(queue));)
        jobs_add(job->desk == desk ? &desk->finished : &others, job);
    for (Job *job; (job = jobs_take(&others));)
        jobs_add(queue, job);
}

/* Under the lock. */
static void hand_out_turns(OffloadCrew *crew)
{
    while (crew->turns.first && crew->turns_out < crew->thread_count) {
        Job *job = jobs_take(&crew->turns);
        crew->turns_out++;
        job->worked = true;
        jobs_add(&job->desk->finished, job);
        tell(job->desk);
    }
}

/* A turn that has come, but that the loop has not heard of, goes to others. Under the lock. */
static void give_back_turns(OffloadDesk *desk)
{
    for (Job *job = desk->finished.first; job; job = job->next) {
        if (job->work || !job->worked) continue;
        job->worked = false;
        desk->crew->turns_out--;
    }
    hand_out_turns(desk->crew);
}

void offload_desk_free(OffloadDesk *desk)
{
    if (!desk) return;
    if (desk->event) {
        OffloadCrew *crew = desk->crew;
        pthread_mutex_lock(&crew->lock);
        take_back(desk, &crew->waiting);
        take_back(desk, &crew->turns);
        give_back_turns(desk);
        while (desk->running)
            pthread_cond_wait(&crew->finished, &crew->lock);
        pthread_mutex_unlock(&crew->lock);
        deliver(desk);
        event_free(desk->event);
    }
    if (desk->fd >= 0) close(desk->fd);
    free(desk);
}

int offload_submit(OffloadDesk *desk, void (*work)(void *arg), void (*done)(bool worked, void *arg), void *arg)
{
    OffloadCrew *crew = desk->crew;
    Job *job = malloc(sizeof *job);
    if (!job) return -ENOMEM;
    *job = (Job){.desk = desk, .work = work, .done = done, .arg = arg};
    pthread_mutex_lock(&crew->lock);
    const bool room = crew->waiting.count < crew->waiting_max;
    if (room) {
        jobs_add(&crew->waiting, job);
        pthread_cond_signal(&crew->wanted);
    }
    pthread_mutex_unlock(&crew->lock);
    if (!room) free(job);
    return room ? 0 : -EAGAIN;
}

int offload_turn(OffloadDesk *desk, void (*turn)(bool come, void *arg), void *arg)
{
    OffloadCrew *crew = desk->crew;
    Job *job = malloc(sizeof *job);
    if (!job) return -ENOMEM;
    *job = (Job){.desk = desk, .done = turn, .arg = arg};
    pthread_mutex_lock(&crew->lock);
    const bool room = crew->turns.count < crew->waiting_max || crew->turns_out < crew->thread_count;
    if (room) {
        jobs_add(&crew->turns, job);
        hand_out_turns(crew);
    }
    pthread_mutex_unlock(&crew->lock);
    if (!room) free(job);
    return room ? 0 : -EAGAIN;
}

void offload_turn_end(OffloadDesk *desk)
{
    OffloadCrew *crew = desk->crew;
    pthread_mutex_lock(&crew->lock);
    crew->turns_out--;
    hand_out_turns(crew);
    pthread_mutex_unlock(&crew->lock);
}
