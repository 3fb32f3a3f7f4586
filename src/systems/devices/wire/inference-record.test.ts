import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeRecord, type InferenceRecord, parseRecord, recordOverhead } from './inference-record.ts'

interface Sample {
  readonly name: string
  readonly hex: string
  readonly record: Record<string, unknown> & { readonly output: number[]; readonly layerSeconds: number[] }
}

const file = new URL('../../../../fixtures/wire/inference-records.json', import.meta.url)
const samples = (JSON.parse(readFileSync(file, 'utf8')) as { records: Sample[] }).records.map(
  ({ name, hex, record }) => {
    const floats = { output: Float32Array.from(record.output), layerSeconds: Float32Array.from(record.layerSeconds) }
    return { name, hex, record: { ...record, ...floats } as unknown as InferenceRecord }
  },
)

describe('an inference record', () => {
  it.each(samples)('is written and read as documented: $name', ({ hex, record }) => {
    expect(Buffer.from(encodeRecord(record)).toString('hex')).toBe(hex)
    expect(parseRecord(Buffer.from(hex, 'hex'))).toEqual({ record })
  })

  it('comes back as it went, whatever is in it and wherever its bytes begin', () => {
    const floats = fc.array(fc.float({ noNaN: true })).map((values) => Float32Array.from(values))
    const records = fc.integer({ min: -1, max: 70 }).chain((layerIndex) => {
      const times = layerIndex < 0 ? { maxLength: 70 } : { minLength: layerIndex + 1, maxLength: layerIndex + 1 }
      return fc.record({
        timeS: fc.double({ noNaN: true, noDefaultInfinity: true }),
        clientId: fc.stringMatching(/^[!-~]{1,9}$/),
        messageId: fc.stringMatching(/^[A-Z0-9]{4}$/),
        layerIndex: fc.constant(layerIndex),
        output: floats,
        layerSeconds: fc.array(fc.float({ min: 0, noNaN: true, noDefaultInfinity: true }), times).map((values) => {
          return Float32Array.from(values)
        }),
      })
    })
    fc.assert(
      fc.property(records, fc.nat(8), (record, shift) => {
        const encoded = encodeRecord(record)
        expect(encoded.length).toBe(recordOverhead + record.output.byteLength + record.layerSeconds.byteLength)
        const bytes = Buffer.concat([Buffer.alloc(shift), encoded]).subarray(shift)
        expect(parseRecord(bytes)).toEqual({ record })
      }),
    )
  })

  // The documented report after layer 1: 29 bytes of header, 12 of output, their size of times at 41, the times at 45.
  it.each([
    [[0, '000000000000f07f'], 0, 'the time is Infinity'],
    [[8, '00'], 8, 'the client id'],
    [[10, '00'], 8, 'the client id'],
    [[17, '61'], 17, 'the message id'],
    [[21, 'feffffff'], 21, 'there is no layer -2'],
    [[21, '02000000'], 41, 'layer 2 needs 3 times, not 2'],
    [[25, '0b000000'], 25, '11 bytes are no list of float32'],
    [[25, 'fcffffff'], 25, '4294967292 bytes are announced, and 24 follow'],
    [[41, 'fcffffff'], 41, '-4 bytes are no list of float32'],
    [[41, '0c000000'], 41, '12 bytes are announced, and 8 follow'],
    [[45, '000080bf'], 45, 'the time of layer 0 is -1'],
    [[49, '0000c07f'], 49, 'the time of layer 1 is NaN'],
  ] as const)('is refused with the place of the field that is wrong: %j', ([at, hex], offset, problem) => {
    const bytes = Buffer.from(samples[0]?.hex ?? '', 'hex')
    bytes.write(hex, at, 'hex')
    expect(parseRecord(bytes)).toEqual({ offset, problem: expect.stringContaining(problem) })
  })

  it('is refused when it is cut off anywhere, or something follows', () => {
    const bytes = Buffer.from(samples[0]?.hex ?? '', 'hex')
    for (let length = 0; length < bytes.length; length++) {
      expect(parseRecord(bytes.subarray(0, length))).toHaveProperty('offset')
    }
    expect(parseRecord(Buffer.concat([bytes, Buffer.alloc(3)]))).toEqual({
      offset: bytes.length,
      problem: '3 bytes follow the last time',
    })
  })

  it.each([{ clientId: 'ten_bytes_' }, { clientId: '' }, { messageId: 'ab12' }])('is not written with %j', (wrong) => {
    expect(() => encodeRecord({ ...(samples[0] as { record: InferenceRecord }).record, ...wrong })).toThrow(RangeError)
  })
})
