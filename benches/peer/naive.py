"""The naive program of a lecture: one worker adds 1, the other subtracts 1, and nothing guards it.

    python3 naive.py threads|processes ITERS

Prints the final value.
"""

import sys
from multiprocessing import Process, Value
from threading import Thread


def work(counter, delta, iters):
    for _ in range(iters):
        counter.value += delta


if __name__ == "__main__":
    Worker = Process if sys.argv[1] == "processes" else Thread
    counter = Value("i", 0, lock=False)
    workers = [Worker(target=work, args=(counter, delta, int(sys.argv[2]))) for delta in (1, -1)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(counter.value)
