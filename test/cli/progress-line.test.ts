import { describe, expect, it } from 'vitest'
import { ProgressLine } from '../../src/cli/progress-line.ts'

/** A line whose clock is set by hand, and what it has printed. */
function lineAt(isErrTerminal: boolean) {
  let text = ''
  const clock = { now: 1000 }
  const io = { out: () => undefined, err: (more: string) => (text += more), isErrTerminal }
  const line = new ProgressLine(io, 'evaluate', () => clock.now)
  const printed = () => {
    const before = text
    text = ''
    return before
  }
  return { line, clock, printed }
}

describe('ProgressLine', () => {
  it('is written over on a terminal, ten times a second at most', () => {
    const { line, clock, printed } = lineAt(true)
    line.show(1, 10)
    expect(printed()).toBe('')
    clock.now += 500
    line.show(2, 10)
    expect(printed()).toBe('\r\x1b[Kevaluate: 2 of 10, 4.0 a second, 2 s left')
    clock.now += 50
    line.show(3, 10)
    expect(printed()).toBe('')
    line.clear()
    expect(printed()).toBe('\r\x1b[K')
    line.clear()
    expect(printed()).toBe('')
  })

  it('is a line now and then elsewhere', () => {
    const { line, clock, printed } = lineAt(false)
    for (let i = 1; i <= 30; i++) {
      clock.now += 1000
      line.show(i, 1000)
    }
    line.clear()
    expect(printed()).toBe(
      [10, 20, 30].map((i) => `evaluate: ${i} of 1000, 1.0 a second, 17 min left\n`).join(''),
    )
  })

  it('has the rate of the last half minute', () => {
    const { line, clock, printed } = lineAt(true)
    for (let i = 1; i <= 100; i++) {
      clock.now += 100
      line.show(i, 10_000)
    }
    printed()
    for (let i = 1; i <= 40; i++) {
      clock.now += 1000
      line.show(100 + i, 10_000)
      if (i < 40) printed()
    }
    expect(printed()).toMatch(/140 of 10000, 1\.0 a second, 2\.\d h left$/)
  })

  it('does not count pairs that were taken over', () => {
    const { line, clock, printed } = lineAt(true)
    clock.now += 1000
    line.show(901, 1000)
    expect(printed()).toMatch(/901 of 1000, 1\.0 a second, 99 s left$/)
  })
})
