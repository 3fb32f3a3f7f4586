import { CountedUploadDecoder } from '../counted-upload.ts'
import type { Dialect } from '../dialect.ts'
import { FinalAnswerDecoder } from '../final-answer.ts'
import { parseSequencedAnswer } from './final-answer.ts'
import { sequencedRows } from './rows.ts'
import { SequencedEncoder } from './upload.ts'

/** Numbered batches, one JSON answer with the results (systems/gateway.md §3.3 of the design). */
export const sequenced: Dialect = {
  name: 'sequenced',
  defaultPort: 9001,
  createEncoder: () => new SequencedEncoder(),
  createUploadDecoder: (limits) => new CountedUploadDecoder(sequencedRows, limits, true),
  createServerMessageDecoder: (limits) => new FinalAnswerDecoder(parseSequencedAnswer, limits),
}
