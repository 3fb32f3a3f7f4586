/** Where the four requests go, below the base path of the server; all of them are configurable. */
export interface Endpoints {
  /** POST, JSON: `RegistrationRequest`, answered with a `RegistrationReply`. */
  readonly registration: string
  /** POST, an image (`image.ts`), answered with `SuccessReply`. */
  readonly deviceInput: string
  /** GET, answered with a `DecisionReply`. */
  readonly offloadingLayer: string
  /** POST, an inference record (`inference-record.ts`), answered with a `ResultReply`. */
  readonly deviceInferenceResult: string
}

/** The path of a request with the device's id as its query; without `clientId` there is none. */
export function withClientId(path: string, clientId?: string): string {
  return clientId === undefined ? path : `${path}?${clientIdKey}=${encodeURIComponent(clientId)}`
}

/** The query parameter that names the device. */
export const clientIdKey = 'client_id'
