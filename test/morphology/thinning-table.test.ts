import { describe, expect, it } from 'vitest'
import { thinningTable } from '../../src/morphology/thinning-table.ts'
import { oracleTable } from '../oracle/thin.ts'

describe('thinningTable', () => {
  it.each(['skimage', 'zhang-suen', 'guo-hall'] as const)(
    'equals the published rules, %s',
    (method) => {
      expect([...thinningTable(method)]).toEqual(oracleTable(method))
    },
  )

  it('departs in 25 codes from 1984 for scikit-image', () => {
    const paper = thinningTable('zhang-suen')
    const differences = [...thinningTable('skimage')].filter((value, code) => value !== paper[code])
    expect(differences).toHaveLength(25)
  })
})
