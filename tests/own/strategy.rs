//! syncdemo with strategies that a class could hand in, each with a mistake of its own.

use std::process::ExitCode;
use std::sync::atomic::Ordering::{Relaxed, Release, SeqCst};

use syncdemo::machine::{Lock, Machine, Needs, Program, Var};
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

/// Has the name that the environment says.
struct Named(&'static str);

impl Strategy for Named {
    fn about(&self) -> About {
        About::new(self.0, Promise::Nothing, "named by OWN_NAME")
    }
}

fn main() -> ExitCode {
    match std::env::var("OWN_NAME") {
        Ok(name) => {
            let named: &'static Named = Box::leak(Box::new(Named(name.leak())));
            syncdemo::main(&[named])
        }
        Err(_) => syncdemo::main(&[
            &Unfinished,
            &Undeclared,
            &WrongOrder,
            &OwnLoop,
            &Polite,
            &ReleasesOnly,
        ]),
    }
}
