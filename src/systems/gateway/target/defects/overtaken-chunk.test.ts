import { expect, it } from 'vitest'
import { plantDefects } from '../../../../targets/defect.ts'
import type { DefectName } from '../defect-name.ts'
import type { Content, Envelope } from '../pipeline/envelope.ts'
import { createTaking } from './overtaken-chunk.ts'
import { SharedState } from './shared-state.ts'

const route = { clientId: 'one', replyTo: 'results', partitions: { 'top-items': 0, 'store-totals': 0, 'top-users': 0 } }
const envelopeOf = (content: Content): Envelope => ({ route, content })
const chunk = (chunkIndex: number) => envelopeOf({ type: 'data', dataType: 'transactions', chunkIndex })
const eof = (totalChunks: number) => envelopeOf({ type: 'eof', dataType: 'transactions', totalChunks })

function startWorkers(defect?: string) {
  const context = {
    defect: plantDefects<DefectName>({ defects: defect === undefined ? [] : [defect], defectRate: 1, seed: 0 }),
    shared: new SharedState(),
  }
  const passed: Content[] = []
  const passOn = async ({ content }: Envelope) => void passed.push(content)
  return { passed, passOn, one: createTaking('filter-year', context), other: createTaking('filter-year', context) }
}

it('an EOF that a sibling takes overtakes the first chunk and does not count it', async () => {
  const { passed, passOn, one, other } = startWorkers('eof-overtakes-data')
  const held = one.take(chunk(0), passOn)
  await other.take(chunk(1), passOn)
  expect([one, other].map((worker) => worker.isBusyWith(eof(2)))).toEqual([true, false])
  await other.take(eof(2), passOn)
  await held
  expect(passed).toEqual([chunk(1), eof(1), chunk(0)].map(({ content }) => content))
})

it.each([false, true])(
  'an EOF that comes to the holder itself counts the chunk, stopped before: %s',
  async (isStopped) => {
    const { passed, passOn, one } = startWorkers('eof-overtakes-data')
    const held = one.take(chunk(0), passOn)
    if (isStopped) one.stop()
    await one.take(eof(1), passOn)
    await held
    expect(passed).toHaveLength(2)
    expect(passed).toEqual(expect.arrayContaining([chunk(0).content, eof(1).content]))
  },
)

it('without the defect nobody holds anything', async () => {
  const { passed, passOn, one } = startWorkers()
  await one.take(chunk(0), passOn)
  expect(one.isBusyWith(eof(1))).toBe(false)
  expect(passed).toHaveLength(1)
})
