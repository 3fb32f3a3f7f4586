import type { Json, JsonObject } from '../../../core/json.ts'

/** What a device may tell of its hardware, for a server that chooses a model by it. All fields are optional. */
export interface Capabilities {
  readonly memoryKb?: number
  readonly cpuMhz?: number
  /** Pixels along the shorter side of the camera's image. */
  readonly cameraPixels?: number
}

export interface RegistrationRequest {
  readonly clientId: string
  readonly capabilities?: Capabilities
}

export interface RegistrationReply {
  readonly clientId: string
  readonly modelName: string
}

export interface DecisionReply {
  /** The last layer to run on the device; -1: run all of them, and send no output to the edge. */
  readonly layerIndex: number
  /** The model that was decided for. Only the reference server says it. */
  readonly modelName?: string
  /** The rebalance notice: the device gets this model when it registers again. */
  readonly suggestedModel?: string
}

export interface ResultReply {
  /** What the reference server measured as the transfer of this very report, s; nobody else can know it. */
  readonly transferSeconds?: number
  /** The measurement was beyond what a network can be, and was clamped: the clocks differ. */
  readonly transferClamped?: boolean
}

/** What every server of this kind says when all is well. */
const successMessage = 'Success'

export function encodeRegistration({ clientId, capabilities }: RegistrationRequest): string {
  if (!capabilities) return JSON.stringify({ client_id: clientId })
  const { memoryKb, cpuMhz, cameraPixels } = capabilities
  const told = { memory_kb: memoryKb, cpu_mhz: cpuMhz, camera_pixels: cameraPixels }
  return JSON.stringify({ client_id: clientId, capabilities: told })
}

/** Undefined: the text is no registration. Fields that are not known are left aside. */
export function parseRegistration(text: string): RegistrationRequest | undefined {
  const fields = parseObject(text)
  const clientId = fields?.['client_id']
  if (typeof clientId !== 'string') return undefined
  const told = fields?.['capabilities']
  if (told === undefined || told === null) return { clientId }
  if (!isObject(told)) return undefined
  const entries = capabilityKeys.map(([key, name]) => [name, told[key]] as const)
  const given = entries.filter(([, value]) => value !== undefined && value !== null)
  if (!given.every(([, value]) => typeof value === 'number' && value >= 0)) return undefined
  return { clientId, capabilities: Object.fromEntries(given) }
}

const capabilityKeys = [
  ['memory_kb', 'memoryKb'],
  ['cpu_mhz', 'cpuMhz'],
  ['camera_pixels', 'cameraPixels'],
] as const

export const registrationReply = ({ clientId, modelName }: RegistrationReply): JsonObject => ({
  message: successMessage,
  client_id: clientId,
  model_name: modelName,
})

export const successReply: JsonObject = { message: successMessage }

export const decisionReply = ({ layerIndex, modelName, suggestedModel }: DecisionReply): JsonObject => ({
  offloading_layer_index: layerIndex,
  ...(modelName !== undefined && { model_name: modelName }),
  ...(suggestedModel !== undefined && { suggested_model: suggestedModel }),
})

export const resultReply = ({ transferSeconds, transferClamped }: ResultReply): JsonObject => ({
  message: successMessage,
  ...(transferSeconds !== undefined && { transfer_seconds: transferSeconds }),
  ...(transferClamped && { transfer_clamped: true }),
})

/** Undefined: the text is no such reply. The same holds for those below. */
export function parseRegistrationReply(text: string): RegistrationReply | undefined {
  const fields = parseObject(text)
  const [clientId, modelName] = [fields?.['client_id'], fields?.['model_name']]
  return typeof clientId === 'string' && typeof modelName === 'string' ? { clientId, modelName } : undefined
}

export function parseDecisionReply(text: string): DecisionReply | undefined {
  const fields = parseObject(text)
  const layerIndex = fields?.['offloading_layer_index']
  if (typeof layerIndex !== 'number' || !Number.isInteger(layerIndex) || layerIndex < -1) return undefined
  const modelName = fields?.['model_name']
  const suggestedModel = fields?.['suggested_model']
  // Polls are what there is most of: no object is made that is not told.
  if (typeof suggestedModel !== 'string')
    return typeof modelName === 'string' ? { layerIndex, modelName } : { layerIndex }
  return { layerIndex, suggestedModel, ...(typeof modelName === 'string' && { modelName }) }
}

/** Also for the answer to an image, which has no fields but its message. */
export function parseResultReply(text: string): ResultReply | undefined {
  const fields = parseObject(text)
  if (fields?.['message'] !== successMessage) return undefined
  const transferSeconds = fields['transfer_seconds']
  return {
    ...(typeof transferSeconds === 'number' && { transferSeconds }),
    ...(fields['transfer_clamped'] === true && { transferClamped: true }),
  }
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
