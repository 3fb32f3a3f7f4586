import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { main } from '../src/cli/main.ts'
import { createMemoryIo } from './support/memory-io.ts'
import { checkTree } from './tidy/check-tree.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** What the repository holds, together with what is new and not ignored. */
const listFiles = ['ls-files', '--cached', '--others', '--exclude-standard']
const files = execFileSync('git', listFiles, { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)))

describe('the repository', () => {
  it('keeps the rules of layers, libraries and modules', () => {
    const sources = files.filter((path) => /^(src|test|bench)\/.*\.tsx?$/.test(path))
    expect(sources.filter((path) => path.startsWith('src/')).length).toBeGreaterThan(40)
    expect(checkTree(new Map(sources.map((path) => [path, read(path)])))).toEqual([])
  })

  it('locks packages by checksum, not by the address of a registry', () => {
    expect(read('package-lock.json')).not.toContain('"resolved"')
    expect(read('package-lock.json')).toContain('"integrity"')
  })

  it('names no folder of anyone’s machine', () => {
    // Spelled in parts, so that this line is none of them.
    const machinePath = new RegExp(`(?<![\\w.])/(${['home', 'Users', 'root', 'work'].join('|')})/\\w`)
    expect(files.filter((path) => machinePath.test(read(path)))).toEqual([])
  })

  it('has only valid scenarios', async () => {
    const scenarios = files.filter((path) => /^scenarios\/.*\.ya?ml$/.test(path))
    if (scenarios.length === 0) return
    const io = createMemoryIo({ cwd: root })
    expect(await main(['validate', ...scenarios], io), io.err()).toBe(0)
  })
})
