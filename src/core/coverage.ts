/** Every measure of what a run saw, and what it counts. Reports have those that were counted, and `floors` may name any. */
export const coverageMeasures = {
  bytesScanned: 'inbound bytes that were searched for markers',
  bytesDeepScanned: 'of those, searched for markers in other spellings and encodings, too',
  bytesDecoded: 'what bodies and messages were decoded to and searched again',
  ownMarkers: 'markers of the client that received them',
  sharedMarkers: 'markers of others that came on a channel which is declared to be shared',
  strayBytes: 'bytes that no message of the protocol explains',
  witnessedMs: 'how long witnesses listened',
  deliveries: 'messages with data of some client: results, updates, snapshots, decisions',
  decidableDeliveries: 'of those, such that it can be told whose the data are',
  answersCompared: 'values that were compared with what the oracle expects',
  answersSampled: 'of those, the first of each client, which were compared with what others expect',
  answersCoinciding: 'of those, such as another client of the target expects as well: to mix them up would not show',
  concurrentPairs: 'ordered pairs of clients of one target that were connected at the same time',
  successivePairs: 'ordered pairs of which the second came when the first had gone',
  concurrentPairsOnSharedKeys: 'concurrent pairs that use the same keys, such as names, symbols or ids',
  successivePairsOnSharedKeys: 'successive pairs that use the same keys',
} as const satisfies Readonly<Record<string, string>>

export type CoverageMeasure = keyof typeof coverageMeasures
