import { Agent, request } from 'node:http'

export interface RawReply {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came.
  readonly body: any
}

/** A device made of node:http and `Buffer` alone, so that it shares no byte with our encoders. */
export class RawDevice {
  readonly id: string
  private readonly url: string
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 })

  constructor(url: string, id: string) {
    this.url = url
    this.id = id
  }

  register(body: object = { client_id: this.id }): Promise<RawReply> {
    return this.send('POST', '/registration', JSON.stringify(body))
  }

  poll(): Promise<RawReply> {
    return this.send('GET', `/offloading_layer?client_id=${this.id}`)
  }

  input(image: Buffer = Buffer.alloc(18_432, this.id)): Promise<RawReply> {
    return this.send('POST', `/device_input?client_id=${this.id}`, image)
  }

  report(record: Buffer = makeRecord({ id: this.id }), query = `?client_id=${this.id}`): Promise<RawReply> {
    return this.send('POST', `/device_inference_result${query}`, record)
  }

  /** Polls and leaves before the answer. */
  cancelPoll(): Promise<void> {
    return new Promise((resolve) => {
      const sent = request(`${this.url}/offloading_layer?client_id=${this.id}`, { agent: false })
      sent.on('error', () => {})
      sent.once('close', resolve)
      sent.end()
      sent.once('socket', (socket) => socket.once('connect', () => setImmediate(() => sent.destroy())))
    })
  }

  send(method: string, path: string, body?: string | Buffer): Promise<RawReply> {
    return new Promise((resolve, reject) => {
      const sent = request(this.url + path, { method, agent: this.agent }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) })
        })
      })
      sent.once('error', reject)
      sent.end(body)
    })
  }

  close(): void {
    this.agent.destroy()
  }
}

export interface RawRecord {
  readonly id: string
  readonly timeS?: number
  readonly layer?: number
  readonly output?: number
  /** Seconds of each layer. */
  readonly times?: readonly number[]
}

/** A record written field by field as the protocol's page says. */
export function makeRecord({ id, timeS = Date.now() / 1000, output = 4, times = slowAfter(58), layer }: RawRecord) {
  const record = Buffer.alloc(8 + 9 + 4 + 4 + 4 + output * 4 + 4 + times.length * 4)
  record.writeDoubleLE(timeS, 0)
  record.write(id, 8, 'latin1')
  record.write('AB12', 17, 'latin1')
  record.writeInt32LE(layer ?? times.length - 1, 21)
  record.writeUInt32LE(output * 4, 25)
  record.writeInt32LE(times.length * 4, 29 + output * 4)
  for (const [i, seconds] of times.entries()) record.writeFloatLE(seconds, 33 + output * 4 + i * 4)
  return record
}

/** The times of a device that is fast up to a layer and very slow after it, so that it should stop there. */
export function slowAfter(layer: number): number[] {
  return Array.from({ length: 59 }, (_, i) => (i <= layer ? 0 : 60))
}
