import { describe, expect, it } from 'vitest'
import { IMAGE_ENDINGS, imageEnding } from '../../../src/node/formats/image-endings.ts'

describe('imageEnding', () => {
  it.each([...IMAGE_ENDINGS])('knows %s in any case', (ending) => {
    expect(imageEnding(`01_test${ending}`)).toBe(ending)
    expect(imageEnding(`a.b${ending.toUpperCase()}`)).toBe(ending.toUpperCase())
  })

  it.each(['notes.txt', 'png', '.png', 'a.gz', 'a.png.txt', ''])('knows none of %s', (name) => {
    expect(imageEnding(name)).toBe(undefined)
  })
})
