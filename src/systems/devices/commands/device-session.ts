import type { JsonObject } from '../../../core/json.ts'
import type { DeviceModel } from '../params/models.ts'
import { type Endpoints, withClientId } from '../wire/endpoints.ts'
import { encodeRecord } from '../wire/inference-record.ts'
import {
  encodeRegistration,
  parseDecisionReply,
  parseRegistrationReply,
  parseResultReply,
} from '../wire/json-bodies.ts'

export type SessionAnswer<T> =
  | { readonly type: 'answer'; readonly value: T }
  | { readonly type: 'refused'; readonly status: number; readonly text: string }
  | { readonly type: 'unreachable'; readonly reason: string }

const requestLimitMs = 5000

/** One device of a person who tries a server by hand: a few requests, of which none is measured. */
export class DeviceSession {
  readonly clientId: string
  readonly server: string
  private readonly endpoints: Endpoints
  private readonly signal: AbortSignal

  constructor(clientId: string, server: string, endpoints: Endpoints, signal: AbortSignal) {
    this.clientId = clientId
    this.server = server.replace(/\/+$/, '')
    this.endpoints = endpoints
    this.signal = signal
  }

  register() {
    const { clientId, endpoints } = this
    return this.ask(endpoints.registration, parseRegistrationReply, encodeRegistration({ clientId }))
  }

  /** One round; returns what is worth telling of it. */
  async infer(model: DeviceModel, image: Uint8Array): Promise<JsonObject> {
    const { endpoints, clientId } = this
    const input = await this.ask(withClientId(endpoints.deviceInput, clientId), parseResultReply, image)
    const decision = await this.ask(withClientId(endpoints.offloadingLayer, clientId), parseDecisionReply)
    if (input.type !== 'answer' || decision.type !== 'answer') return { input: input.type, decision: decision.type }
    const { layerIndex } = decision.value
    const ran = layerIndex < 0 ? model.layers : model.layers.slice(0, layerIndex + 1)
    const record = encodeRecord({
      timeS: Date.now() / 1000,
      clientId,
      messageId: 'HAND',
      layerIndex,
      output: new Float32Array((ran.at(-1)?.outputBytes ?? 0) / 4),
      layerSeconds: Float32Array.from(ran, ({ deviceSeconds }) => deviceSeconds),
    })
    const report = await this.ask(withClientId(endpoints.deviceInferenceResult, clientId), parseResultReply, record)
    return { layer: layerIndex, report: report.type }
  }

  private async ask<T>(
    path: string,
    read: (text: string) => T | undefined,
    body?: string | Uint8Array,
  ): Promise<SessionAnswer<T>> {
    try {
      const response = await fetch(this.server + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': typeof body === 'string' ? 'application/json' : 'application/octet-stream' },
        ...(body !== undefined && { body }),
        signal: AbortSignal.any([this.signal, AbortSignal.timeout(requestLimitMs)]),
      })
      const text = await response.text()
      const value = response.ok ? read(text) : undefined
      if (value !== undefined) return { type: 'answer', value }
      return { type: 'refused', status: response.status, text: text.slice(0, 200) }
    } catch (error) {
      const { cause, message } = error as Error & { cause?: { code?: string } }
      return { type: 'unreachable', reason: cause?.code ?? message }
    }
  }
}
