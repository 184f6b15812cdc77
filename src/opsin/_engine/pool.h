/* The thread pool: parallel loops of kernels and of compiled code. C11 and POSIX threads.

   A loop is a record on the stack of the thread that calls it. Every thread that has the record takes the next number
   until none is left. The caller takes part, so a loop ends even if no worker comes, and nothing in the pool waits for a
   call: neither another call, nor a change of the number of threads, nor a fork. A worker whose task contains a loop is
   the caller of that loop. The lock is held for a few instructions and never while a task runs.

   A worker that has nothing to do spins for POOL_SPIN before it sleeps, since waking it takes 20 to 50 us, more than
   many filters of small images. */
#ifndef OPSIN_POOL_H
#define OPSIN_POOL_H
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

#if defined(__x86_64__)
#define POOL_PAUSE() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define POOL_PAUSE() __asm__ volatile("isb")
#else
#define POOL_PAUSE() ((void)0)
#endif

#define POOL_SPIN 50000LL          /* nanoseconds */
#define POOL_POLL 50000000LL       /* nanoseconds between two polls for signals */
#define POOL_STACK ((size_t)8 << 20) /* the stack of a worker; the default of some systems is too small for kernels */
#define POOL_STOPPED (-1001)       /* the code of a loop whose call was stopped */

/* How a loop is shared: on the calling thread only, with workers that are spinning, or waking at most so many. */
#define POOL_SERIAL (-1)
#define POOL_SPINNING 0

typedef int (*pool_task)(void *context, int number, uint8_t *closure);

typedef struct { /* a call of the library and all loops in it */
    atomic_int stopped;
    int polls; /* whether its thread polls for signals */
    pthread_t thread;
    long long next_poll;
    atomic_int *stop; /* becomes not 0 if another thread stops the calls of this one; may be missing */
} pool_call;

typedef struct pool_loop {
    pool_task task;
    void *context;
    uint8_t *closure;
    int sharing; /* of the loops in its tasks */
    long long end;
    atomic_llong next;
    atomic_int code;
    atomic_int helpers; /* threads that have this record besides its caller; rises only under the lock */
    int waiting;        /* whether the caller sleeps until `changed` */
    unsigned generation;
    pthread_cond_t changed;
    pool_call *call;
    struct pool_loop *parent; /* the loop that has the task that has this loop */
    struct pool_loop *older;
} pool_loop;

typedef struct pool_sleeper { /* a sleeping worker, on its own stack */
    pthread_cond_t wake;
    int asleep;
    struct pool_sleeper *below;
} pool_sleeper;

static struct {
    pthread_mutex_t lock;
    pool_loop *newest;
    pool_sleeper *sleepers;      /* the last to fall asleep on top */
    int workers;
    atomic_int wanted;           /* workers; changes only under the lock */
    unsigned generation;         /* counts forks on the side of the child */
    atomic_int surplus;          /* whether there are more workers than wanted */
    atomic_uint posted;          /* counts loops */
    atomic_int spinning;         /* workers that spin */
    atomic_int unshared;         /* loops in a row that no worker was spinning for */
    atomic_llong latest;         /* when a loop last ended */
    int (*poll)(void);           /* whether a signal asks to stop; called without the lock */
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER};

typedef struct { /* what a thread works on */
    pool_call *call;
    pool_loop *loop;
    int sharing;
} pool_state;

static _Thread_local pool_state pool_thread = {0, 0, POOL_SERIAL};
static _Thread_local atomic_int *pool_stop; /* what stops the calls of this thread */

static int pool_is_asked(atomic_int *stop) { return stop && atomic_load_explicit(stop, memory_order_relaxed); }

static void pool_ask(atomic_int *stop) { atomic_store(stop, 1); }

static long long pool_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* The time to some milliseconds: a precise one costs 80 ns and more in a virtual machine. */
static long long pool_coarse_now(void) {
#ifdef CLOCK_MONOTONIC_COARSE
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
#else
    return pool_now();
#endif
}

/* Begin a call on this thread, whose loops are shared so; `polls` is true on the thread that gets the process's
   signals. Returns what `pool_end_call` restores: the handler of a signal may make a call inside a call. */
static pool_state pool_begin_call(pool_call *call, int polls, int sharing) {
    pool_state outer = pool_thread;
    atomic_init(&call->stopped, 0);
    call->polls = polls;
    call->thread = pthread_self();
    call->next_poll = 0;
    call->stop = pool_stop;
    pool_thread = (pool_state){call, 0, sharing};
    return outer;
}

static void pool_end_call(pool_state outer) { pool_thread = outer; }

/* Between two tasks: whether to go on. */
static int pool_stopped(pool_call *call) {
    if (atomic_load_explicit(&call->stopped, memory_order_relaxed)) return 1;
    if (pool_is_asked(call->stop)) {
        atomic_store(&call->stopped, 1);
        return 1;
    }
    if (!call->polls || !pthread_equal(call->thread, pthread_self())) return 0;
    long long now = pool_coarse_now();
    if (now < call->next_poll) return 0;
    if (call->next_poll && pool.poll && pool.poll()) {
        atomic_store(&call->stopped, 1);
        return 1;
    }
    call->next_poll = now + POOL_POLL;
    return 0;
}

/* Take tasks of `loop` until none is left. A worker stops early if it is one too many. */
static void pool_take(pool_loop *loop, int worker) {
    pool_state outer = pool_thread;
    pool_thread = (pool_state){loop->call, loop, loop->sharing};
    while (!worker || !atomic_load_explicit(&pool.surplus, memory_order_relaxed)) {
        long long number = atomic_fetch_add_explicit(&loop->next, 1, memory_order_relaxed);
        if (number >= loop->end) break;
        int code = pool_stopped(loop->call) ? POOL_STOPPED : loop->task(loop->context, (int)number, loop->closure);
        if (code) {
            atomic_store(&loop->code, code);
            atomic_store(&loop->next, loop->end);
        }
    }
    pool_thread = outer;
}

static int pool_has_tasks(pool_loop *loop) {
    return atomic_load_explicit(&loop->next, memory_order_relaxed) < loop->end;
}

/* Help with a loop of another thread. Called with the lock, and returns with it. */
static void pool_help(pool_loop *loop, int worker) {
    atomic_fetch_add_explicit(&loop->helpers, 1, memory_order_relaxed);
    pthread_mutex_unlock(&pool.lock);
    pool_take(loop, worker);
    pthread_mutex_lock(&pool.lock);
    /* A caller that does not sleep may return as soon as it sees 0: then the record is gone. One that sleeps needs the
       lock to return. */
    int waiting = loop->waiting;
    if (atomic_fetch_sub_explicit(&loop->helpers, 1, memory_order_release) == 1 && waiting)
        pthread_cond_signal(&loop->changed);
}

/* Wake at most `count` workers, the last to fall asleep first. Called with the lock. */
static void pool_wake(int count) {
    for (; count > 0 && pool.sleepers; count--) {
        pool_sleeper *sleeper = pool.sleepers;
        pool.sleepers = sleeper->below;
        sleeper->asleep = 0;
        pthread_cond_signal(&sleeper->wake);
    }
}

static void *pool_work(void *unused) {
    pool_sleeper self = {.wake = PTHREAD_COND_INITIALIZER};
    pthread_mutex_lock(&pool.lock);
    while (pool.workers <= pool.wanted) {
        pool_loop *loop = pool.newest;
        while (loop && !pool_has_tasks(loop)) loop = loop->older;
        if (loop) {
            pool_help(loop, 1);
            continue;
        }
        unsigned seen = atomic_load_explicit(&pool.posted, memory_order_relaxed);
        atomic_fetch_add(&pool.spinning, 1);
        pthread_mutex_unlock(&pool.lock);
        int found = 0;
        for (long long end = pool_now() + POOL_SPIN; !found && pool_now() < end; sched_yield())
            for (int i = 0; i < 16 && !found; i++) {
                found = atomic_load_explicit(&pool.posted, memory_order_acquire) != seen;
                POOL_PAUSE();
            }
        pthread_mutex_lock(&pool.lock);
        atomic_fetch_sub(&pool.spinning, 1);
        if (atomic_load_explicit(&pool.posted, memory_order_relaxed) == seen && pool.workers <= pool.wanted) {
            self.below = pool.sleepers;
            pool.sleepers = &self;
            self.asleep = 1;
            while (self.asleep) pthread_cond_wait(&self.wake, &pool.lock);
        }
    }
    pool.workers--;
    atomic_store(&pool.surplus, pool.workers > pool.wanted);
    pthread_mutex_unlock(&pool.lock);
    pthread_cond_destroy(&self.wake);
    return unused;
}

/* Start the workers that are missing. They take no signals. If one cannot be started, the others do its work.
   Called with the lock. */
static void pool_hire(void) {
    sigset_t all, before;
    pthread_attr_t attributes;
    pthread_t thread;
    sigfillset(&all);
    if (pthread_attr_init(&attributes)) return;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, POOL_STACK);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (pool.workers < pool.wanted && !pthread_create(&thread, &attributes, pool_work, 0)) pool.workers++;
    pthread_sigmask(SIG_SETMASK, &before, 0);
    pthread_attr_destroy(&attributes);
}

/* A loop below `loop` that has tasks: the caller of `loop` may help with it. Called with the lock. */
static pool_loop *pool_nested(pool_loop *loop) {
    for (pool_loop *other = pool.newest; other; other = other->older)
        if (pool_has_tasks(other))
            for (pool_loop *parent = other->parent; parent; parent = parent->parent)
                if (parent == loop) return other;
    return 0;
}

/* Wait until nobody has the record of `loop`; help with the loops in its tasks and poll for signals meanwhile. */
static void pool_wait(pool_loop *loop) {
    while (atomic_load_explicit(&loop->helpers, memory_order_acquire)) {
        unsigned seen = atomic_load(&pool.posted);
        for (long long end = pool_now() + POOL_SPIN; pool_now() < end; sched_yield())
            for (int i = 0; i < 16; i++) {
                if (!atomic_load_explicit(&loop->helpers, memory_order_acquire)) return;
                POOL_PAUSE();
            }
        pool_stopped(loop->call);
        if (loop->generation != pool.generation) return;
        pthread_mutex_lock(&pool.lock);
        pool_loop *nested = pool_nested(loop);
        if (nested)
            pool_help(nested, 0);
        else if (atomic_load(&loop->helpers) && atomic_load(&pool.posted) == seen) {
            loop->waiting = 1;
            if (loop->call->polls) {
                struct timespec until;
                clock_gettime(CLOCK_REALTIME, &until);
                until.tv_nsec += POOL_POLL;
                if (until.tv_nsec >= 1000000000L) {
                    until.tv_nsec -= 1000000000L;
                    until.tv_sec++;
                }
                pthread_cond_timedwait(&loop->changed, &pool.lock, &until);
            } else
                pthread_cond_wait(&loop->changed, &pool.lock);
            loop->waiting = 0;
        }
        pthread_mutex_unlock(&pool.lock);
    }
}

static int pool_in_turn(void *context, pool_task task, int first, int count, uint8_t *closure) {
    for (int number = first; number < first + count; number++) {
        if (number > first && pool_stopped(pool_thread.call)) return POOL_STOPPED;
        int code = task(context, number, closure);
        if (code) return code;
    }
    return 0;
}

/* Run a loop; to be called inside a call. Halide's signature, for halide_set_custom_do_par_for. */
static int pool_for(void *context, pool_task task, int first, int count, uint8_t *closure) {
    int sharing = pool_thread.sharing;
    if (count <= 1 || sharing == POOL_SERIAL || !pool.wanted) return pool_in_turn(context, task, first, count, closure);
    if (sharing == POOL_SPINNING && !atomic_load(&pool.spinning)) {
        /* It is not worth the waking, but a worker that the fourth such loop in a row wakes will be there for the
           following ones. */
        int unshared = 1 + atomic_fetch_add(&pool.unshared, 1);
        if (pool_now() - atomic_load(&pool.latest) > POOL_SPIN) atomic_store(&pool.unshared, unshared = 1);
        if (unshared < 4) {
            int code = pool_in_turn(context, task, first, count, closure);
            atomic_store(&pool.latest, pool_now());
            return code;
        }
        sharing = 1;
    }
    atomic_store(&pool.unshared, 0);
    pool_loop loop = {.task = task,
                      .context = context,
                      .closure = closure,
                      .sharing = pool_thread.sharing,
                      .end = (long long)first + count,
                      .next = first,
                      .changed = PTHREAD_COND_INITIALIZER,
                      .call = pool_thread.call,
                      .parent = pool_thread.loop};
    pthread_mutex_lock(&pool.lock);
    if (pool.workers < pool.wanted) pool_hire();
    loop.generation = pool.generation;
    loop.older = pool.newest;
    pool.newest = &loop;
    atomic_fetch_add_explicit(&pool.posted, 1, memory_order_release);
    pool_wake((sharing < count - 1 ? sharing : count - 1) - atomic_load(&pool.spinning));
    for (pool_loop *parent = loop.parent; parent; parent = parent->parent)
        if (parent->waiting) pthread_cond_signal(&parent->changed);
    pthread_mutex_unlock(&pool.lock);
    pool_take(&loop, 0);
    pthread_mutex_lock(&pool.lock);
    if (loop.generation == pool.generation) {
        pool_loop **place = &pool.newest;
        while (*place != &loop) place = &(*place)->older;
        *place = loop.older;
    }
    pthread_mutex_unlock(&pool.lock);
    pool_wait(&loop);
    atomic_store(&pool.latest, pool_now());
    /* A signal's handler forked, and this is the child: the tasks of the helpers are lost. */
    if (loop.generation != pool.generation) return POOL_STOPPED;
    pthread_cond_destroy(&loop.changed);
    return atomic_load(&loop.code);
}

/* Let `threads` threads work from now on, the callers of loops included. Workers that are too many leave after the task
   they are in; new ones join the loops that are running. */
static void pool_set_threads(int threads) {
    pthread_mutex_lock(&pool.lock);
    pool.wanted = threads - 1;
    atomic_store(&pool.surplus, pool.workers > pool.wanted);
    if (pool.newest) pool_hire();
    atomic_fetch_add(&pool.posted, 1);
    pool_wake(pool.workers);
    pthread_mutex_unlock(&pool.lock);
}

static void pool_before_fork(void) { pthread_mutex_lock(&pool.lock); }
static void pool_after_fork_in_parent(void) { pthread_mutex_unlock(&pool.lock); }

/* The child has only the thread that forked: no worker, and no loop of another thread. */
static void pool_after_fork_in_child(void) {
    pthread_mutex_init(&pool.lock, 0);
    pool.newest = 0;
    pool.sleepers = 0;
    pool.workers = 0;
    pool.generation++;
    pool_thread.loop = 0;
    atomic_store(&pool.surplus, 0);
    atomic_store(&pool.spinning, 0);
}

static int pool_start(int (*poll)(void)) {
    pool.poll = poll;
    return pthread_atfork(pool_before_fork, pool_after_fork_in_parent, pool_after_fork_in_child);
}
#endif
