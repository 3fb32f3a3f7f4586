/** One cycle for each knot of a graph, as the nodes along it, the first repeated at the end. Empty: there is none. */
export function findCycles(edges: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const cycles: string[][] = []
  const done = new Set<string>()
  const trail: string[] = []
  function visit(node: string): void {
    const at = trail.indexOf(node)
    if (at >= 0) cycles.push([...trail.slice(at), node])
    if (at >= 0 || done.has(node)) return
    trail.push(node)
    for (const next of edges.get(node) ?? []) visit(next)
    trail.pop()
    done.add(node)
  }
  for (const node of edges.keys()) visit(node)
  return cycles
}
