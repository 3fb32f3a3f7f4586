import type { ClientIndex } from '../../core/plan.ts'
import type { MaskedField, SoloDifference, SoloGroupReport } from '../../core/solo-report.ts'
import type { TranscriptRules } from '../../core/transcript.ts'
import { compareFacts, type ValuePair } from './compare-facts.ts'
import { type FieldJudgement, judgeFields, placeOf } from './judge-fields.ts'
import type { GroupComparisons } from './plan-solo.ts'
import { listCompany, type RunTranscripts } from './read-transcripts.ts'

/** A phase that was run. */
export interface ReadPhase {
  readonly name: string
  readonly transcripts: RunTranscripts
}

export interface GroupOutcome {
  readonly report: SoloGroupReport
  readonly differences: readonly SoloDifference[]
}

/** What one client was told under two conditions. */
interface Tested {
  readonly class: SoloDifference['class']
  readonly recipient: ClientIndex
  readonly phase: ReadPhase
  readonly pairs: readonly ValuePair[]
  listCandidates(atMs: number): readonly ClientIndex[]
}

/** Compares what the clients of one group were told alone, after others, and in company. */
export function compareGroup(
  { solo, controls, acrossTime, alone }: GroupComparisons,
  phases: readonly ReadPhase[],
  company: ReadPhase,
): GroupOutcome {
  const { group, system, clients, notCompared } = solo
  const rules = system.transcript as TranscriptRules
  const phaseAt = (place: number) => phases[place] as ReadPhase
  const compare = (client: ClientIndex, one: ReadPhase, other: ReadPhase) =>
    compareFacts(one.transcripts.facts.get(client) ?? [], other.transcripts.facts.get(client) ?? [], rules)
  const clientOf = (place: number) => phaseAt(place).transcripts.plan.arrivals()[0]?.client as ClientIndex

  const control = controls.flatMap(({ one, other }) => compare(clientOf(one), phaseAt(one), phaseAt(other)))
  const afterOthers = acrossTime.map(({ one, other, before }): Tested => {
    const [recipient, phase] = [clientOf(one), phaseAt(other)]
    const pairs = compare(recipient, phaseAt(one), phase)
    return { class: 'leak-across-time', recipient, phase, pairs, listCandidates: () => [before] }
  })
  const inCompany = alone.map(({ client, phase }): Tested => {
    const pairs = compare(client, phaseAt(phase), company)
    const listCandidates = (atMs: number) => listCompany(company.transcripts, client, atMs)
    return { class: 'interference', recipient: client, phase: company, pairs, listCandidates }
  })
  const [timely, social] = [judgeTested(control, afterOthers), judgeTested(control, inCompany)]
  const judgements = [...timely, ...social]
  const counts = countPairs(judgements)
  const nothing = notCompared ?? (counts.compared === 0 ? describeNothing(control, counts.masked) : undefined)
  return {
    report: {
      group: group.name,
      clients,
      ...counts,
      maskedFields: listMasked(judgements),
      ...(nothing !== undefined && { notCompared: nothing }),
    },
    differences: mergeAlike([
      ...afterOthers.flatMap((tested) => describeDifferences(group.name, tested, timely)),
      ...inCompany.flatMap((tested) => describeDifferences(group.name, tested, social)),
    ]),
  }
}

const judgeTested = (control: readonly ValuePair[], tested: readonly Tested[]) =>
  judgeFields(
    control,
    tested.flatMap(({ pairs }) => pairs),
  )

function countPairs(judgements: readonly FieldJudgement[]) {
  let [compared, masked] = [0, 0]
  for (const { verdict, tested } of judgements) {
    if (verdict === 'masked') masked += tested.compared
    else compared += tested.compared
  }
  return { compared, masked }
}

function listMasked(judgements: readonly FieldJudgement[]): readonly MaskedField[] {
  const masked = new Map<string, MaskedField>()
  for (const judgement of judgements) {
    if (judgement.verdict !== 'masked') continue
    const { kind, field, control } = judgement
    masked.set(placeOf(judgement), { kind, field, differed: control.differed, of: control.compared })
  }
  return [...masked.values()]
}

function describeNothing(control: readonly ValuePair[], masked: number): string {
  if (control.length === 0) return 'two runs of one client alone have nothing in common'
  return masked > 0 ? 'all of it differs between two runs of one client alone' : 'in company nothing like it was told'
}

function describeDifferences(group: string, tested: Tested, judgements: readonly FieldJudgement[]): SoloDifference[] {
  return judgements.flatMap(({ kind, field, verdict }) => {
    if (verdict !== 'different' && verdict !== 'doubtful') return []
    const pairs = tested.pairs.filter((pair) => pair.kind === kind && pair.field === field)
    const differing = pairs.filter(({ isSame }) => !isSame)
    const [first] = differing.toSorted((a, b) => a.atMs - b.atMs)
    if (!first) return []
    const { class: kindOfLeak, recipient, phase } = tested
    return {
      class: kindOfLeak,
      isCertain: verdict === 'different',
      group,
      recipient,
      kind,
      field,
      count: differing.length,
      of: pairs.length,
      phase: phase.name,
      atMs: first.atMs,
      alone: first.one,
      told: first.other,
      candidates: tested.listCandidates(first.atMs),
    }
  })
}

/** What a client was told otherwise in several phases is told once. */
function mergeAlike(differences: readonly SoloDifference[]): readonly SoloDifference[] {
  const merged = new Map<string, SoloDifference>()
  for (const difference of differences) {
    const place = JSON.stringify([difference.class, difference.recipient, placeOf(difference)])
    const known = merged.get(place)
    const counts = known && { count: known.count + difference.count, of: known.of + difference.of }
    merged.set(place, known && counts ? { ...known, ...counts } : difference)
  }
  return [...merged.values()]
}
