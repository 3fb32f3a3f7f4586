import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMint, deriveRunKey, markerLength, markerMagic, maxClients, maxSequence, readMarker } from './marker.ts'

const key = deriveRunKey('run-a')
const read = (text: string, runKey = key) => readMarker(runKey, Buffer.from(text), text.indexOf(markerMagic))

describe('a marker', () => {
  it('has the shape of a UUID of version 8', () => {
    expect(createMint(key, 'payload', 7)(12)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  })

  it('tells owner, kind, epoch and sequence from its bytes alone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: maxClients - 1 }),
        fc.constantFrom('payload' as const, 'identity' as const),
        fc.integer({ min: 0, max: 1023 }),
        fc.integer({ min: 0, max: maxSequence }),
        (client, kind, epoch, sequence) => {
          const marker = createMint(key, kind, client, epoch)(sequence)
          expect(marker).toHaveLength(markerLength)
          expect(read(`x${marker}y`)).toEqual({ kind, owner: client, epoch, sequence })
        },
      ),
    )
  })

  it('of another run is an orphan', () => {
    expect(read(createMint(deriveRunKey('run-b'), 'payload', 7)(1))?.owner).toBe('orphan')
  })

  it('is corrupt when any one of its digits outside magic and run was changed', () => {
    const marker = createMint(key, 'payload', 7, 3)(99)
    for (const at of [0, 4, 20, 24, 29, 30, 35]) {
      const digit = marker[at] === '1' ? '2' : '1'
      const changed = marker.slice(0, at) + digit + marker.slice(at + 1)
      expect(['corrupt', undefined]).toContain(read(changed)?.owner)
    }
    expect(read(`${marker.slice(0, 35)}${marker[35] === '0' ? '1' : '0'}`)?.owner).toBe('corrupt')
  })

  it('is noise when it is not complete or not hexadecimal', () => {
    const marker = createMint(key, 'payload', 7)(1)
    expect(read(marker.slice(0, 35))).toBeUndefined()
    expect(read(marker.slice(1))).toBeUndefined()
    expect(read(`${marker.slice(0, 35)}g`)).toBeUndefined()
  })

  it('differs between clients in the first 8 and between sequences in the last 12 characters', () => {
    const firsts = new Set<string>()
    const lasts = new Set<string>()
    for (let i = 0; i < 2000; i++) {
      firsts.add(createMint(key, 'payload', i)(0).slice(0, 8))
      lasts.add(createMint(key, 'payload', 5)(i).slice(-12))
    }
    expect([firsts.size, lasts.size]).toEqual([2000, 2000])
  })
})
