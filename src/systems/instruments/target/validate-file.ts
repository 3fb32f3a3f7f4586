import { readFields, readText } from '../wire/read-fields.ts'
import type { InstrumentsSettings } from './settings.ts'

export interface SentFile {
  readonly filename: string
  readonly content: string
}

/** Why a file is refused, as `file_validation_error` tells it. */
export interface FileRefusal {
  readonly filename: string
  readonly error: string
  readonly message: string
}

const extensions = ['.txt', '.dta', '.csv']
const longestName = 300

export function validateFile(sent: unknown, { maxFileBytes }: InstrumentsSettings): SentFile | FileRefusal {
  const fields = readFields(sent)
  const filename = readText(fields['filename']) ?? ''
  const refuse = (error: string, message: string) => ({ filename: filename.slice(0, longestName), error, message })
  if (filename === '' || filename.length > longestName)
    return refuse('invalid_filename', 'The file has no usable name.')
  if (!extensions.some((extension) => filename.toLowerCase().endsWith(extension))) {
    return refuse('invalid_type', `Only ${extensions.join(', ')} files are read.`)
  }
  const content = fields['content']
  if (typeof content !== 'string') return refuse('invalid_content', 'The content must be text.')
  if (Buffer.byteLength(content) > maxFileBytes) return refuse('too_large', `A file has at most ${maxFileBytes} bytes.`)
  if (content.includes('\u0000')) return refuse('invalid_content', 'The content must be text.')
  return { filename, content }
}
