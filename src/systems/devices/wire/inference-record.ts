/*
 * The body of /device_inference_result, little-endian:
 *
 *     f64 time | 9 bytes client id | 4 bytes message id | i32 layer | u32 bytes of output | f32[] output
 *     | i32 bytes of times | f32[] seconds of layers 0…layer
 */

/** Ids of more bytes do not fit into a record. */
export const maxRecordIdBytes = 9

/** Bytes of a record besides its output and its times. */
export const recordOverhead = 33

/** What a device tells of one inference. */
export interface InferenceRecord {
  /** The device's clock when it sent the record, in seconds since 1970. */
  readonly timeS: number
  /** 1 to 9 printable ASCII characters. */
  readonly clientId: string
  /** 4 characters of A-Z and 0-9. */
  readonly messageId: string
  /** The last layer that the device ran; -1: all of them, because it was told to run all locally. */
  readonly layerIndex: number
  /** What the last layer gave. */
  readonly output: Float32Array
  /** Seconds of each layer from 0 that the device ran; `layerIndex + 1` of them where that is not -1. */
  readonly layerSeconds: Float32Array
}

const idAt = 8
const messageIdAt = 17
const layerAt = 21
const outputSizeAt = 25
const outputAt = 29

const printableId = /^[\x21-\x7e]{1,9}$/
const messageIdPattern = /^[A-Z0-9]{4}$/

/** Throws a `RangeError` where an id does not fit: whoever sends a record has checked that before. */
export function encodeRecord(record: InferenceRecord): Uint8Array {
  const { timeS, clientId, messageId, layerIndex, output, layerSeconds } = record
  if (!printableId.test(clientId)) throw new RangeError(`the id ${JSON.stringify(clientId)} does not fit into a record`)
  if (!messageIdPattern.test(messageId)) throw new RangeError(`${JSON.stringify(messageId)} is no message id`)
  const bytes = new Uint8Array(recordOverhead + output.byteLength + layerSeconds.byteLength)
  const view = new DataView(bytes.buffer)
  view.setFloat64(0, timeS, true)
  writeAscii(bytes, idAt, clientId)
  writeAscii(bytes, messageIdAt, messageId)
  view.setInt32(layerAt, layerIndex, true)
  view.setUint32(outputSizeAt, output.byteLength, true)
  writeFloats(view, outputAt, output)
  const timesSizeAt = outputAt + output.byteLength
  view.setInt32(timesSizeAt, layerSeconds.byteLength, true)
  writeFloats(view, timesSizeAt + 4, layerSeconds)
  return bytes
}

export type ParsedRecord =
  | { readonly record: InferenceRecord }
  /** `offset` is the first byte of the field that is wrong. */
  | { readonly problem: string; readonly offset: number }

/** Reads a whole body; the last byte of the times must be its last byte. */
export function parseRecord(bytes: Uint8Array): ParsedRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < outputAt)
    return fail(bytes.length, `the header has ${outputAt} bytes, and the body only ${bytes.length}`)
  const timeS = view.getFloat64(0, true)
  if (!Number.isFinite(timeS)) return fail(0, `the time is ${timeS}`)
  const clientId = readId(bytes)
  if (!printableId.test(clientId))
    return fail(idAt, 'the client id is not 1 to 9 printable characters, filled up with NUL')
  const messageId = readAscii(bytes, messageIdAt, layerAt)
  if (!messageIdPattern.test(messageId)) return fail(messageIdAt, 'the message id is not 4 characters of A-Z and 0-9')
  const layerIndex = view.getInt32(layerAt, true)
  if (layerIndex < -1) return fail(layerAt, `there is no layer ${layerIndex}`)

  const output = readFloats(view, outputSizeAt, view.getUint32(outputSizeAt, true))
  if (!(output instanceof Float32Array)) return output
  const timesSizeAt = outputAt + output.byteLength
  if (timesSizeAt + 4 > bytes.length) return fail(timesSizeAt, 'the size of the times is missing')
  const layerSeconds = readFloats(view, timesSizeAt, view.getInt32(timesSizeAt, true))
  if (!(layerSeconds instanceof Float32Array)) return layerSeconds

  const timesAt = timesSizeAt + 4
  if (layerIndex >= 0 && layerSeconds.length !== layerIndex + 1) {
    return fail(timesSizeAt, `layer ${layerIndex} needs ${layerIndex + 1} times, not ${layerSeconds.length}`)
  }
  const wrong = layerSeconds.findIndex((seconds) => !(seconds >= 0 && seconds < Number.POSITIVE_INFINITY))
  if (wrong >= 0) return fail(timesAt + wrong * 4, `the time of layer ${wrong} is ${layerSeconds[wrong]}`)
  const end = timesAt + layerSeconds.byteLength
  if (end !== bytes.length) return fail(end, `${bytes.length - end} bytes follow the last time`)
  return { record: { timeS, clientId, messageId, layerIndex, output, layerSeconds } }
}

const fail = (offset: number, problem: string) => ({ offset, problem })

/** The id up to its first NUL; with whatever follows where that is not NUL to the end, so that it is no valid id. */
function readId(bytes: Uint8Array): string {
  return readAscii(bytes, idAt, messageIdAt).replace(/\0+$/, '')
}

function readAscii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to))
}

function writeAscii(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
}

/** The floats behind a size that stands at `sizeAt`. */
function readFloats(view: DataView, sizeAt: number, size: number): Float32Array | ReturnType<typeof fail> {
  if (size < 0 || size % 4 !== 0) return fail(sizeAt, `${size} bytes are no list of float32`)
  const at = sizeAt + 4
  if (at + size > view.byteLength)
    return fail(sizeAt, `${size} bytes are announced, and ${view.byteLength - at} follow`)
  const floats = new Float32Array(size / 4)
  for (let i = 0; i < floats.length; i++) floats[i] = view.getFloat32(at + i * 4, true)
  return floats
}

function writeFloats(view: DataView, at: number, floats: Float32Array): void {
  for (let i = 0; i < floats.length; i++) view.setFloat32(at + i * 4, floats[i] as number, true)
}
