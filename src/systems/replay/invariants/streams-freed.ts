import type { Invariant, Violation } from '../../../core/check.ts'
import type { Json, JsonObject } from '../../../core/json.ts'
import type { TargetInspection } from '../../../core/system.ts'

export const streamsFreed: Invariant = {
  name: 'streams-freed',
  kind: 'hygiene',
  sentence: 'When its viewers have left, a server plays nothing to nobody and holds no more sockets than before.',
}

/** By the figures of the server's `/stats`; one that tells none of these is not judged. */
const figures: Readonly<Record<string, string>> = {
  playingWithoutSockets: 'replays that go on without anybody who watches',
  sockets: 'open sockets',
}

export function inspectTarget(before: Json, after: Json): readonly TargetInspection[] {
  if (!isObject(before) || !isObject(after)) return []
  const told = Object.entries(figures).filter(([name]) => typeof after[name] === 'number')
  if (told.length === 0) return []
  const violations = told.flatMap(([name, what]) => {
    const [was, is] = [typeof before[name] === 'number' ? before[name] : 0, after[name] as number]
    return is > was ? [describeLeft(what, was, is)] : []
  })
  return [{ invariant: streamsFreed, conclusion: { examined: told.length, undecidable: 0, violations } }]
}

function describeLeft(what: string, expected: number, received: number): Violation {
  return {
    invariant: streamsFreed.name,
    kind: streamsFreed.kind,
    class: 'leaked',
    atMs: 0,
    connection: 0,
    message: `the server has ${received} ${what} after all viewers have left, and ${expected} before they came`,
    expected,
    received,
  }
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
