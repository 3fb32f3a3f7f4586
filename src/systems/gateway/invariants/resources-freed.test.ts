import { describe, expect, it } from 'vitest'
import { inspectTarget } from './resources-freed.ts'

describe('resources-freed', () => {
  it('is content when every figure is back, or below', () => {
    const [inspection] = inspectTarget({ sessions: 0, queues: 3 }, { sessions: 0, queues: 2 })
    expect(inspection?.conclusion).toMatchObject({ examined: 2, violations: [] })
  })

  it('names every figure that is not back', () => {
    const [inspection] = inspectTarget(
      { sessions: 0, queues: 3, sessionsCreated: 0 },
      { sessions: 2, queues: 3, sessionsCreated: 9 },
    )
    expect(inspection?.conclusion.violations).toMatchObject([
      {
        class: 'leaked',
        message: 'the server holds 2 sessions after all clients have left, and held 0 before they came',
      },
    ])
  })

  it('examines nothing where the server tells nothing', () => {
    expect(inspectTarget(null, null)).toEqual([])
    expect(inspectTarget({ uptime: 1 }, { uptime: 2 })[0]?.conclusion.examined).toBe(0)
  })
})
