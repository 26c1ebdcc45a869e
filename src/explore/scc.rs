//! Strongly connected components (Tarjan 1972), without recursion, since schedules are long.

/// The components of a graph with so many nodes, each after those that can be reached from it.
pub(super) fn components(nodes: usize, successors: impl Fn(u32) -> Vec<u32>) -> Vec<Vec<u32>> {
    const NONE: u32 = u32::MAX;
    let mut found = Vec::new();
    let (mut index, mut low) = (vec![NONE; nodes], vec![NONE; nodes]);
    let mut open: Vec<u32> = Vec::new();
    let mut is_open = vec![false; nodes];
    let mut next = 0;
    for root in 0..nodes as u32 {
        if index[root as usize] != NONE {
            continue;
        }
        let mut calls = Vec::new();
        let mut enter = Some(root);
        loop {
            if let Some(node) = enter.take() {
                (index[node as usize], low[node as usize]) = (next, next);
                next += 1;
                open.push(node);
                is_open[node as usize] = true;
                calls.push((node, successors(node).into_iter()));
            }
            let Some((node, edges)) = calls.last_mut() else { break };
            let at = *node as usize;
            match edges.next() {
                Some(to) if index[to as usize] == NONE => enter = Some(to),
                Some(to) if is_open[to as usize] => low[at] = low[at].min(index[to as usize]),
                Some(_) => {}
                None => {
                    if low[at] == index[at] {
                        let first = open.iter().rposition(|&member| member as usize == at);
                        let members = open.split_off(first.unwrap_or(0));
                        members.iter().for_each(|&member| is_open[member as usize] = false);
                        found.push(members);
                    }
                    calls.pop();
                    if let Some((before, _)) = calls.last() {
                        let before = *before as usize;
                        low[before] = low[before].min(low[at]);
                    }
                }
            }
        }
    }
    found
}
