/** One inference of one device, as it reported it. */
export interface Report {
  readonly id: string
  readonly layer: number
  /** Of layers 0, 1, 2 …, as far as the device ran. */
  readonly seconds: readonly number[]
}

/** Reads the record of `systems/devices.md` §1 field by field. */
export function readReport(body: Buffer): Report {
  const id = body.subarray(8, 17).toString('latin1').replace(/\0+$/, '')
  const layer = body.readInt32LE(21)
  const timesAt = 25 + 4 + body.readUInt32LE(25)
  const count = body.readInt32LE(timesAt) / 4
  return { id, layer, seconds: Array.from({ length: count }, (_, i) => body.readFloatLE(timesAt + 4 + i * 4)) }
}

/** What this server takes for the sizes that its model's layers give: 48×48, 24×24, 12×12, widths as the model's page says. */
const outputBytes = [
  [48 * 48 * 2, 1],
  ...block(3, 48 * 48 * 2),
  ...block(6, 24 * 24 * 4),
  ...block(10, 12 * 12 * 8),
  [12 * 12 * 2, 1],
].map(([values = 0, factor = 1]) => values * factor * 4)

function block(count: number, values: number): number[][] {
  return Array.from({ length: count }, () => [3, 3, 1].map((factor) => [values, factor])).flat()
}

const lastLayer = outputBytes.length - 1

export interface Speeds {
  /** Of the network. */
  readonly bytesPerSecond: number
  /** Of the edge. */
  readonly secondsPerByte: number
}

/** Where to stop: the plain mean of all that was reported of each layer, a fixed network, a fixed edge. */
export function decide(reports: readonly Report[], { bytesPerSecond, secondsPerByte }: Speeds): number {
  if (reports.length === 0) return lastLayer
  const costs = outputBytes.map((bytes, k) => {
    const onDevice = sum(outputBytes.slice(0, k + 1).map((_, layer) => meanOf(reports, layer)))
    const onEdge = sum(outputBytes.slice(k + 1)) * secondsPerByte
    return onDevice + bytes / bytesPerSecond + onEdge
  })
  return costs.indexOf(Math.min(...costs))
}

/** A layer that was never reported takes no time to speak of. */
function meanOf(reports: readonly Report[], layer: number): number {
  const times = reports.flatMap(({ seconds }) => seconds[layer] ?? [])
  return times.length === 0 ? 1e-3 : sum(times) / times.length
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
