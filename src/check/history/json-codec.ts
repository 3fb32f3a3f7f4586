import type { Json } from '../../core/json.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import type { StringReader, StringWriter } from './string-table.ts'

const tags = { null: 0, false: 1, true: 2, unsigned: 3, double: 4, string: 5, array: 6, object: 7 } as const

/** A whole number from here on stands for itself minus this. */
const smallNumbers = 32

export function writeJson(writer: ByteWriter, strings: StringWriter, value: Json) {
  if (typeof value === 'number') writeNumber(writer, value)
  else if (typeof value === 'string') {
    writer.byte(tags.string)
    strings.value(value)
  } else if (value === null) writer.byte(tags.null)
  else if (typeof value === 'boolean') writer.byte(value ? tags.true : tags.false)
  else if (isArray(value)) {
    writer.byte(tags.array)
    writer.unsigned(value.length)
    for (const item of value) writeJson(writer, strings, item)
  } else {
    const keys = Object.keys(value)
    writer.byte(tags.object)
    writer.unsigned(keys.length)
    for (const key of keys) {
      strings.name(key)
      writeJson(writer, strings, value[key] as Json)
    }
  }
}

function writeNumber(writer: ByteWriter, value: number) {
  if (Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)) {
    if (value < 256 - smallNumbers) writer.byte(value + smallNumbers)
    else {
      writer.byte(tags.unsigned)
      writer.unsigned(value)
    }
  } else {
    writer.byte(tags.double)
    writer.double(value)
  }
}

export function readJson(reader: ByteReader, strings: StringReader): Json {
  const tag = reader.byte()
  if (tag >= smallNumbers) return tag - smallNumbers
  switch (tag) {
    case tags.null:
      return null
    case tags.false:
      return false
    case tags.true:
      return true
    case tags.unsigned:
      return reader.unsigned()
    case tags.double:
      return reader.double()
    case tags.string:
      return strings.read(reader)
    case tags.array:
      return readArray(reader, strings)
    case tags.object:
      return readObject(reader, strings)
    default:
      throw new RangeError(`${tag} is no kind of value`)
  }
}

function readArray(reader: ByteReader, strings: StringReader): Json {
  const items: Json[] = []
  for (let left = reader.unsigned(); left > 0; left--) items.push(readJson(reader, strings))
  return items
}

function readObject(reader: ByteReader, strings: StringReader): Json {
  const object: Record<string, Json> = {}
  for (let left = reader.unsigned(); left > 0; left--) {
    const key = strings.read(reader)
    const value = readJson(reader, strings)
    // Assigning to this one key would set the prototype instead.
    if (key === '__proto__')
      Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
    else object[key] = value
  }
  return object
}

/** `Array.isArray` does not narrow readonly arrays. */
const isArray = (value: Json): value is readonly Json[] => Array.isArray(value)
