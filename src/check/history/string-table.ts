import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

/** Names of operations, channels and keys are few; the values of a run may be many and must leave room for them. */
const maxNames = 4096
const maxValues = 2048
const longestValue = 24

/*
 * A string is: 0 and the text | 1 and the text, which gets the next number | 2 + the number of a string told before.
 */

export class StringWriter {
  private readonly numbers = new Map<string, number>()
  private readonly writer: ByteWriter

  constructor(writer: ByteWriter) {
    this.writer = writer
  }

  name(text: string) {
    this.write(text, maxNames)
  }

  value(text: string) {
    this.write(text, text.length <= longestValue ? maxValues : 0)
  }

  private write(text: string, limit: number) {
    const known = limit > 0 ? this.numbers.get(text) : undefined
    if (known !== undefined) {
      this.writer.unsigned(known + 2)
      return
    }
    const isNew = this.numbers.size < limit
    if (isNew) this.numbers.set(text, this.numbers.size)
    this.writer.byte(isNew ? 1 : 0)
    this.writer.text(text)
  }
}

export class StringReader {
  private readonly strings: string[] = []

  read(reader: ByteReader): string {
    const head = reader.unsigned()
    if (head > 1) {
      const known = this.strings[head - 2]
      if (known === undefined) throw new RangeError(`string ${head - 2} was never told`)
      return known
    }
    const text = reader.text()
    if (head === 1) this.strings.push(text)
    return text
  }
}
