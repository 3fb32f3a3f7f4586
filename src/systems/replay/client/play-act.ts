import type { PlannedAct } from '../workload/draw-script.ts'
import type { DrivenSession } from './driven-session.ts'

/** Does one act, and looks before and after how the session stands. */
export async function playAct(session: DrivenSession, planned: PlannedAct): Promise<void> {
  await session.keepWatching()
  await session.look()
  await play(session, planned)
  await session.look()
}

async function play(session: DrivenSession, planned: PlannedAct): Promise<void> {
  switch (planned.act) {
    case 'pause':
      return pauseFor(session, planned.heldMs)
    case 'speed':
      return void (await session.ask((controls) => controls.speed(planned.speed)))
    case 'go-back':
      return session.move((controls) => controls.goBack(planned.seconds))
    case 'mode':
    case 'symbol':
      return session.chooseMode(planned.mode, planned.symbol)
    case 'restart':
      await session.move((controls) => controls.control('stop'))
      return start(session)
    case 'start-again':
      return start(session)
    case 'second-socket':
      return shareFor(session, planned.sharedMs, planned.closes)
    case 'return':
      return leaveFor(session, planned.awayMs)
    case 'order':
      for (const order of planned.orders) await session.listStreams().at(-1)?.order(order)
  }
}

async function start(session: DrivenSession): Promise<void> {
  await session.ask((controls) => controls.control('start'))
}

/** Once each stream has all that was sent before, nothing may come until the viewer resumes. */
async function pauseFor(session: DrivenSession, heldMs: number): Promise<void> {
  const answer = await session.ask((controls) => controls.control('pause'))
  if (answer?.cursorMs !== undefined) await session.settle(answer.cursorMs)
  // Where no cursor tells what was sent before, it is only known to have arrived when it has had its time.
  const isUntold = answer !== undefined && (answer.cursorMs === undefined || session.view.cursorIsNext)
  await session.watch(isUntold ? session.params.settleMs + heldMs : heldMs)
  await session.look()
  await session.ask((controls) => controls.control('resume'))
}

/** Two streams of one session show the same up to a pause, and closing one of them leaves the other alone. */
async function shareFor(session: DrivenSession, sharedMs: number, closes: 'old' | 'new'): Promise<void> {
  if (!(await session.openStream())) return
  await session.watch(sharedMs)
  await pauseFor(session, 0)
  await session.closeStream(closes)
}

async function leaveFor(session: DrivenSession, awayMs: number): Promise<void> {
  await session.leave()
  await session.watch(awayMs)
  await session.openStream()
}
