import { expect, it } from 'vitest'
import { runSteps, type Steps, untilSettled, waitFor } from './steps.ts'

function* add(resumed: ((value: number) => void)[]): Steps<number> {
  const one = yield* waitFor<number>((resume) => resumed.push(resume))
  const other = yield* untilSettled(Promise.resolve(2))
  return one + other
}

it('goes on within the call that ends a wait', () => {
  const seen: string[] = []
  let resume = (_: string) => {}
  function* look(): Steps<void> {
    seen.push(
      yield* waitFor<string>((next) => {
        resume = next
      }),
    )
  }
  void runSteps(look())
  resume('answer')
  expect(seen).toEqual(['answer'])
})

it('resolves with what the steps return, whatever they wait for', async () => {
  const resumed: ((value: number) => void)[] = []
  const sum = runSteps(add(resumed))
  resumed[0]?.(40)
  expect(await sum).toBe(42)
})

it('takes a wait that is over at once', async () => {
  function* count(): Steps<number> {
    let sum = 0
    for (let i = 0; i < 3; i++) sum += yield* waitFor<number>((resume) => resume(i))
    return sum
  }
  expect(await runSteps(count())).toBe(3)
})

it('rejects with what the steps throw, also after a wait', async () => {
  let resume = () => {}
  function* fail(): Steps<void> {
    yield* waitFor<void>((next) => {
      resume = next
    })
    throw new Error('broken')
  }
  const steps = runSteps(fail())
  expect(resume).not.toThrow()
  await expect(steps).rejects.toThrow('broken')
})
