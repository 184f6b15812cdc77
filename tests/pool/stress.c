/* Many threads in loops, nested and failing, while the number of threads changes, calls are stopped and the process
   forks. Every task of a loop that succeeds must have run exactly once. Usage: stress SECONDS FORKS(0 or 1) */
#include "pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALLERS = 6, OUTER = 12, INNER = 7 };

static atomic_int finished, asked;
static atomic_long loops, stops;

#define CHECK(condition) ((condition) ? (void)0 : (fprintf(stderr, "line %d: " #condition "\n", __LINE__), abort()))

static int count_one(void *context, int number, uint8_t *closure) {
    ((int *)closure)[number]++;
    for (volatile int i = 0; i < 200; i++) {}
    return 0;
}

static int count_nested(void *context, int number, uint8_t *closure) {
    int counts[INNER] = {0};
    int code = pool_for(0, count_one, 0, INNER, (uint8_t *)counts);
    if (code) return code;
    for (int i = 0; i < INNER; i++) CHECK(counts[i] == 1);
    ((int *)closure)[number]++;
    return number == OUTER + 1 ? 5 : 0;
}

static int poll_signals(void) { return atomic_exchange(&asked, 0); }

static void run_loops(int sharing, int polls) {
    int counts[OUTER] = {0}, failing[2 * OUTER] = {0};
    pool_call call;
    pool_state outer = pool_begin_call(&call, polls, sharing);
    if (polls) call.next_poll = 1; /* poll after the first task */
    int code = pool_for(0, count_nested, 0, OUTER, (uint8_t *)counts);
    CHECK(code == 0 || (code == POOL_STOPPED && atomic_load(&call.stopped)));
    if (code) atomic_fetch_add(&stops, 1);
    for (int i = 0; i < OUTER; i++) CHECK(code ? counts[i] <= 1 : counts[i] == 1);
    code = pool_for(0, count_nested, 0, 2 * OUTER, (uint8_t *)failing);
    CHECK(code == 5 || (code == POOL_STOPPED && atomic_load(&call.stopped)));
    for (int i = 0; i < 2 * OUTER; i++) CHECK(failing[i] <= 1);
    pool_end_call(outer);
    atomic_fetch_add(&loops, 1);
}

static void *call_again_and_again(void *argument) {
    int number = *(int *)argument;
    while (!atomic_load(&finished)) {
        run_loops(number % 3 == 0 ? POOL_SPINNING : 3, number == 1);
        if (number % 2 && atomic_load(&loops) % 50 == 0) usleep(300);
    }
    return 0;
}

int main(int count, char **arguments) {
    CHECK(count == 3);
    int forks = atoi(arguments[2]), numbers[CALLERS];
    pthread_t callers[CALLERS];
    CHECK(!pool_start(poll_signals));
    pool_set_threads(4);
    for (int i = 0; i < CALLERS; i++) {
        numbers[i] = i;
        CHECK(!pthread_create(&callers[i], 0, call_again_and_again, &numbers[i]));
    }
    long long end = pool_now() + atoll(arguments[1]) * 1000000000LL;
    for (int round = 0; pool_now() < end; round++) {
        pool_set_threads(1 + round % 5);
        atomic_store(&asked, 1);
        usleep(500);
        if (!forks) continue;
        pid_t child = fork();
        CHECK(child >= 0);
        if (!child) {
            alarm(30);
            pool_set_threads(3);
            for (int i = 0; i < 20; i++) run_loops(3, 0);
            _exit(0);
        }
        int status;
        CHECK(waitpid(child, &status, 0) == child && status == 0);
    }
    atomic_store(&finished, 1);
    for (int i = 0; i < CALLERS; i++) CHECK(!pthread_join(callers[i], 0));
    CHECK(atomic_load(&loops) > 0 && atomic_load(&stops) > 0);
    /* All helpers have gone; the pool shrinks to what is wanted. */
    pool_set_threads(1);
    for (int i = 0; i < 1000; i++) {
        pthread_mutex_lock(&pool.lock);
        int workers = pool.workers;
        pthread_mutex_unlock(&pool.lock);
        if (!workers) break;
        CHECK(i < 999);
        usleep(10000);
    }
    CHECK(!pool.newest);
    printf("%ld rounds, %ld stopped\n", (long)loops, (long)stops);
    return 0;
}
