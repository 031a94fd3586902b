import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { crc32c, EventFile, truncateEvents } from '../../src/run/event-file.ts'
import { RunLog, readLog } from '../../src/run/log.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'run-log-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8')
const eventsOf = (folder: string) =>
  readFileSync(join(folder, readdirSync(folder).find((file) => file.includes('tfevents'))!))
const recordOf = (update: number) => ({ update, reward: update / 2, dice: update % 2 ? null : 0.5 })

test('CRC-32C of the known examples (RFC 3720, B.4)', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43)
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e)
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
})

test('a run is written in all forms', () => {
  const folder = join(root, 'runs', 'one')
  const log = RunLog.create(folder, { seed: 3 })
  for (const update of [1, 2]) log.append(recordOf(update))
  log.writeSummary({ seconds: 1 })
  expect(JSON.parse(read(folder, 'config.json'))).toEqual({ seed: 3 })
  expect(JSON.parse(read(folder, 'summary.json'))).toEqual({ seconds: 1 })
  expect(log.records()).toEqual([recordOf(1), recordOf(2)])
  expect(read(folder, 'log.csv')).toBe('update,reward,dice\n1,0.5,\n2,1,0.5\n')
  expect(eventsOf(folder).includes('brain.Event:2')).toBe(true)
  expect(readdirSync(folder)).toHaveLength(5)
})

test('numbers that are not finite become null and an empty cell', () => {
  const log = RunLog.create(root, {})
  log.append({ update: 1, loss: Number.NaN, ratio: Number.POSITIVE_INFINITY })
  expect(log.records()).toEqual([{ update: 1, loss: null, ratio: null }])
  expect(read(root, 'log.csv')).toBe('update,loss,ratio\n1,,\n')
})

test('records of other names are refused', () => {
  const log = RunLog.create(root, {})
  log.append({ update: 1, reward: 2 })
  expect(() => log.append({ update: 2, kl: 2 })).toThrow(
    new RangeError('expected a record with the names of the first one; missing: reward; new: kl'),
  )
  expect(log.records()).toHaveLength(1)
  log.append({ reward: 3, update: 2 })
  expect(read(root, 'log.csv')).toBe('update,reward\n1,2\n2,3\n')
})

test('a folder with a run is not overwritten', () => {
  RunLog.create(root, { seed: 1 }).append(recordOf(1))
  expect(() => RunLog.create(root, { seed: 2 })).toThrow(/already holds a run/)
  expect(JSON.parse(read(root, 'config.json'))).toEqual({ seed: 1 })
  expect(() => RunLog.resume(join(root, 'none'), 1)).toThrow(/holds no run/)
})

test('a resumed log equals an uninterrupted one', () => {
  const [whole, cut] = [join(root, 'whole'), join(root, 'cut')]
  const log = RunLog.create(whole, {})
  const first = RunLog.create(cut, {})
  for (let update = 1; update <= 6; update++) log.append(recordOf(update))
  for (let update = 1; update <= 4; update++) first.append(recordOf(update))
  appendFileSync(join(cut, 'log.jsonl'), '{"update":5,"rew')
  appendFileSync(join(cut, 'log.csv'), '5,2.')
  const resumed = RunLog.resume(cut, 3)
  for (let update = 4; update <= 6; update++) resumed.append(recordOf(update))
  for (const file of ['log.jsonl', 'log.csv']) expect(read(cut, file)).toBe(read(whole, file))
  expect(eventsOf(cut)).toHaveLength(eventsOf(whole).length)
  expect(() => resumed.append({ update: 7 })).toThrow(RangeError)
})

test('a log resumed before its first record may have other columns', () => {
  RunLog.create(root, {}).append(recordOf(1))
  const log = RunLog.resume(root, 0)
  expect(read(root, 'log.csv')).toBe('')
  log.append({ update: 1, kl: 0.5 })
  expect(read(root, 'log.csv')).toBe('update,kl\n1,0.5\n')
  expect(readLog(root)).toEqual([{ update: 1, kl: 0.5 }])
})

test('a run that was killed while its files were made can be resumed', () => {
  const folder = join(root, 'unborn')
  mkdirSync(folder)
  writeFileSync(join(folder, 'config.json'), '{}')
  RunLog.resume(folder, 0).append({ update: 1, reward: 2 })
  expect(read(folder, 'log.csv')).toBe('update,reward\n1,2\n')
  expect(eventsOf(folder).includes('reward')).toBe(true)
})

test('event files keep whole records only, up to a step', () => {
  const path = join(root, 'events.out.tfevents.1.test')
  const file = EventFile.create(path, 1)
  const ends = [readFileSync(path).length]
  for (const step of [1, 200, 2 ** 40]) {
    file.append(step, { loss: step, 'per group/dice': 0.5 }, 2)
    ends.push(readFileSync(path).length)
  }
  const bytes = readFileSync(path)
  expect(truncateEvents(bytes, 2 ** 40)).toEqual(bytes)
  expect(truncateEvents(bytes, 2 ** 40 - 1)).toEqual(bytes.subarray(0, ends[2]))
  expect(truncateEvents(bytes, 199)).toEqual(bytes.subarray(0, ends[1]))
  const damaged = Buffer.from(bytes)
  damaged[ends[1] + 20] ^= 1
  expect(truncateEvents(damaged, 2 ** 40)).toEqual(bytes.subarray(0, ends[1]))
  for (let length = ends[2]; length < ends[3]; length++) {
    expect(truncateEvents(bytes.subarray(0, length), 2 ** 40)).toHaveLength(ends[2])
  }
  truncateSync(path, ends[3] - 1)
  EventFile.resume(path, 2 ** 40).append(3, { loss: 1 }, 2)
  expect(readFileSync(path).subarray(0, ends[2])).toEqual(bytes.subarray(0, ends[2]))
})

test('a log that cannot be written says which and why', () => {
  const log = RunLog.create(root, {})
  rmSync(join(root, 'log.csv'))
  rmSync(join(root, 'log.jsonl'))
  writeFileSync(join(root, 'file'), '')
  const broken = Object.assign(Object.create(RunLog.prototype), log, { folder: join(root, 'file') })
  expect(() => broken.append(recordOf(1))).toThrow(/cannot write log\.csv in .*ENOTDIR/)
})
