/* The work of `syncdemo mutex`, `semaphore` and `atomic` between processes, as one would write it in
 * C, to be measured against: WORKERS processes add 1 to one counter in shared memory, ITERS times
 * each, and what is printed are the nanoseconds from the opening of the gate to the end of the last
 * of them.
 *
 *     processes mutex|semaphore|atomic WORKERS ITERS
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

/* Each on a cache line of its own, as in syncdemo: otherwise who waits disturbs who counts. */
static struct shared {
    _Alignas(128) long counter;
    _Alignas(128) pthread_mutex_t lock;
    _Alignas(128) sem_t permits;
    _Alignas(128) int arrived;
    _Alignas(128) long long opened;
    _Alignas(128) long long ended[64];
} *shared;

static long long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Whoever arrives last opens the gate; the others spin, and let others run after a while, since
 * there may be fewer processors than workers. */
static void pass_gate(int workers)
{
    if (__atomic_add_fetch(&shared->arrived, 1, __ATOMIC_ACQ_REL) == workers) {
        __atomic_store_n(&shared->opened, now(), __ATOMIC_RELEASE);
        return;
    }
    for (long spins = 0; __atomic_load_n(&shared->opened, __ATOMIC_ACQUIRE) == 0; spins++)
        if (spins > 1000)
            sched_yield();
}

static void work(const char *strategy, long iters)
{
    long *counter = &shared->counter;
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
            __atomic_fetch_add(&shared->counter, 1, __ATOMIC_RELAXED);
    }
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    int workers = atoi(argv[2]);
    long iters = atol(argv[3]);
    if (workers < 1 || workers > 64)
        return 2;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return 1;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&shared->lock, &attributes);
    sem_init(&shared->permits, 1, 1);
    for (int me = 0; me < workers; me++) {
        if (fork() == 0) {
            pass_gate(workers);
            work(argv[1], iters);
            shared->ended[me] = now();
            _exit(0);
        }
    }
    int status, failed = 0;
    while (wait(&status) > 0)
        failed |= status;
    if (failed || shared->counter != workers * iters)
        return 1;
    long long last = 0;
    for (int me = 0; me < workers; me++)
        if (shared->ended[me] > last)
            last = shared->ended[me];
    printf("%lld\n", last - shared->opened);
    return 0;
}
