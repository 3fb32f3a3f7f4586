import type { JsonObject } from '../../../../core/json.ts'
import type { HttpRequest } from '../../../../targets/start-http-server.ts'
import type { ReplayServer } from '../replay-server.ts'
import type { Session } from '../sessions/session.ts'

/** A request, and where its path has led. */
export interface Asked {
  readonly request: HttpRequest
  /** What stood in the places of the path's `:names`, decoded. */
  readonly params: Readonly<Record<string, string | undefined>>
  /** The path with its `:names`. */
  readonly pattern: string
}

/** What came of a request that is not refused. */
export interface Answered {
  readonly body: JsonObject
  /** Whose it was, for the log. */
  readonly session?: Session
}

export type AnswerRequest = (server: ReplayServer, asked: Asked) => Answered | Promise<Answered>
