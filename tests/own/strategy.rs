//! syncdemo with strategies that a class could hand in, each with a mistake of its own.

use std::process::ExitCode;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};

use syncdemo::machine::{Condition, Lock, Machine, Needs, Private, Program, Semaphore, Var};
use syncdemo::strategy::{About, Promise, Strategy};

/// Not written yet.
struct Unfinished;

impl Strategy for Unfinished {
    fn about(&self) -> About {
        About::new("unfinished", Promise::MutualExclusion, "panics in its entry section")
    }
    fn enter<M: Machine>(&self, _: &mut M) -> Result<(), M::Stop> {
        unimplemented!("the entry section")
    }
}

/// Uses a variable that it did not ask for.
struct Undeclared;

impl Strategy for Undeclared {
    fn about(&self) -> About {
        About::new("undeclared", Promise::MutualExclusion, "forgot needs()")
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(Var(3), 1, SeqCst)
    }
}

/// Its semaphore lets in more than can be counted.
struct ManyPermits;

impl Strategy for ManyPermits {
    fn about(&self) -> About {
        About::new("many-permits", Promise::AtMostPermits, "more than any semaphore has")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().semaphore("seats", u64::MAX)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.signal(Semaphore(0))
    }
}

/// Loads with an order that a load cannot have.
struct WrongOrder;

impl Strategy for WrongOrder {
    fn about(&self) -> About {
        About::new("wrong-order", Promise::MutualExclusion, "a release load")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("flag", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.load(Var(0), Release).map(drop)
    }
}

/// Waits for ever, and takes no step.
struct NoStep;

impl Strategy for NoStep {
    fn about(&self) -> About {
        About::new("no-step", Promise::MutualExclusion, "a loop without a step")
    }
    fn enter<M: Machine>(&self, _: &mut M) -> Result<(), M::Stop> {
        loop {
            std::hint::spin_loop();
        }
    }
}

/// Waits in a loop of its own, and not by `until`.
struct OwnLoop;

impl Strategy for OwnLoop {
    fn about(&self) -> About {
        About::new("own-loop", Promise::MutualExclusion, "waits without until")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("flag", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        while m.load(Var(0), Relaxed)? == 0 {}
        Ok(())
    }
}

/// Each lets the other go first, for ever.
struct Polite;

impl Strategy for Polite {
    fn about(&self) -> About {
        About::new("polite", Promise::MutualExclusion, "each lets the other go first")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("flag 1", 0).var("flag 2", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.until("the other worker does not want to", |m| {
            let (mine, other) = (Var(m.me()), Var(1 - m.me()));
            m.store(mine, 1, SeqCst)?;
            let free = m.load(other, SeqCst)? == 0;
            if !free {
                m.store(mine, 0, SeqCst)?;
            }
            Ok(free)
        })
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(Var(m.me()), 0, SeqCst)
    }
}

/// Releases a lock that it has not acquired.
struct ReleasesOnly;

impl Strategy for ReleasesOnly {
    fn about(&self) -> About {
        About::new("releases-only", Promise::MutualExclusion, "forgot to acquire")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("key")
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.release(Lock(0))
    }
}

/// Never gives its lock back.
struct Leak;

impl Strategy for Leak {
    fn about(&self) -> About {
        About::new("leak", Promise::MutualExclusion, "never releases")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("key")
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(Lock(0))
    }
}

/// Calls itself for ever once it has made its first update, so that its steps can be recorded.
struct Deep;

impl Strategy for Deep {
    fn about(&self) -> About {
        About::new("deep", Promise::MutualExclusion, "calls itself for ever")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("updates", 0)
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        if m.fetch_add(Var(0), 1, SeqCst)? > 0 {
            call_again(1);
        }
        Ok(())
    }
}

fn call_again(depth: u64) -> u64 {
    let frame = std::hint::black_box([depth; 100]);
    if frame[0] == 0 { 0 } else { std::hint::black_box(call_again(depth + 1)) + frame[0] }
}

/// Ends the program.
struct Aborts;

impl Strategy for Aborts {
    fn about(&self) -> About {
        About::new("aborts", Promise::Nothing, "ends the program")
    }
    fn enter<M: Machine>(&self, _: &mut M) -> Result<(), M::Stop> {
        std::process::abort()
    }
}

/// What a strategy does wrong at its second update, which is not the one that is recorded.
#[derive(Clone, Copy)]
enum Late {
    Panic,
    Variable,
    Lock,
    Semaphore,
    Condition,
    Load,
    Store,
    Fence,
    Private,
    Attempt,
    Loop,
    Sleep,
    Release,
}

/// Makes a mistake that shows late.
struct MistakeLater(&'static str, Late);

impl Strategy for MistakeLater {
    fn about(&self) -> About {
        About::new(self.0, Promise::MutualExclusion, "makes a mistake at its second update")
    }
    fn needs(&self, _: &Program) -> Needs {
        let needs = Needs::default().var("updates", 0).lock("key").semaphore("permits", 1);
        needs.condition("free").private("seen")
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        if m.fetch_add(Var(0), 1, SeqCst)? == 0 {
            return Ok(());
        }
        match self.1 {
            Late::Panic => panic!("no further"),
            Late::Variable => m.swap(Var(7), 1, SeqCst).map(drop),
            Late::Lock => m.acquire(Lock(7)),
            Late::Semaphore => m.wait(Semaphore(7)),
            Late::Condition => m.notify_one(Condition(7)),
            Late::Load => m.load(Var(0), AcqRel).map(drop),
            Late::Store => m.store(Var(0), 1, Acquire),
            Late::Fence => m.fence(Relaxed),
            Late::Private => {
                m.set(Private(7), 1);
                Ok(())
            }
            Late::Attempt => m.until("it is so", |m| {
                let updates = m.load(Var(0), Relaxed)?;
                m.set(Private(0), updates);
                Ok(true)
            }),
            Late::Loop => {
                while m.load(Var(0), Relaxed)? != 0 {}
                Ok(())
            }
            Late::Sleep => m.wait_on(Condition(0), Lock(0)),
            Late::Release => m.release(Lock(0)),
        }
    }
}

/// Each worker sleeps with a mutex of its own.
struct TwoMutexes;

impl Strategy for TwoMutexes {
    fn about(&self) -> About {
        About::new("two-mutexes", Promise::MutualExclusion, "a mutex for each worker that sleeps")
    }
    fn needs(&self, program: &Program) -> Needs {
        let lock = |needs: Needs, worker| needs.lock(format!("lock[{worker}]"));
        (1..=program.workers).fold(Needs::default().condition("free"), lock)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let lock = Lock(m.me());
        m.acquire(lock)?;
        m.wait_on(Condition(0), lock)?;
        m.release(lock)
    }
}

/// Has the name that the environment says, and works as it says.
struct Named(&'static str, &'static str);

impl Strategy for Named {
    fn about(&self) -> About {
        About::new(self.0, Promise::Nothing, self.1)
    }
}

fn main() -> ExitCode {
    match std::env::var("OWN_NAME") {
        Ok(name) => {
            let how = std::env::var("OWN_HOW").unwrap_or_default();
            let named: &'static Named = Box::leak(Box::new(Named(name.leak(), how.leak())));
            syncdemo::main(&[named])
        }
        Err(_) => syncdemo::main(&[
            &Unfinished,
            &Undeclared,
            &ManyPermits,
            &WrongOrder,
            &OwnLoop,
            &NoStep,
            &Polite,
            &ReleasesOnly,
            &TwoMutexes,
            &Deep,
            &Leak,
            &Aborts,
            &MistakeLater("late-panic", Late::Panic),
            &MistakeLater("late-variable", Late::Variable),
            &MistakeLater("late-lock", Late::Lock),
            &MistakeLater("late-semaphore", Late::Semaphore),
            &MistakeLater("late-condition", Late::Condition),
            &MistakeLater("late-load", Late::Load),
            &MistakeLater("late-store", Late::Store),
            &MistakeLater("late-fence", Late::Fence),
            &MistakeLater("late-private", Late::Private),
            &MistakeLater("late-attempt", Late::Attempt),
            &MistakeLater("late-loop", Late::Loop),
            &MistakeLater("late-sleep", Late::Sleep),
            &MistakeLater("late-release", Late::Release),
        ]),
    }
}
