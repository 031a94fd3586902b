import { expect, test } from 'vitest'
import { typeErrors } from './public-api.ts'
import { guideSnippets, isScript, sourceSnippets } from './snippets.ts'

test('every snippet of the sources, the README and the guides has the right types', () => {
  const scripts = [...sourceSnippets(), ...guideSnippets()].filter(isScript)
  expect(scripts.length).toBeGreaterThan(80)
  expect(typeErrors(scripts.filter(({ language }) => language !== 'js'))).toEqual([])
})
