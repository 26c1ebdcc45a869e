//! What was asked, in words that can be typed again.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::json;

use crate::plan::{Asked, Explore, Judge, Race, Task};

impl Serialize for Asked {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let config = &self.config;
        let program = &config.program;
        let mut map = to.serialize_map(None)?;
        if let Task::Selftest { thorough } = &self.task {
            map.serialize_entry("thorough", thorough)?;
            map.serialize_entry("processors", &config.processors)?;
            return map.end();
        }
        let workers = json!({ "kind": config.kind, "count": program.workers });
        map.serialize_entry("workers", &workers)?;
        if let Task::Judge(Judge { memory, bounds }) = &self.task {
            map.serialize_entry("permits", &program.permits)?;
            map.serialize_entry("memory", memory)?;
            map.serialize_entry("max_states", &bounds.states)?;
            map.serialize_entry("max_memory", &bounds.memory)?;
            return map.end();
        }
        map.serialize_entry("iters", &program.iters)?;
        map.serialize_entry("copies", &program.copies)?;
        map.serialize_entry("permits", &program.permits)?;
        map.serialize_entry("guard", &program.guard)?;
        map.serialize_entry("count_up", &program.count_up)?;
        map.serialize_entry("schedule", &config.schedule)?;
        match &self.task {
            Task::Race(Race { runs, yields, explore, .. }) => {
                map.serialize_entry("runs", runs)?;
                map.serialize_entry("resource", &config.resource)?;
                let yields = json!({ "asked": yields, "done": config.yields.to_string() });
                map.serialize_entry("yield", &yields)?;
                map.serialize_entry("seed", &config.seed.to_string())?;
                let file = config.file.as_ref().map(|path| path.display().to_string());
                map.serialize_entry("file", &file)?;
                map.serialize_entry("work_ns", &config.work.as_nanos())?;
                map.serialize_entry("kill", &config.kill)?;
                map.serialize_entry("trace", &config.trace)?;
                map.serialize_entry("processors", &config.processors)?;
                map.serialize_entry("explore", &explore.is_some())?;
            }
            Task::Explore(Explore { memory, bounds, witness, partial, page: _ }) => {
                map.serialize_entry("memory", memory)?;
                map.serialize_entry("max_states", &bounds.states)?;
                map.serialize_entry("max_memory", &bounds.memory)?;
                map.serialize_entry("max_preemptions", &bounds.preemptions)?;
                map.serialize_entry("witness", witness)?;
                map.serialize_entry("partial", partial)?;
            }
            Task::Judge(_) | Task::Selftest { .. } => {}
        }
        map.end()
    }
}
