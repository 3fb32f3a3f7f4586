import { setTimeout as delay } from 'node:timers/promises'
import { PollingDevice } from './polling-device.ts'
import { runDevices } from './run-devices.ts'

/*
 * A process in which devices register, poll once and then are idle with their connections open. Tells its parent, for each
 * number of devices in its arguments, how many bytes of memory it takes meanwhile. Wants `--expose-gc`.
 */
const [url = '', ...counts] = process.argv.slice(2)

for (const count of counts.map(Number)) {
  let idle = 0
  let leave = () => {}
  const allLeave = new Promise<void>((resolve) => {
    leave = resolve
  })
  class IdleDevice extends PollingDevice {
    /** One that is missing would be waited for in vain. */
    override async open(signal: AbortSignal): Promise<boolean> {
      if (await super.open(signal)) return true
      process.stderr.write('a device could not connect\n')
      process.exit(1)
    }

    override async iterate(): Promise<boolean> {
      await super.iterate()
      if (++idle === count) {
        process.send?.(await settledRss())
        leave()
      }
      await allLeave
      return true
    }
  }
  await runDevices(url, (context) => new IdleDevice(context), count, {
    rounds: 1,
    connectTimeout: '60s',
    requestLimit: '60s',
  })
}

/** What is left when the garbage of the way here has been collected and freed. */
async function settledRss(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await delay(300)
  }
  return process.memoryUsage.rss()
}
