/* Peterson's lock as in src/strategy/peterson.rs: two workers with N updates each. What a worker
 * remembers is reset where it is of no use any more, so that no state is told apart for nothing;
 * under the lock the value of the counter follows from the updates that were made. */
#ifndef N
#define N 40
#endif

byte flag[2];
byte turn;
byte inside;

active [2] proctype worker() {
  byte made = 0;
  bit down = 0;
  do
  :: made < N ->
    flag[_pid] = 1;
    turn = 2 - _pid;
    do
    :: down = (flag[1 - _pid] == 0);
       if
       :: atomic { (turn == _pid + 1 || down) -> down = 0 }; break
       :: atomic { else -> down = 0 }
       fi
    od;
    /* read */
    atomic { inside++; assert(inside == 1) };
    /* write */
    inside--;
    d_step { flag[_pid] = 0; made++ }
  :: else -> break
  od
}
