//! Defaults from the environment, for what was not typed.
//!
//! clap could read them as well, but would then report a bad value as if it had been typed.

use clap::ValueEnum;

use super::{Format, Options, UsageError, pace, value};

impl Options {
    /// Fills in what was not typed from `SYNCDEMO_ITERS` and its like.
    ///
    /// A command reads only the variables of the options that it can use, if not all are `useful`.
    pub(super) fn fill_in(
        &mut self,
        useful: Option<&[&str]>,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<(), UsageError> {
        let read = |name: &str| {
            let option = name.trim_start_matches("SYNCDEMO_").to_lowercase();
            useful.is_none_or(|useful| useful.contains(&option.as_str()))
        };
        let env = |name: &str| env(name).filter(|text| read(name) && !text.is_empty());
        set(&mut self.iters, env, "SYNCDEMO_ITERS", value::iters)?;
        self.fill_in_workers(env)?;
        set(&mut self.timeout, env, "SYNCDEMO_TIMEOUT", value::duration)?;
        set(&mut self.pace, env, "SYNCDEMO_YIELD", pace)?;
        set(&mut self.format, env, "SYNCDEMO_FORMAT", one_of::<Format>)?;
        set(&mut self.color, env, "SYNCDEMO_COLOR", one_of::<clap::ColorChoice>)
    }

    /// What is typed wins, also over the variable of the other kind of workers.
    fn fill_in_workers(&mut self, env: impl Fn(&str) -> Option<String>) -> Result<(), UsageError> {
        let (mut threads, mut processes) = (self.threads, self.processes);
        set(&mut threads, &env, "SYNCDEMO_THREADS", value::threads)?;
        set(&mut processes, &env, "SYNCDEMO_PROCESSES", value::processes)?;
        if self.threads.or(self.processes).is_some() {
            return Ok(());
        }
        if threads.and(processes).is_some() {
            return Err(UsageError::new(
                "SYNCDEMO_THREADS and SYNCDEMO_PROCESSES exclude each other: unset one",
            ));
        }
        (self.threads, self.processes) = (threads, processes);
        Ok(())
    }
}

fn set<T>(
    option: &mut Option<T>,
    env: impl Fn(&str) -> Option<String>,
    name: &str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<(), UsageError> {
    if let (None, Some(text)) = (&option, env(name)) {
        let value =
            parse(&text).map_err(|why| UsageError::new(format!("{name} is '{text}', {why}")))?;
        *option = Some(value);
    }
    Ok(())
}

fn one_of<T: ValueEnum>(text: &str) -> Result<T, String> {
    T::from_str(text, false).map_err(|_| {
        let names: Vec<_> = T::value_variants().iter().filter_map(T::to_possible_value).collect();
        super::error::none_of(names.iter().map(|name| name.get_name()))
    })
}
