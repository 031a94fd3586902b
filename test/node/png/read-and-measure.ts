import { readFileSync } from 'node:fs'
import { decodeMask, readMask } from '../../../src/node/index.ts'

/** Reads a mask and prints by how many bytes this raised the most memory that the process had. */
const [reader, path] = process.argv.slice(2)
const options = { threshold: 0 }
const used = () => 1024 * process.resourceUsage().maxRSS
const before = used()
const mask =
  reader === 'readMask' ? await readMask(path, options) : decodeMask(readFileSync(path), options)
console.log(JSON.stringify({ count: mask.count, memory: used() - before }))
