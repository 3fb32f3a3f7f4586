import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deriveRunKey, maxClients } from './marker.ts'
import { createShortMint, maxShortSequence, readShortMarker, shortMarkerLength } from './short-marker.ts'

const key = deriveRunKey('run')
const clients = fc.integer({ min: 0, max: maxClients - 1 })
const sequences = fc.integer({ min: 0, max: maxShortSequence })

describe('a short marker', () => {
  it('tells client and sequence, in eight letters and digits', () => {
    const property = fc.property(clients, sequences, (client, sequence) => {
      const text = createShortMint(key, client)(sequence)
      expect(text).toMatch(/^[0-9a-z]{8}$/)
      expect(text).toHaveLength(shortMarkerLength)
      expect(readShortMarker(key, text)).toEqual({ client, sequence })
    })
    fc.assert(property)
  })

  it('is the same for no two clients and sequences', () => {
    const texts = new Set<string>()
    for (let client = 0; client < 2000; client++) {
      const mint = createShortMint(key, client)
      for (const sequence of [0, 1, maxShortSequence]) texts.add(mint(sequence))
    }
    expect(texts.size).toBe(6000)
  })

  it('is read only as a whole, and only in the case in which it was written', () => {
    const text = createShortMint(key, 7)(1)
    for (const other of [` ${text}`, text.slice(1), `${text}0`, '', 'ÄÖÜäöüßx']) {
      expect(readShortMarker(key, other)).toBeUndefined()
    }
  })

  it('of another run is taken for one of this run about once in 500', () => {
    const mint = createShortMint(deriveRunKey('another run'), 7)
    const taken = Array.from({ length: 4000 }, (_, sequence) => readShortMarker(key, mint(sequence))).filter(Boolean)
    expect(taken.length).toBeLessThan(30)
  })

  it('is refused for what it cannot hold', () => {
    expect(() => createShortMint(key, maxClients)).toThrow(RangeError)
    expect(() => createShortMint(key, 0)(maxShortSequence + 1)).toThrow(RangeError)
  })
})
