import { setTimeout as wait } from 'node:timers/promises'
import type { InstrumentsServer } from '../instruments-server.ts'
import type { SegmentsRequest } from './shared-state.ts'

const diskMs = 4
const writeMs = 8

/** `same-filename-overwrites`: all files lie in one folder, and are read again when it is their turn. */
export async function passThroughFolder(
  { defect, shared }: InstrumentsServer,
  filename: string,
  content: string,
): Promise<string> {
  if (!defect.acts('same-filename-overwrites')) return content
  shared.contents.set(filename, content)
  await wait(diskMs)
  return shared.contents.get(filename) ?? content
}

/** `segments-of-last-file`: the request stands in a variable of the module while its file is looked at. */
export async function passSegmentsRequest(
  { defect, shared }: InstrumentsServer,
  request: SegmentsRequest,
): Promise<SegmentsRequest> {
  if (!defect.acts('segments-of-last-file')) return request
  shared.segmentsRequest = request
  await wait(diskMs)
  return shared.segmentsRequest
}

/** `unscoped-dedup`: a file name that anybody has sent before counts as done. */
export function isTakenForKnown({ defect, shared }: InstrumentsServer, filename: string): boolean {
  if (!defect.acts('unscoped-dedup')) return false
  const isKnown = shared.seenNames.has(filename)
  shared.seenNames.add(filename)
  return isKnown
}

/** `lost-trend-update`: what was read is written back later, whoever has written in the meantime. True: it was done. */
export async function overwriteResults(
  { defect, store }: InstrumentsServer,
  sessionId: string,
  key: string,
  value: string,
): Promise<boolean> {
  if (!defect.acts('lost-trend-update')) return false
  const read = await store.readSession(sessionId)
  await wait(writeMs)
  await store.replaceSession(sessionId, { ...read, [key]: value })
  return true
}
