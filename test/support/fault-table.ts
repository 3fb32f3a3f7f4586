import type { FaultKind } from '../../src/core/fault.ts'
import type { JsonObject } from '../../src/core/json.ts'

/** A fault, and a defect that shows where a client meets the fault, and in a polite run of the same clients does not. */
export interface FaultCase {
  readonly kind: FaultKind
  readonly system: 'gateway' | 'devices' | 'replay' | 'instruments'
  readonly defect: string
  /** An invariant that breaks; the defect may have others. */
  readonly red: string
  /** Of the fault, beside its kind and group. */
  readonly fault?: JsonObject
  readonly load?: JsonObject
  readonly params?: JsonObject
  readonly settings?: JsonObject
}

// Times are so long that whoever is late on a busy machine meets its faults as well.
const often = { at: '0s..20s', every: '250ms' }
const nowAndThen = { at: '0s..20s', every: '400ms', clients: '50%' }
const unhurried = { rounds: 12, thinkTime: '20ms' }
const patient = { grace: '30s', requestLimit: '5s', answerLimit: '10s', settleTime: '2s', fileInterval: '40ms' }
const keeping = { grace: '30s', pingInterval: '300ms', pingTimeout: '2s' }
const uploads = { rows: 1000, batchRows: 25, resultsIdleLimit: '1s' }
const again = { clients: 4, iterations: 4, reconnect: true }
const watching = { acts: 14, watch: '300ms', period: '25ms', settle: '500ms', behaviour: ['speed'] }

export const faultTable: readonly FaultCase[] = [
  {
    kind: 'cancel',
    system: 'devices',
    defect: 'reply-shift',
    red: 'decision-own',
    fault: often,
    load: { iterations: 6 },
    params: unhurried,
  },
  {
    kind: 'half-close',
    system: 'gateway',
    defect: 'disconnect-as-eof',
    red: 'no-early-results',
    fault: { ...nowAndThen, for: '1s' },
    load: again,
    params: uploads,
  },
  {
    kind: 'reset',
    system: 'gateway',
    defect: 'disconnect-as-eof',
    red: 'no-early-results',
    fault: nowAndThen,
    load: again,
    params: uploads,
  },
  {
    kind: 'slow-reader',
    system: 'instruments',
    defect: 'no-grace',
    red: 'grace-keeps-session',
    fault: { at: '0s..20s', every: '5s', for: '4s', role: 'agent' },
    load: { clients: 4, iterations: 4 },
    params: patient,
    settings: keeping,
  },
  {
    kind: 'silent-drop',
    system: 'instruments',
    defect: 'no-grace',
    red: 'grace-keeps-session',
    fault: { at: '0s..20s', every: '1500ms', for: '200ms', role: 'agent' },
    load: { clients: 4, iterations: 4 },
    params: patient,
    settings: keeping,
  },
  {
    kind: 'reconnect-storm',
    system: 'replay',
    defect: 'recycled-handle',
    red: 'session-own',
    fault: { at: '1500ms..20s', every: '400ms' },
    params: watching,
    settings: { period: '25ms' },
  },
  {
    kind: 'simultaneous-start',
    system: 'devices',
    defect: 'context-across-await',
    red: 'decision-own',
    fault: { at: '10s' },
    load: { clients: 3, arriveOver: '9s' },
    params: { rounds: 4, thinkTime: '0ms' },
  },
  {
    kind: 'identity-reuse',
    system: 'devices',
    defect: 'forgotten-on-return',
    red: 'same-id-same-device',
    params: unhurried,
  },
  {
    kind: 'duplicate-message',
    system: 'gateway',
    defect: 'double-answer',
    red: 'answers-paired',
    params: uploads,
  },
  {
    kind: 'malformed-message',
    system: 'gateway',
    defect: 'buffer-bleed',
    red: 'no-stray-bytes',
    load: again,
    params: uploads,
  },
  {
    kind: 'oversized-message',
    system: 'gateway',
    defect: 'buffer-bleed',
    red: 'no-stray-bytes',
    load: again,
    params: uploads,
  },
  {
    kind: 'brief-visit',
    system: 'devices',
    defect: 'reply-shift',
    red: 'decision-own',
    load: { iterations: 3 },
    params: unhurried,
  },
  {
    kind: 'handed-on-connection',
    system: 'devices',
    defect: 'identity-of-connection',
    red: 'decision-own',
    params: unhurried,
  },
  {
    kind: 'two-connections',
    system: 'replay',
    defect: 'second-socket-steals',
    red: 'sockets-agree',
    params: watching,
    settings: { period: '25ms' },
  },
]

/** What a case is shown by: the defect alone, the fault alone, and both. */
export const proofs = ['polite', 'clean', 'found'] as const
export type Proof = (typeof proofs)[number]

/** The group, and the server, by which a case shows that. */
export const nameProof = ({ kind }: FaultCase, proof: Proof) => `${kind}-${proof}`

/** Several cases at once: each has a server of its own with its defect, one without, and one without the fault. */
export function createFaultScenario(cases: readonly FaultCase[]): JsonObject {
  const all = cases.flatMap((one) => proofs.map((proof) => ({ one, proof, name: nameProof(one, proof) })))
  return {
    name: 'fault-table',
    maxDuration: '100s',
    targets: Object.fromEntries(
      all.map(({ one, proof, name }) => {
        return [
          name,
          { system: one.system, settings: one.settings ?? {}, ...(proof !== 'clean' && { defect: one.defect }) },
        ]
      }),
    ),
    groups: all.map(({ one: { system, load, params = {} }, name }) => {
      return { name, system, target: name, load: { model: 'closed', clients: 6, ...load }, params }
    }),
    faults: cases.map((one) => {
      const groups = [nameProof(one, 'clean'), nameProof(one, 'found')]
      return { kind: one.kind, groups, ...one.fault }
    }),
  }
}
