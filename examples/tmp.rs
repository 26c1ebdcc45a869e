use syncdemo::machine::*; use syncdemo::worker::*; use syncdemo::strategy::*; use std::time::Duration;
fn main(){
 let n: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
 for w in [1usize,2,8] { for name in ["none","atomic","mutex","semaphore","spinlock","ticket","cas","peterson"] {
  if name=="peterson" && w>2 || name=="ticket" && w>2 {continue}
  let s=find(TABLE,name).unwrap();
  let job=Job{strategy:s,program:Program{workers:w,iters:n,guard:Guard::Update,count_up:false,permits:1},rate:Rate::Never,seed:1,processors:2};
  let mut best=f64::MAX; let mut fin=(0,0);
  for _ in 0..3 {
  let mut c=Crew::start(job.clone()).map_err(|e|e.1).unwrap();
  for _ in 0..w { c.next_end(Duration::from_secs(100)).unwrap(); }
  let made: u64=c.slots().iter().map(|s|s.made()).sum();
  let ns=c.elapsed().unwrap().as_nanos() as f64/made as f64;
  fin=(c.tallies().value(), c.slots().iter().map(|s|s.peak.load(std::sync::atomic::Ordering::Relaxed)).max().unwrap());
  best=best.min(ns);}
  println!("{w} {name:10} {best:6.2} ns {:?}",fin);
 }}
}
