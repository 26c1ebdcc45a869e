/* The work of `syncdemo mutex`, `semaphore` and `atomic`, as one would write it in C, to be measured
 * against: WORKERS threads add 1 to one counter, ITERS times each, and what is printed are the
 * nanoseconds from the opening of the gate to the end of the last of them.
 *
 *     against_c mutex|semaphore|atomic WORKERS ITERS
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Each on a cache line of its own, as in syncdemo: otherwise who waits disturbs who counts. */
static _Alignas(128) long counter;
static _Alignas(128) pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Alignas(128) sem_t permits;
static _Alignas(128) int arrived;
static _Alignas(128) long long opened;

static int workers;
static long iters;
static const char *strategy;

static long long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Whoever arrives last opens the gate; the others spin, and let others run after a while, since
 * there may be fewer processors than workers. */
static void pass_gate(void)
{
    if (__atomic_add_fetch(&arrived, 1, __ATOMIC_ACQ_REL) == workers) {
        __atomic_store_n(&opened, now(), __ATOMIC_RELEASE);
        return;
    }
    for (long spins = 0; __atomic_load_n(&opened, __ATOMIC_ACQUIRE) == 0; spins++)
        if (spins > 1000)
            sched_yield();
}

static void *work(void *ended)
{
    pass_gate();
    if (strcmp(strategy, "mutex") == 0) {
        for (long i = 0; i < iters; i++) {
            pthread_mutex_lock(&lock);
            counter += 1;
            pthread_mutex_unlock(&lock);
        }
    } else if (strcmp(strategy, "semaphore") == 0) {
        for (long i = 0; i < iters; i++) {
            sem_wait(&permits);
            counter += 1;
            sem_post(&permits);
        }
    } else {
        for (long i = 0; i < iters; i++)
            __atomic_fetch_add(&counter, 1, __ATOMIC_RELAXED);
    }
    *(long long *)ended = now();
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    strategy = argv[1];
    workers = atoi(argv[2]);
    iters = atol(argv[3]);
    if (workers < 1 || sem_init(&permits, 0, 1) != 0)
        return 2;

    pthread_t *threads = calloc(workers, sizeof *threads);
    long long *ended = calloc(workers, sizeof *ended);
    if (threads == NULL || ended == NULL)
        return 3;
    for (int i = 0; i < workers; i++)
        if (pthread_create(&threads[i], NULL, work, &ended[i]) != 0)
            return 3;
    long long last = 0;
    for (int i = 0; i < workers; i++) {
        pthread_join(threads[i], NULL);
        if (ended[i] > last)
            last = ended[i];
    }
    if (counter != workers * iters)
        return 1;
    printf("%lld\n", last - opened);
    return 0;
}
