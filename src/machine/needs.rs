//! What a strategy shares among its workers, beside the resource: variables, locks, semaphores and
//! condition variables.

/// The most permits of a semaphore.
pub(crate) const MOST_PERMITS: u64 = i32::MAX as u64;

/// One of the variables that a strategy asked for, by its place in [`Needs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Var(pub usize);

/// One of the mutexes that a strategy asked for, by its place in [`Needs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lock(pub usize);

/// One of the semaphores that a strategy asked for, by its place in [`Needs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Semaphore(pub usize);

/// One of the condition variables that a strategy asked for, by its place in [`Needs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Condition(pub usize);

/// One of the private variables that a strategy asked for, by its place in [`Needs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Private(pub usize);

/// What a strategy uses, with the names that reports print.
///
/// ```
/// use syncdemo::machine::Needs;
/// let needs = Needs::default().var("next", 0).var("serving", 0).lock("lock");
/// assert_eq!(needs.vars.len(), 2);
/// assert_eq!(needs.locks, ["lock"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Needs {
    /// Name and first value of each variable; the first is `Var(0)`.
    pub vars: Vec<(String, u64)>,
    /// Name of each mutex; the first is `Lock(0)`.
    pub locks: Vec<String>,
    /// Name and permits of each semaphore; the first is `Semaphore(0)`.
    pub semaphores: Vec<(String, u64)>,
    /// Name of each condition variable; the first is `Condition(0)`.
    pub conditions: Vec<String>,
    /// Name of each private variable; the first is `Private(0)`. Every worker has its own.
    pub privates: Vec<String>,
    /// Its mutex is a lock on the shared file itself, and so it serves no other resource.
    pub on_file: bool,
}

impl Needs {
    /// Asks for one more variable.
    pub fn var(mut self, name: impl Into<String>, first: u64) -> Self {
        self.vars.push((name.into(), first));
        self
    }

    /// Asks for one more mutex.
    pub fn lock(mut self, name: impl Into<String>) -> Self {
        self.locks.push(name.into());
        self
    }

    /// Asks for a lock on the shared file itself, as its only mutex.
    pub fn file_lock(mut self, name: impl Into<String>) -> Self {
        self.on_file = true;
        self.lock(name)
    }

    /// Asks for one more semaphore, with at most 2,147,483,647 permits, as POSIX has it.
    pub fn semaphore(mut self, name: impl Into<String>, permits: u64) -> Self {
        self.semaphores.push((name.into(), permits));
        self
    }

    /// Asks for one more condition variable.
    pub fn condition(mut self, name: impl Into<String>) -> Self {
        self.conditions.push(name.into());
        self
    }

    /// Asks for one more private variable of each worker.
    pub fn private(mut self, name: impl Into<String>) -> Self {
        self.privates.push(name.into());
        self
    }
}
