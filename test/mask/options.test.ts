import { describe, expect, it } from 'vitest'
import { checkNames } from '../../src/mask/options.ts'

describe('checkNames', () => {
  it('proposes the nearest of the known names, whatever its case', () => {
    const of =
      (name: string, ...known: string[]) =>
      () =>
        checkNames({ [name]: 1 }, known, 'f')
    expect(of('B', 'ab', 'b')).toThrow("unknown option 'B' of f: did you mean 'b'? Known: ab, b")
    expect(of('raduis', 'method', 'radius')).toThrow("did you mean 'radius'?")
    expect(of('b', 'ab', 'b')).not.toThrow()
  })

  it('says that there are none', () => {
    expect(() => checkNames({ radius: 1 }, [], 'f')).toThrow(
      "unknown option 'radius' of f, which has none",
    )
  })
})
