import type { Checker, Conclusion, Influence, Invariant, Violation } from '../core/check.ts'
import { stackOf } from '../core/errors.ts'
import type { Observer } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import type { InvariantReport } from '../core/report.ts'
import type { Coverage } from '../core/scenario.ts'
import { sumCounts } from '../core/sum-counts.ts'
import { countOf } from './violation-log.ts'

/** What the checkers of some clients said. Plain JSON; those of disjoint sets of clients merge exactly. */
export interface ConcludedChecks {
  /** What all checkers of one invariant and group saw together, in order of group and name. */
  readonly invariants: readonly InvariantReport[]
  /** In order of recipient; those of one recipient as its checkers told them. */
  readonly violations: readonly Violation[]
  readonly coverage: Coverage
  readonly issuedIds: readonly IssuedIds[]
  readonly influences: readonly ClientInfluences[]
  readonly answers: readonly ClientAnswers[]
  readonly crashes: readonly CheckerCrash[]
}

/** Ids that the server gave to one client, and the checker that proved it. */
export interface IssuedIds {
  readonly client: ClientIndex
  readonly group: string
  readonly invariant: Invariant
  readonly ids: readonly string[]
}

/** What one client did that would show at others where a server leaks. */
export interface ClientInfluences {
  readonly client: ClientIndex
  readonly influences: readonly Influence[]
}

/** The first answers of one client that one checker compared with its oracle, as numbers. */
export interface ClientAnswers {
  readonly client: ClientIndex
  readonly invariant: string
  readonly digests: readonly number[]
}

/** A checker that threw: what it would have said of this client is unknown. */
export interface CheckerCrash {
  readonly client: ClientIndex
  /** Undefined where the client's checkers could not even be made. */
  readonly invariant?: string
  readonly stack: string
}

/** All checkers of one client. */
export interface ClientCheckers {
  readonly group: string
  readonly checkers: readonly Checker[]
}

export interface RunningCheckers extends Observer {
  conclude(): ConcludedChecks
}

/**
 * Gives each event to the checkers of its client, which are made when the client's first event comes; a dropped client
 * has none. A checker that throws hears no more and concludes nothing; the others go on.
 */
export function runCheckers(createCheckers: (client: ClientIndex) => ClientCheckers): RunningCheckers {
  const clients = new Map<ClientIndex, CheckedClient>()
  const crashes: CheckerCrash[] = []

  const checkersOf = (client: ClientIndex): CheckedClient => {
    const known = clients.get(client)
    if (known) return known
    let created = noCheckers
    try {
      const { group, checkers } = createCheckers(client)
      // Copies are as long as they need to be; an array that grew has room for more, and of these there are thousands.
      created = { group, checkers: checkers.slice(), hearing: checkers.filter(hears).slice() }
    } catch (error) {
      crashes.push({ client, stack: stackOf(error) })
    }
    clients.set(client, created)
    return created
  }

  return {
    observe(event) {
      if (event.type === 'dropped') return
      const ofClient = checkersOf(event.client)
      const { hearing } = ofClient
      const channel = event.type === 'delivery' ? event.channel : undefined
      for (let i = hearing.length - 1; i >= 0; i--) {
        const checker = hearing[i] as HearingChecker
        if (channel !== undefined && checker.channels?.has(channel) === false) continue
        try {
          checker.observe(event)
        } catch (error) {
          hearing.splice(i, 1)
          ofClient.checkers = ofClient.checkers.filter((other) => other !== checker)
          crashes.push({ client: event.client, invariant: checker.invariant.name, stack: stackOf(error) })
        }
      }
    },
    conclude() {
      const parts: ConcludedChecks[] = []
      const late: CheckerCrash[] = []
      for (const [client, { group, checkers }] of clients) {
        for (const checker of checkers) {
          try {
            const conclusion = checker.conclude()
            parts.push(concludeOne(group, checker.invariant, conclusion, client))
          } catch (error) {
            late.push({ client, invariant: checker.invariant.name, stack: stackOf(error) })
          }
        }
        // What thousands of clients concluded, each by itself, would take as much memory as they did.
        if (parts.length > maxParts) parts.push(mergeConclusions(parts.splice(0)))
      }
      return mergeConclusions([...parts, { ...nothingConcluded, crashes: [...crashes, ...late] }])
    },
  }
}

type HearingChecker = Checker & Observer

interface CheckedClient {
  readonly group: string
  checkers: readonly Checker[]
  readonly hearing: HearingChecker[]
}

const noCheckers: CheckedClient = { group: '', checkers: [], hearing: [] }

const hears = (checker: Checker): checker is HearingChecker => checker.observe !== undefined

/** So many are joined at a time. */
const maxParts = 1000

/** Joins what threads and shards concluded. The parts' order does not matter as long as no client is in two of them. */
export function mergeConclusions(parts: readonly ConcludedChecks[]): ConcludedChecks {
  return {
    invariants: mergeTallies(parts.flatMap((part) => part.invariants)),
    violations: parts.flatMap((part) => part.violations).sort((a, b) => (a.recipient ?? -1) - (b.recipient ?? -1)),
    coverage: sumCounts(parts.map((part) => part.coverage)),
    issuedIds: parts.flatMap((part) => part.issuedIds).sort((a, b) => a.client - b.client),
    influences: parts.flatMap((part) => part.influences).sort((a, b) => a.client - b.client),
    answers: parts.flatMap((part) => part.answers).sort((a, b) => a.client - b.client),
    crashes: parts.flatMap((part) => part.crashes).sort((a, b) => a.client - b.client),
  }
}

const nothingConcluded: ConcludedChecks = {
  invariants: [],
  violations: [],
  coverage: {},
  issuedIds: [],
  influences: [],
  answers: [],
  crashes: [],
}

/** One conclusion in the form that merges with others; `client` is absent where it is of a whole server. */
export function concludeOne(
  group: string,
  invariant: Invariant,
  conclusion: Conclusion,
  client?: ClientIndex,
): ConcludedChecks {
  const { examined, examinedByTime, undecidable, coverage, issuedIds, influences, answers } = conclusion
  const violations = conclusion.violations.reduce((sum, violation) => sum + countOf(violation), 0)
  return {
    invariants: [
      {
        group,
        ...invariant,
        examined,
        undecidable,
        violations,
        ...(examinedByTime !== undefined && { examinedByTime }),
        ...firstOf(client === undefined ? [] : conclusion.violations),
      },
    ],
    violations: conclusion.violations,
    coverage: coverage ?? {},
    issuedIds: client !== undefined && issuedIds?.length ? [{ client, group, invariant, ids: issuedIds }] : [],
    influences: client !== undefined && influences?.length ? [{ client, influences }] : [],
    answers: client !== undefined && answers?.length ? [{ client, invariant: invariant.name, digests: answers }] : [],
    crashes: [],
  }
}

/** When the first violation was, of checkers' violations or of the firsts of several. */
export function firstOf(violations: readonly { readonly atMs?: number | undefined }[]): {
  readonly firstViolationMs?: number
} {
  const times = violations.flatMap(({ atMs }) => atMs ?? [])
  return times.length === 0 ? {} : { firstViolationMs: times.reduce((first, atMs) => Math.min(first, atMs)) }
}

function mergeTallies(tallies: readonly InvariantReport[]): InvariantReport[] {
  const merged = new Map<string, InvariantReport>()
  for (const tally of tallies) {
    const key = `${tally.group} ${tally.name}`
    const sum = merged.get(key)
    merged.set(key, sum ? addTallies(sum, tally) : tally)
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tally]) => tally)
}

const addTallies = (a: InvariantReport, b: InvariantReport): InvariantReport => ({
  ...a,
  examined: a.examined + b.examined,
  ...(a.examinedByTime !== undefined && { examinedByTime: a.examinedByTime + (b.examinedByTime ?? 0) }),
  undecidable: a.undecidable + b.undecidable,
  violations: a.violations + b.violations,
  ...firstOf([{ atMs: a.firstViolationMs }, { atMs: b.firstViolationMs }]),
})
