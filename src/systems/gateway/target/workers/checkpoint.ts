import { decodeTable, encodeTable } from '../pipeline/table.ts'
import type { Snapshot } from './owned-client.ts'

interface Head extends Omit<Snapshot, 'tables'> {
  readonly tables: readonly { readonly name: string; readonly size: number }[]
}

/** Head length u32 · head as JSON · tables. */
export function encodeCheckpoint({ tables, ...rest }: Snapshot): Buffer {
  const bodies = Object.entries(tables).map(([name, table]) => ({ name, body: encodeTable(table) }))
  const head: Head = { ...rest, tables: bodies.map(({ name, body }) => ({ name, size: body.length })) }
  const json = Buffer.from(JSON.stringify(head))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  return Buffer.concat([length, json, ...bodies.map(({ body }) => body)])
}

export function decodeCheckpoint(body: Buffer): Snapshot {
  let at = 4 + body.readUInt32LE()
  const { tables, ...rest } = JSON.parse(body.toString('utf8', 4, at)) as Head
  const entries = tables.map(({ name, size }) => {
    at += size
    return [name, decodeTable(body.subarray(at - size, at))] as const
  })
  return { ...rest, tables: Object.fromEntries(entries) }
}
