export interface SegmentsRequest {
  readonly filename: string | undefined
  readonly content: string
}

export interface LastUpdate {
  readonly event: string
  readonly update: object
}

/** What users have in common through planted defects alone: without one, nobody reads it. */
export class SharedState {
  lastAgentSid: string | undefined
  lastSessionId: string | undefined
  currentUser: string | undefined
  lastPreviewViewer: string | undefined
  segmentsRequest: SegmentsRequest | undefined
  /** By user: the socket that registered first. */
  readonly firstSids = new Map<string, string>()
  /** By user: what its viewers were told last. */
  readonly lastUpdates = new Map<string, LastUpdate>()
  /** What was for a viewer that has left. */
  lateUpdate: LastUpdate | undefined
  readonly contents = new Map<string, string>()
  readonly seenNames = new Set<string>()
  /** Places of viewers; a free place is given to the next one. */
  readonly places: (string | undefined)[] = []
  /** By user: the places that its updates go to. */
  readonly watchedPlaces = new Map<string, Set<number>>()
  updates = 0
}
