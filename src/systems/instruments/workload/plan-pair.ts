import { createMint, deriveRunKey } from '../../../core/marker.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { InstrumentsParams, Mode } from '../params/instruments-params.ts'
import { createHeights, type Heights } from './heights.ts'
import { isChosen, isClientChosen } from './is-chosen.ts'
import { planSweeps } from './sweeps.ts'

/** A file that a client sends, or a figure of it. */
export interface PlannedFile {
  readonly name: string
  readonly session: number
  /** Goes on over all sessions of the client, so that it says to which one a figure belongs; 0 for a frequency map. */
  readonly number: number
  /** Hertz; 0 for CV. */
  readonly frequency: number
}

/** What one pair is and sends: a pure function of the plan. Sessions are its iterations. */
export interface PlannedPair {
  readonly userId: string
  readonly viewerKey: string
  readonly mode: Mode
  readonly heights: Heights
  readonly triesRival: boolean
  readonly triesNameless: boolean
  readonly triesKeyless: boolean
  handleOf(session: number): string
  listFiles(session: number): readonly PlannedFile[]
  /** Hertz, of one session. */
  readonly frequencies: readonly number[]
  /** The file number that is 1 in the session's normalized trends. */
  normalizationPoint(session: number): number
  /** Of a file that it sends for a preview. */
  previewFile(session: number): PlannedFile
  /** Undefined for a name that this pair never uses. */
  findFile(name: string): PlannedFile | undefined
  /** Of SWV: the file with this number, in whatever session. */
  findByNumber(number: number, frequency: number): PlannedFile | undefined
  leavesBefore(session: number, index: number): boolean
  /** After the file was sent and before it is answered. */
  leavesDuring(session: number, index: number): boolean
  /** Before which file of the session it stays away for long, or falls silent; undefined for none. */
  longLeaveAt(session: number): number | undefined
  silentAt(session: number): number | undefined
  sendsInvalidBefore(session: number, index: number): boolean
  previews(session: number): boolean
  asksSegments(session: number): boolean
  /** Of the file whose segments a viewer asks for: the steps of each of its sweeps. */
  sweeps(session: number): readonly number[]
  vanishes(session: number): boolean
}

const userSequence = 0
const keySequence = 0

export function planPair({ runId, arrival, params }: PlannedClient<InstrumentsParams>): PlannedPair {
  const { client, indexInGroup, seed } = arrival
  const key = deriveRunKey(runId)
  const mintPayload = createMint(key, 'payload', client)
  const chosen = (session: number, share: number, purpose: string) => isChosen(seed, session, share, purpose)
  const leaves = (session: number, index: number) =>
    isChosen(seed, session * 100_003 + index, params.leaveShare, 'leave')
  const leavesLate = (session: number, index: number) => isChosen(seed, session * 100_003 + index, 0.5, 'leave late')
  const handleOf = (session: number) =>
    params.cohort === 'colliding' ? `probe${session + 1}` : mintPayload(keySequence + 1 + session)
  const frequencies = params.mode === 'frequency-map' ? listMapFrequencies(params.files) : params.frequencies
  const perSession = params.mode === 'swv' ? Math.ceil(params.files / frequencies.length) : params.files
  const filesOf = remember((session) => listFiles(params, frequencies, session, perSession, handleOf(session)))
  const findFile = createFinder(params, filesOf, handleOf)
  const someFile = (session: number, purpose: string) =>
    Math.floor(params.files * 0.3) + (isChosen(seed, session, 0.5, purpose) ? 1 : 0)
  return {
    userId: params.userIds[indexInGroup] ?? createMint(key, 'identity', client)(userSequence),
    viewerKey: mintPayload(keySequence),
    mode: params.mode,
    heights: createHeights(runId, client),
    triesRival: isClientChosen(indexInGroup, params.rivalShare, 'rival'),
    triesNameless: isClientChosen(indexInGroup, params.namelessShare, 'nameless'),
    triesKeyless: params.viewerKeys && isClientChosen(indexInGroup, params.keylessShare, 'keyless'),
    handleOf,
    listFiles: filesOf,
    frequencies,
    normalizationPoint: (session) => session * perSession + 1,
    previewFile: (session) => ({ name: `${handleOf(session)}_0.txt`, session, number: 0, frequency: 0 }),
    findFile,
    findByNumber(number, frequency) {
      const session = Math.floor((number - 1) / Math.max(1, perSession))
      return session < 0 ? undefined : findFile(`${handleOf(session)}_${frequency}Hz_${number}.txt`)
    },
    leavesBefore: (session, index) => leaves(session, index) && !leavesLate(session, index),
    leavesDuring: (session, index) => leaves(session, index) && leavesLate(session, index),
    longLeaveAt: (session) =>
      chosen(session, params.longLeaveShare, 'long') ? someFile(session, 'long at') : undefined,
    silentAt: (session) => (chosen(session, params.silentShare, 'silent') ? someFile(session, 'silent at') : undefined),
    sendsInvalidBefore: (session, index) => isChosen(seed, session * 100_003 + index, params.invalidShare, 'invalid'),
    previews: (session) => params.mode === 'cv' && chosen(session, params.previewShare, 'preview'),
    asksSegments: (session) => params.mode === 'cv' && chosen(session, params.segmentsShare, 'segments'),
    sweeps: (session) => planSweeps(runId, client, session),
    vanishes: (session) => chosen(session, params.vanishShare, 'vanish'),
  }
}

const listMapFrequencies = (files: number) => Array.from({ length: files }, (_, i) => 10 * (i + 1))

function listFiles(
  { mode, files }: InstrumentsParams,
  frequencies: readonly number[],
  session: number,
  perSession: number,
  handle: string,
): readonly PlannedFile[] {
  return Array.from({ length: files }, (_, i) => {
    const first = session * perSession + 1
    if (mode === 'cv') return { name: `${handle}_${first + i}.txt`, session, number: first + i, frequency: 0 }
    const frequency = frequencies[i % frequencies.length] as number
    if (mode === 'frequency-map') return { name: `${handle}_${frequency}Hz.txt`, session, number: 0, frequency }
    const number = first + Math.floor(i / frequencies.length)
    return { name: `${handle}_${frequency}Hz_${number}.txt`, session, number, frequency }
  })
}

/** Sessions are planned as they are asked for: nobody knows yet how many there will be. */
function createFinder(
  { cohort }: InstrumentsParams,
  filesOf: (session: number) => readonly PlannedFile[],
  handleOf: (session: number) => string,
): PlannedPair['findFile'] {
  const byName = new Map<string, PlannedFile>()
  let known = 0
  const learn = (sessions: number) => {
    for (; known < sessions; known++) {
      for (const file of filesOf(known)) byName.set(file.name, file)
      const name = `${handleOf(known)}_0.txt`
      byName.set(name, { name, session: known, number: 0, frequency: 0 })
    }
  }
  return (name) => {
    const found = byName.get(name)
    if (found) return found
    const handle = name.slice(0, name.indexOf('_'))
    const session =
      cohort === 'colliding'
        ? Number(/^probe(\d{1,4})$/.exec(handle)?.[1] ?? 0) - 1
        : findSession(handle, handleOf, known)
    if (session < known) return undefined
    learn(session + 1)
    return byName.get(name)
  }
}

/** How many sessions ahead of those that are known a name is looked for. */
const lookAhead = 4

function findSession(handle: string, handleOf: (session: number) => string, known: number): number {
  for (let session = known; session < known + lookAhead; session++) if (handleOf(session) === handle) return session
  return -1
}

function remember<T>(make: (n: number) => T): (n: number) => T {
  const made = new Map<number, T>()
  return (n) => {
    const known = made.get(n)
    if (known !== undefined) return known
    const fresh = make(n)
    made.set(n, fresh)
    return fresh
  }
}
