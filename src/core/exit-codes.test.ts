import { expect, it } from 'vitest'
import { chooseExitCode } from './exit-codes.ts'

it('nothing wrong exits with 0', () => expect(chooseExitCode([])).toBe(0))
it('a violation outweighs failed operations', () => expect(chooseExitCode([4, 1, 5])).toBe(1))
it('a bug of mcsim outweighs everything', () => expect(chooseExitCode([1, 70, 130])).toBe(70))
