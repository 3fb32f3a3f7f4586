import { expect, it } from 'vitest'
import { readIdleAnswer } from './idle-answer.ts'

const read = (text: string) => readIdleAnswer(Buffer.from(text))
const head = (...fields: readonly string[]) => ['HTTP/1.1 408 Request Timeout', ...fields, '', ''].join('\r\n')

it.each([
  head('Connection: close'),
  head(),
  head('Content-Length: 0', 'Date: Tue, 01 Dec 2026 10:00:00 GMT'),
  'HTTP/1.0 408 Request Time-out\r\n\r\n',
  'HTTP/1.1 408\r\n\r\n',
])('knows a whole answer to nobody, and each beginning of it: %j', (text) => {
  expect(read(text)).toBe('whole')
  for (let length = 0; length < text.length; length++) expect(read(text.slice(0, length))).toBe('begun')
})

it.each([
  'HTTP/1.1 200 OK\r\n\r\n',
  'HTTP/1.1 4081 Odd\r\n\r\n',
  'HTTP/1.1 409',
  `${head('Connection: close')}leak`,
  head('Content-Length: 4'),
  head('content-length:0100'),
  head('Transfer-Encoding: chunked'),
  head(`X-Fill: ${'x'.repeat(5000)}`),
  'leak',
])('takes nothing else for one: %j', (text) => expect(read(text)).toBeUndefined())
