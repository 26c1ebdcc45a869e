/* What `syncdemo` is measured against: the same work as one would write it in C.
 *
 *     counter threads|processes mutex|semaphore|atomic|none WORKERS ITERS
 *
 * WORKERS threads or processes add 1 to one counter, ITERS times each; what is printed are the
 * nanoseconds from the opening of the gate to the end of the last of them. `none` is the naive
 * program of a lecture: each second worker subtracts 1, there is no gate and no guard, and what is
 * printed is the final value.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST 1024

/* Each on a cache line of its own, as in syncdemo: otherwise a waiting worker disturbs the one that
 * counts. */
static struct shared {
    _Alignas(128) long counter;
    _Alignas(128) pthread_mutex_t lock;
    _Alignas(128) sem_t permits;
    _Alignas(128) int arrived;
    _Alignas(128) long long opened;
    _Alignas(128) long long ended[MOST];
} *shared;

static int workers;
static long iters;
static const char *strategy;

static long long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* The last to arrive opens the gate; the others spin, and yield after a while, since there may be
 * fewer processors than workers. */
static void pass_gate(void)
{
    if (__atomic_add_fetch(&shared->arrived, 1, __ATOMIC_ACQ_REL) == workers) {
        __atomic_store_n(&shared->opened, now(), __ATOMIC_RELEASE);
        return;
    }
    for (long spins = 0; __atomic_load_n(&shared->opened, __ATOMIC_ACQUIRE) == 0; spins++)
        if (spins > 1000)
            sched_yield();
}

static void *work(void *number)
{
    long me = (long)number;
    long *counter = &shared->counter;
    if (strcmp(strategy, "none") == 0) {
        volatile long *naive = counter;
        for (long i = 0; i < iters; i++)
            *naive += me % 2 == 0 ? 1 : -1;
        return NULL;
    }
    pass_gate();
    if (strcmp(strategy, "mutex") == 0) {
        for (long i = 0; i < iters; i++) {
            if (pthread_mutex_lock(&shared->lock) != 0)
                exit(1);
            *counter += 1;
            pthread_mutex_unlock(&shared->lock);
        }
    } else if (strcmp(strategy, "semaphore") == 0) {
        for (long i = 0; i < iters; i++) {
            sem_wait(&shared->permits);
            *counter += 1;
            sem_post(&shared->permits);
        }
    } else {
        for (long i = 0; i < iters; i++)
            __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
    }
    shared->ended[me] = now();
    return NULL;
}

/* Runs all workers to their end, and says whether one failed. */
static int run(int processes)
{
    static pthread_t threads[MOST];
    int status = 0, failed = 0;
    for (long me = 0; me < workers; me++) {
        if (!processes) {
            failed |= pthread_create(&threads[me], NULL, work, (void *)me);
        } else if (fork() == 0) {
            work((void *)me);
            _exit(0);
        }
    }
    for (int me = 0; me < workers && !processes && !failed; me++)
        pthread_join(threads[me], NULL);
    while (processes && wait(&status) > 0)
        failed |= status;
    return failed;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    int processes = strcmp(argv[1], "processes") == 0;
    strategy = argv[2];
    workers = atoi(argv[3]);
    iters = atol(argv[4]);
    if (workers < 1 || workers > MOST)
        return 2;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return 3;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    if (processes) {
        /* As in syncdemo, where the others go on when a process dies inside. */
        pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
        pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    }
    pthread_mutex_init(&shared->lock, &attributes);
    sem_init(&shared->permits, processes, 1);
    if (run(processes) != 0)
        return 3;
    if (strcmp(strategy, "none") == 0) {
        printf("%ld\n", shared->counter);
        return 0;
    }
    if (shared->counter != workers * iters)
        return 1;
    long long last = 0;
    for (int me = 0; me < workers; me++)
        if (shared->ended[me] > last)
            last = shared->ended[me];
    printf("%lld\n", last - shared->opened);
    return 0;
}
