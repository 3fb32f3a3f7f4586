import { describe, expect, it } from 'vitest'
import { HttpRouter } from './http-router.ts'

describe('an HTTP router', () => {
  const router = new HttpRouter<string>(20)
  router.add('GET', '/a/:id', 'one')
  router.add('POST', '/a/:id', 'change')
  router.add('GET', '/a/all', 'all')
  router.add('POST', '/a/:id/do/:what', 'do')

  it('leads by method and path, words before names, and decodes what stands for a name', () => {
    expect(router.find('GET', '/a/x%20y')).toMatchObject({ route: 'one', params: { id: 'x y' } })
    expect(router.find('GET', '/a/all')).toMatchObject({ route: 'all' })
    expect(router.find('POST', '/a/all/do/it')).toMatchObject({ route: 'do', params: { id: 'all', what: 'it' } })
  })

  it('keeps what a path leads to', () => {
    router.add('GET', '/a/all', 'another')
    expect(router.find('GET', '/a/all')).toMatchObject({ route: 'all' })
  })

  it.each(['/a', '/b/x', '/a/%ZZ', '/a/x/', `/a/${'x'.repeat(21)}`, '*', '//', ''])('knows nothing of %s', (path) => {
    expect(router.find('GET', path)).toBeUndefined()
    expect(router.methodsOf(path)).toEqual([])
  })

  it('knows the methods of a path', () => {
    expect(router.find('PUT', '/a/x')).toBeUndefined()
    expect(router.methodsOf('/a/x')).toEqual(['GET', 'POST'])
  })
})
