import type { JsonCursor } from './json-cursor.ts'
import type { Level } from './snapshot.ts'

const openBracket = 0x5b
const closeBracket = 0x5d

/** Reads one side of a book into levels that are written anew each time: a message has twenty of them. */
export class LevelReader {
  private readonly known: [price: number, volume: number][] = []

  get levels(): readonly Level[] {
    return this.known
  }

  /** False: it is no list of pairs of numbers. */
  read(cursor: JsonCursor): boolean {
    if (!cursor.take(openBracket)) return false
    let count = 0
    if (!cursor.take(closeBracket)) {
      do {
        if (!this.readLevel(cursor, count++)) return false
      } while (cursor.takeComma())
      if (!cursor.take(closeBracket)) return false
    }
    if (this.known.length !== count) this.known.length = count
    return true
  }

  private readLevel(cursor: JsonCursor, place: number): boolean {
    if (!cursor.take(openBracket)) return false
    const price = cursor.number()
    if (!cursor.takeComma()) return false
    const volume = cursor.number()
    const level = this.known[place]
    if (level) {
      level[0] = price
      level[1] = volume
    } else this.known[place] = [price, volume]
    return cursor.take(closeBracket) && !Number.isNaN(price) && !Number.isNaN(volume)
  }
}
