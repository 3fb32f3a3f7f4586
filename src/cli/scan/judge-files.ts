import { dirname } from 'node:path'
import type { ClientIndex } from '../../core/plan.ts'
import type { FileMarkers } from './scan-file.ts'

export interface ScannedFile extends FileMarkers {
  readonly path: string
  /** Whose data may be there: as the command line or the path itself says; absent: one client's, whosever. */
  readonly owner?: ClientIndex
}

/** Data of somebody else, or of more than one client. */
export interface MixedUp {
  readonly path: string
  readonly owner?: ClientIndex
  readonly clients: readonly ClientIndex[]
}

/** Judges files each by itself, or with `perFolder` those of one folder together. */
export function judgeFiles(files: readonly ScannedFile[], perFolder: boolean): MixedUp[] {
  const units = new Map<string, ScannedFile[]>()
  for (const file of files) {
    const unit = perFolder ? dirname(file.path) : file.path
    units.set(unit, [...(units.get(unit) ?? []), file])
  }
  return [...units].flatMap(([path, unit]) => judgeUnit(path, unit))
}

function judgeUnit(path: string, files: readonly ScannedFile[]): MixedUp[] {
  const clients = [...new Set(files.flatMap(({ sightings }) => sightings.map(({ client }) => client)))]
  const owner = files.find((file) => file.owner !== undefined)?.owner
  if (owner === undefined) return clients.length > 1 ? [{ path, clients: clients.sort((a, b) => a - b) }] : []
  const others = clients.filter((client) => client !== owner).sort((a, b) => a - b)
  return others.length > 0 ? [{ path, owner, clients: others }] : []
}
