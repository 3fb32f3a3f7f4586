import { describe, expect, it } from 'vitest'
import { HttpError } from './http-error.ts'
import { startStatusServer } from './status-server.ts'

describe('a status server', () => {
  it('answers what it is asked, and says what it can be asked', async () => {
    let sessions = 1
    const server = await startStatusServer({
      host: '127.0.0.1',
      port: 0,
      answers: {
        '/health': () => ({ status: 'up' }),
        '/stats': async () => ({ sessions: sessions++ }),
        '/broken': () => {
          throw new Error('no figures')
        },
      },
    })
    const ask = async (path: string, method = 'GET') => {
      const response = await fetch(server.url + path, { method })
      return [response.status, await response.json()]
    }
    expect(await ask('/health')).toEqual([200, { status: 'up' }])
    expect(await ask('/stats')).toEqual([200, { sessions: 1 }])
    expect(await ask('/stats?again')).toEqual([200, { sessions: 2 }])
    expect(await ask('/stats', 'DELETE')).toEqual([405, { error: 'only GET is answered' }])
    expect(await ask('/broken')).toEqual([500, { error: 'Error: no figures' }])
    expect(await ask('/constructor')).toEqual([404, { error: 'not found', paths: ['/health', '/stats', '/broken'] }])
    expect(await ask('//?%')).toMatchObject([404, {}])
    await server.stop()
    await expect(ask('/health')).rejects.toThrow()
  })

  it('takes orders by POST alone, and hands on what they say', async () => {
    const server = await startStatusServer({
      host: '127.0.0.1',
      port: 0,
      answers: { '/figures': () => 1 },
      orders: {
        '/figures': (query) => ({ of: query.get('of') }),
        '/refused': () => {
          throw new HttpError(404, 'nobody', 'there is nobody')
        },
      },
    })
    const ask = async (path: string, method: string) => {
      const response = await fetch(server.url + path, { method })
      return [response.status, await response.json()]
    }
    expect(await ask('/figures?of=a', 'POST')).toEqual([200, { of: 'a' }])
    expect(await ask('/figures', 'GET')).toEqual([200, 1])
    expect(await ask('/figures', 'PUT')).toEqual([405, { error: 'only GET and POST is answered' }])
    expect(await ask('/refused', 'GET')).toEqual([405, { error: 'only POST is answered' }])
    expect(await ask('/refused', 'POST')).toEqual([404, { error: 'nobody', message: 'there is nobody' }])
    await server.stop()
  })
})
