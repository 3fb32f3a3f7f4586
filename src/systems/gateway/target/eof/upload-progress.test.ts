import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UploadProgress } from './upload-progress.ts'

const kinds = ['transactions', 'stores']

type Message = { readonly kind: string; readonly chunk: number } | { readonly kind: string; readonly total: number }

/** What two senders put on their way for a client, some of it twice, in any order. */
const interleavings = fc
  .record({ transactions: fc.nat(40), stores: fc.nat(3), repeats: fc.array(fc.nat(100), { maxLength: 20 }) })
  .chain(({ repeats, ...totals }) => {
    const once = kinds.flatMap((kind): Message[] => {
      const total = totals[kind as keyof typeof totals]
      return [...Array.from({ length: total }, (_, chunk) => ({ kind, chunk })), { kind, total }]
    })
    const again = repeats.map((at) => once[at % once.length] as Message)
    return fc.shuffledSubarray([...once, ...again], { minLength: once.length + again.length })
  })

const apply = (progress: UploadProgress, message: Message) =>
  'chunk' in message ? progress.see(message.kind, message.chunk) : progress.end(message.kind, message.total)

describe('the progress of an upload', () => {
  it('is complete exactly when all chunks and EOFs were seen, however they overtook each other', () => {
    fc.assert(
      fc.property(interleavings, (messages) => {
        const progress = new UploadProgress(kinds)
        const outstanding = new Set(messages.map((message) => JSON.stringify(message)))
        expect(progress.complete).toBe(false)
        for (const message of messages) {
          expect(apply(progress, message)).toBe(outstanding.delete(JSON.stringify(message)))
          expect(progress.complete).toBe(outstanding.size === 0)
        }
        expect(progress.waitingFor()).toEqual([])
      }),
    )
  })

  it('goes on from a checkpoint that was taken at any moment', () => {
    fc.assert(
      fc.property(interleavings, fc.nat(100), (messages, at) => {
        let progress = new UploadProgress(kinds)
        messages.forEach((message, i) => {
          if (i === at % messages.length) {
            progress = new UploadProgress(kinds, JSON.parse(JSON.stringify(progress.save())))
          }
          apply(progress, message)
        })
        expect(progress.complete).toBe(true)
      }),
    )
  })

  it('says what it waits for', () => {
    const progress = new UploadProgress(kinds)
    for (const chunk of [0, 2]) progress.see('transactions', chunk)
    progress.end('transactions', 4)
    progress.see('stores', 0)
    expect(progress.waitingFor()).toEqual(['transactions: 2 of 4 chunks, first 1, 3', 'stores: EOF after 1 chunks'])
  })

  it('has only the channels it was made for', () => {
    expect(() => new UploadProgress(kinds).see('users', 0)).toThrow('No channel users')
  })
})
