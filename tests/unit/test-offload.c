/* Work handed to threads: told once, on the loop, also when there is no room or the loop ends first. */
#include <errno.h>
#include <event2/event.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <unistd.h>

#include "flow/offload.h"
#include "unit.h"

enum { JOBS = 200 };

typedef struct Piece {
    struct Test *test;
    pthread_t worked_by, told_by;
    int worked, told;
    bool was_worked;
} Piece;

typedef struct Test {
    OffloadCrew *crew;
    struct event_base *base;
    OffloadDesk *desk;
    Piece pieces[JOBS];
    int told, wanted;
    sem_t gate; /* opened by the test; until then the thread is kept at work */
    atomic_int at_gate;
} Test;

static Test test;

static void begin(int threads, size_t queue)
{
    Error err;
    test = (Test){0};
    sem_init(&test.gate, 0, 0);
    assert_int_equal(offload_crew_new(&test.crew, threads, 10, queue, &err), 0);
    test.base = event_base_new();
    assert_non_null(test.base);
    test.desk = offload_desk_new(test.crew, test.base);
    assert_non_null(test.desk);
    for (int i = 0; i < JOBS; i++)
        test.pieces[i].test = &test;
}

static void end(void)
{
    offload_desk_free(test.desk);
    offload_crew_free(test.crew);
    event_base_free(test.base);
}

static void work(void *arg)
{
    Piece *piece = arg;
    piece->worked++;
    piece->worked_by = pthread_self();
}

static void wait_at_gate(void *arg)
{
    Piece *piece = arg;
    atomic_fetch_add(&piece->test->at_gate, 1);
    sem_wait(&piece->test->gate);
    work(arg);
}

static void done(bool worked, void *arg)
{
    Piece *piece = arg;
    piece->told++;
    piece->told_by = pthread_self();
    piece->was_worked = worked;
    if (++piece->test->told == piece->test->wanted) event_base_loopexit(piece->test->base, NULL);
}

static void each_is_worked_and_told_once(void **state)
{
    (void)state;
    begin(3, JOBS);
    test.wanted = JOBS;
    for (int i = 0; i < JOBS; i++)
        assert_int_equal(offload_submit(test.desk, work, done, &test.pieces[i]), 0);
    event_base_dispatch(test.base);
    for (int i = 0; i < JOBS; i++) {
        assert_int_equal(test.pieces[i].worked, 1);
        assert_int_equal(test.pieces[i].told, 1);
        assert_true(test.pieces[i].was_worked);
        assert_true(pthread_equal(test.pieces[i].told_by, pthread_self()));
        assert_false(pthread_equal(test.pieces[i].worked_by, pthread_self()));
    }
    end();
}

static void hold_the_thread(void)
{
    assert_int_equal(offload_submit(test.desk, wait_at_gate, done, &test.pieces[0]), 0);
    while (!atomic_load(&test.at_gate))
        usleep(1000);
}

static void a_full_queue_refuses(void **state)
{
    (void)state;
    begin(1, 2);
    hold_the_thread();
    assert_int_equal(offload_submit(test.desk, work, done, &test.pieces[1]), 0);
    assert_int_equal(offload_submit(test.desk, work, done, &test.pieces[2]), 0);
    assert_int_equal(offload_submit(test.desk, work, done, &test.pieces[3]), -EAGAIN);
    test.wanted = 3;
    sem_post(&test.gate);
    event_base_dispatch(test.base);
    assert_int_equal(offload_submit(test.desk, work, done, &test.pieces[3]), 0); /* there is room again */
    test.wanted = 4;
    event_base_dispatch(test.base);
    assert_int_equal(test.pieces[3].told, 1);
    assert_int_equal(test.pieces[3].worked, 1);
    end();
}

/* The queue is full; there is room for one more when what waits has been taken back. */
static void *open_gate_when_there_is_room(void *arg)
{
    while (offload_submit(arg, work, done, &test.pieces[4]) == -EAGAIN)
        usleep(1000);
    sem_post(&test.gate);
    return NULL;
}

/* The loop ends with work under way, work that waits, and another loop's work in the same queue. */
static void a_closed_desk_tells_everything(void **state)
{
    (void)state;
    begin(1, 3);
    OffloadDesk *other = offload_desk_new(test.crew, test.base);
    assert_non_null(other);
    hold_the_thread();
    assert_int_equal(offload_submit(test.desk, work, done, &test.pieces[1]), 0);
    assert_int_equal(offload_submit(other, work, done, &test.pieces[2]), 0);
    assert_int_equal(offload_submit(test.desk, work, done, &test.pieces[3]), 0);
    pthread_t opener; /* what waits is taken back before the thread is free */
    assert_int_equal(pthread_create(&opener, NULL, open_gate_when_there_is_room, other), 0);
    offload_desk_free(test.desk);
    pthread_join(opener, NULL);
    test.desk = NULL;
    for (int i = 0; i < 4; i++)
        assert_int_equal(test.pieces[i].told, i != 2);
    assert_true(test.pieces[0].was_worked);
    assert_false(test.pieces[1].was_worked);
    assert_false(test.pieces[3].was_worked);
    assert_int_equal(test.pieces[1].worked + test.pieces[3].worked, 0);
    test.wanted = 5;
    event_base_dispatch(test.base);
    for (int i = 2; i < 5; i += 2) {
        assert_int_equal(test.pieces[i].told, 1);
        assert_int_equal(test.pieces[i].worked, 1);
    }
    offload_desk_free(other);
    end();
}

static void turn(bool come, void *arg)
{
    Piece *piece = arg;
    piece->told++;
    piece->was_worked = come;
    piece->test->told++;
}

/* What has been told by now. */
static int told_now(void)
{
    event_base_loop(test.base, EVLOOP_NONBLOCK);
    return test.told;
}

static void take_turn(OffloadDesk *desk, int piece)
{
    assert_int_equal(offload_turn(desk, turn, &test.pieces[piece]), 0);
}

static void as_many_turns_are_out_as_threads(void **state)
{
    (void)state;
    begin(2, 2);
    OffloadDesk *other = offload_desk_new(test.crew, test.base);
    assert_non_null(other);
    for (int i = 0; i < 4; i++)
        take_turn(i % 2 ? other : test.desk, i);
    assert_int_equal(test.told, 0); /* never before it returns */
    assert_int_equal(offload_turn(test.desk, turn, &test.pieces[4]), -EAGAIN);
    assert_int_equal(told_now(), 2);
    offload_turn_end(other);
    assert_int_equal(told_now(), 3);
    assert_int_equal(test.pieces[2].told, 1); /* first come, first served */
    take_turn(other, 4);
    assert_int_equal(told_now(), 3);
    offload_turn_end(test.desk);
    offload_turn_end(test.desk);
    assert_int_equal(told_now(), 5);
    for (int i = 0; i < 5; i++)
        assert_true(test.pieces[i].told == 1 && test.pieces[i].was_worked);
    offload_desk_free(other);
    end();
}

/* One turn is out, one has come that the loop has not heard of, one is waited for; other loops get what is left. */
static void a_closed_desk_gives_its_turns_back(void **state)
{
    (void)state;
    begin(2, 4);
    OffloadDesk *other = offload_desk_new(test.crew, test.base);
    assert_non_null(other);
    take_turn(other, 0);
    assert_int_equal(told_now(), 1);
    take_turn(test.desk, 1);
    take_turn(test.desk, 2);
    take_turn(other, 3);
    offload_desk_free(test.desk);
    test.desk = NULL;
    assert_true(test.pieces[1].told == 1 && !test.pieces[1].was_worked);
    assert_true(test.pieces[2].told == 1 && !test.pieces[2].was_worked);
    assert_int_equal(told_now(), 4);
    assert_true(test.pieces[3].told == 1 && test.pieces[3].was_worked);
    take_turn(other, 4);
    assert_int_equal(told_now(), 4); /* both are out */
    offload_turn_end(other);
    assert_int_equal(told_now(), 5);
    offload_desk_free(other);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_worked_and_told_once),
        cmocka_unit_test(a_full_queue_refuses),
        cmocka_unit_test(a_closed_desk_tells_everything),
        cmocka_unit_test(as_many_turns_are_out_as_threads),
        cmocka_unit_test(a_closed_desk_gives_its_turns_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
