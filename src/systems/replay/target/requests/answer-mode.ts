import { HttpError } from '../../../../targets/http-error.ts'
import { describeSession } from '../../wire/answers.ts'
import { parseFields, stringOf } from '../../wire/json-object.ts'
import { modes } from '../../wire/snapshot.ts'
import { mistakeSession } from '../defects/mistake-session.ts'
import { reachOf } from '../defects/reach-of.ts'
import type { ReplayServer } from '../replay-server.ts'
import type { AnswerRequest, Asked } from './answered.ts'
import { requireSession } from './find-session.ts'
import { switchSession, type Wanted } from './switch-session.ts'

/** POST /mode/S: what one session watches. */
export const answerMode: AnswerRequest = async (server, asked) => {
  const id = asked.params['session'] ?? ''
  requireSession(server, asked.request.headers, id)
  const { mode, symbol } = await readWanted(server, asked)
  // It may be gone by the time that its body has come.
  const session = await mistakeSession(server, requireSession(server, asked.request.headers, id))
  if (mode) for (const each of reachOf(server, session, 'global-mode')) switchSession(server, each, { mode })
  if (symbol) for (const each of reachOf(server, session, 'global-symbol')) switchSession(server, each, { symbol })
  return { session, body: describeSession('success', session.describe()) }
}

/** POST /mode: what all those watch that were not created, and that have one mode together. */
export const answerCommonMode: AnswerRequest = async (server, asked) => {
  const wanted = await readWanted(server, asked)
  const { common, sessions } = server
  Object.assign(common, wanted)
  let reached = 0
  for (const session of sessions.all()) {
    if (session.origin === 'created') continue
    switchSession(server, session, wanted)
    reached++
  }
  return { body: { status: 'success', ...common, sessions: reached } }
}

async function readWanted({ markets }: ReplayServer, { request }: Asked): Promise<Wanted> {
  const fields = parseFields((await request.readBody()).toString('utf8'))
  if (!fields) throw new HttpError(400, 'malformed-body', 'expected a JSON object with mode, symbol, or both')
  const mode = modes.find((known) => known === fields['mode'])
  const symbol = stringOf(fields['symbol'])
  if (fields['mode'] !== undefined && !mode) throw new HttpError(400, 'unknown-mode', `expected ${modes.join(', ')}`)
  if (fields['symbol'] !== undefined && (symbol === undefined || !markets.symbols.includes(symbol))) {
    throw new HttpError(400, 'unknown-symbol', `expected one of ${markets.symbols.join(', ')}`)
  }
  return { ...(mode && { mode }), ...(symbol !== undefined && { symbol }) }
}
