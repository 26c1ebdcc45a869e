/* A mutex as in src/strategy/mutex.rs: two workers with N updates each. */
#ifndef N
#define N 40
#endif

bit held;
byte inside;

active [2] proctype worker() {
  byte made = 0;
  do
  :: made < N ->
    atomic { held == 0 -> held = 1 };
    /* read */
    atomic { inside++; assert(inside == 1) };
    /* write */
    inside--;
    d_step { held = 0; made++ }
  :: else -> break
  od
}
