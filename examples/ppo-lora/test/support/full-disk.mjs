/**
 * Loaded before a command: the disk is full for files whose names hold the text in FULL_DISK_FOR, once
 * FULL_DISK_AFTER pieces were written to them. Half of the next one gets there, as on a real disk.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { basename } from 'node:path'

const { openSync, writeSync, appendFileSync } = fs
const opened = new Set()
let room = Number(process.env.FULL_DISK_AFTER)
const isMeant = (file) => basename(String(file)).includes(process.env.FULL_DISK_FOR)

/** Writes a piece while there is room, then half of it. */
function write(content, writePiece) {
  if (room-- > 0) return writePiece(content)
  writePiece(content.slice(0, content.length >> 1))
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
}

fs.openSync = (file, ...rest) => {
  const descriptor = openSync(file, ...rest)
  if (isMeant(file)) opened.add(descriptor)
  else opened.delete(descriptor)
  return descriptor
}
fs.writeSync = (descriptor, bytes, at = 0) => {
  const rest = bytes.subarray(at)
  if (!opened.has(descriptor)) return writeSync(descriptor, rest)
  return write(rest, (piece) => writeSync(descriptor, piece))
}
fs.appendFileSync = (file, content) => {
  if (!isMeant(file)) return appendFileSync(file, content)
  return write(content, (piece) => appendFileSync(file, piece))
}
syncBuiltinESMExports()
