import { expect, test } from 'vitest'
import { Progress } from '../../src/run/progress.ts'

function setUp(isTTY: boolean, options: { total: number; done?: number; columns?: number }) {
  let text = ''
  let time = 0
  const stream = {
    write(part: string) {
      text += part
    },
    isTTY,
    columns: options.columns,
  }
  const progress = new Progress({ ...options, stream, now: () => time })
  return {
    progress,
    wait: (seconds: number) => {
      time += 1000 * seconds
    },
    take: () => {
      const taken = text
      text = ''
      return taken
    },
  }
}

test('on a terminal one line is rewritten', () => {
  const { progress, wait, take } = setUp(true, { total: 120, columns: 120 })
  wait(2)
  progress.show({ update: 1, reward: 2.62, dice: 0.782, kl: 0.00123, clipFraction: 0.007 })
  expect(take()).toBe(
    '\r\x1b[Kupdate   1/120 · reward 2.620 · Dice 0.782 · KL 0.00123 · clipped 0.7 % · 3:58 left',
  )
  wait(2)
  progress.show({ update: 2, reward: 3, dice: null })
  expect(take()).toBe('\r\x1b[Kupdate   2/120 · reward 3.000 · Dice 0.782 · 3:56 left')
  progress.note('saved')
  expect(take()).toBe('\r\x1b[Ksaved\nupdate   2/120 · reward 3.000 · Dice 0.782 · 3:56 left')
  progress.end()
  progress.end()
  expect(take()).toBe('\n')
})

test('a narrow terminal does not wrap', () => {
  const { progress, take } = setUp(true, { total: 9, columns: 20 })
  progress.show({ update: 1, reward: 1, dice: 1 })
  expect(take()).toBe('\r\x1b[Kupdate 1/9 · reward')
})

test('elsewhere a line is written now and then, and the last one always', () => {
  const { progress, wait, take } = setUp(false, { total: 2000, done: 1000 })
  for (let update = 1001; update <= 2000; update++) {
    wait(4)
    progress.show({ update, reward: 1 })
  }
  progress.end()
  const lines = take().split('\n')
  expect(lines[0]).toBe('update 1001/2000 · reward 1.000 · 1:06:36 left')
  expect(lines[1]).toBe('update 1004/2000 · reward 1.000 · 1:06:24 left')
  expect(lines.at(-2)).toBe('update 2000/2000 · reward 1.000 · 0:00 left')
  expect(lines).toHaveLength(335)
  progress.note('saved')
  expect(take()).toBe('saved\n')
})
