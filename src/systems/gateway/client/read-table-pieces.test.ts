import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTablePieces } from './read-table-pieces.ts'

async function* inChunks(text: string, cuts: readonly number[]) {
  let from = 0
  for (const at of [...cuts, text.length].sort((a, b) => a - b)) {
    yield Buffer.from(text.slice(from, at))
    from = at
  }
}

async function readAll(text: string, cuts: readonly number[], pieceBytes: number) {
  const pieces: string[] = []
  let seen = ''
  for await (const piece of readTablePieces(inChunks(text, cuts), pieceBytes, (chunk) => (seen += chunk)))
    pieces.push(piece)
  return { pieces, seen }
}

describe('readTablePieces', () => {
  it('gives every piece the header and whole lines, however the file is cut', async () => {
    const line = fc.stringMatching(/^[a-z0-9,]{1,12}$/)
    const cut = fc.integer({ min: 0, max: 60 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(line),
        fc.array(cut),
        fc.integer({ min: 1, max: 40 }),
        async (lines, cuts, pieceBytes) => {
          const text = ['a,b', ...lines, ''].join('\n')
          const inside = cuts.filter((at) => at <= text.length)
          const { pieces, seen } = await readAll(text, inside, pieceBytes)
          expect(seen).toBe(text)
          expect(pieces.every((piece) => piece.startsWith('a,b\n'))).toBe(true)
          expect(pieces.flatMap((piece) => piece.split('\n').slice(1, -1))).toEqual(lines)
        },
      ),
    )
  })

  it('reads a file that does not end with a newline, one with a header only, and an empty one', async () => {
    expect((await readAll('h\n1\n2', [2, 4], 3)).pieces).toEqual(['h\n1\n', 'h\n2'])
    expect((await readAll('h\n', [], 10)).pieces).toEqual(['h\n'])
    expect((await readAll('', [], 10)).pieces).toEqual([''])
  })
})
