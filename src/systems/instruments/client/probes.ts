import { setTimeout as delay } from 'node:timers/promises'
import type { Json } from '../../../core/json.ts'
import { modeEvents } from '../wire/sessions.ts'
import type { ProbeValue, Role } from '../workload/event-values.ts'
import { ackEvents, type SideContext } from './agent-side.ts'
import { Notice } from './notice.ts'
import { openProbe } from './open-probe.ts'
import { completeOperation } from './outcome-codes.ts'

/** The agent whose place a rival wants. */
interface Holder {
  readonly isThere: boolean
  readonly isDismissed: boolean
  prove(): Promise<boolean>
}

/**
 * Tries to be a second agent of the own user, or one of nobody: it sends a file that no server analyses. Whose file is
 * answered is served. A server may refuse at once, or accept and disconnect. False: it could not be decided.
 */
export async function probeRefusal(
  context: SideContext,
  role: Extract<Role, 'rival' | 'nameless'>,
  holder?: Holder,
): Promise<boolean> {
  const { params, pair, recorder, signal } = context
  const notice = new Notice()
  let evidence = ''
  let isRefused = false
  const link = openProbe(context, role, {
    query: role === 'rival' ? { user_id: pair.userId } : {},
    headers: { authorization: `Bearer ${params.agentToken}` },
    noticed(name) {
      if (ackEvents.includes(name)) evidence = name
      if (name === 'connection_rejected') isRefused = true
      notice.wake()
    },
    ended() {
      isRefused = true
      notice.wake()
    },
  })
  const operationId = recorder.invoke(link.number, `probe-${role}`, null)
  const failure = await link.open()
  if (failure === undefined) {
    const content = 'no measurement'
    link.send(modeEvents[params.mode].stream, { filename: `${pair.handleOf(0)}_${role}.exe`, content })
    await notice.until(() => evidence !== '' || isRefused, params.refusalMs, signal)
  }
  const isRefusal = isRefused || (failure !== undefined && 'refusal' in failure)
  const served = evidence !== '' ? true : isRefusal ? false : null
  const isHeld = holder === undefined || (await isStillHeld(holder, params.refusalMs))
  const value: ProbeValue = { served, evidence, isHeld }
  completeOperation(recorder, operationId, undefined, value as unknown as Json)
  await link.close()
  return served === false || (served === true && isHeld)
}

/** Where the server answers no proof, an end that came before the rival was served has been seen after a while. */
async function isStillHeld(holder: Holder, waitMs: number): Promise<boolean> {
  if (!(await holder.prove())) await delay(waitMs)
  return holder.isThere || holder.isDismissed
}

/** A viewer that asks for its user and is gone before it is answered. */
export async function vanish(context: SideContext): Promise<void> {
  const { pair, recorder } = context
  const link = openProbe(context, 'vanishing', { query: {}, mayBeRefused: false })
  if ((await link.open()) === undefined) {
    link.send('check_agent_connection', { user_id: pair.userId })
    recorder.fault(link.number, 'viewer-vanished', null)
    // What was sent leaves in this turn; the answer finds nobody.
    await new Promise((resolve) => setImmediate(resolve))
  }
  link.drop()
}
