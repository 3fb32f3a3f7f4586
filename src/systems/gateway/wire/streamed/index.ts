import { CountedUploadDecoder } from '../counted-upload.ts'
import type { Dialect } from '../dialect.ts'
import { FinalAnswerDecoder } from '../final-answer.ts'
import { parseStreamedAnswer } from './final-answer.ts'
import { streamedRows } from './rows.ts'
import { StreamedEncoder } from './upload.ts'

/** No answer until the client's half-close; results as files in a folder (systems/gateway.md §3.2 of the design). */
export const streamed: Dialect = {
  name: 'streamed',
  defaultPort: 9000,
  createEncoder: () => new StreamedEncoder(),
  createUploadDecoder: (limits) => new CountedUploadDecoder(streamedRows, limits, false),
  createServerMessageDecoder: (limits) => new FinalAnswerDecoder(parseStreamedAnswer, limits),
}
