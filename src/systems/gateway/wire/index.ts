import { acknowledged } from './acknowledged/index.ts'
import type { Dialect, DialectName } from './dialect.ts'
import { sequenced } from './sequenced/index.ts'
import { streamed } from './streamed/index.ts'

export { encodeResultLine, encodeResultsEnd } from './acknowledged/result-lines.ts'
export { encodeAnswer } from './acknowledged/server-messages.ts'
export { encodeSessionReset } from './acknowledged/upload.ts'
export { MalformedResults } from './result-rows.ts'
export { encodeSequencedError, encodeSequencedOk } from './sequenced/final-answer.ts'
export { encodeStreamedError, encodeStreamedOk } from './streamed/final-answer.ts'
export { encodeResultFile, parseResultFile, resultFileNames } from './streamed/result-files.ts'

const dialects: Readonly<Record<DialectName, Dialect>> = { acknowledged, streamed, sequenced }

export function getDialect(name: DialectName): Dialect {
  return dialects[name]
}
