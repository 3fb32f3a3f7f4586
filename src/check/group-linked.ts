/**
 * Groups items that share a key, directly or through others. Groups come in the order of their first items, the items of
 * each in the order given.
 */
export function groupLinked<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): T[][] {
  // A forest: following the parents from any item leads to the first item of its group.
  const parents = items.map((_, i) => i)
  const rootOf = (of: number): number => {
    let root = of
    while (parents[root] !== root) {
      // Shortens the path for those who come after.
      parents[root] = parents[parents[root] as number] as number
      root = parents[root] as number
    }
    return root
  }

  const firstWith = new Map<string, number>()
  items.forEach((item, i) => {
    for (const key of keysOf(item)) {
      const known = firstWith.get(key)
      if (known === undefined) firstWith.set(key, i)
      else {
        const [a, b] = [rootOf(known), rootOf(i)]
        parents[Math.max(a, b)] = Math.min(a, b)
      }
    }
  })

  const groups = new Map<number, T[]>()
  items.forEach((item, i) => {
    const root = rootOf(i)
    const group = groups.get(root)
    if (group) group.push(item)
    else groups.set(root, [item])
  })
  return [...groups.values()]
}
