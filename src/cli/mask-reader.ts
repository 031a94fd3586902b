import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { BitMask } from '../mask/bitmask.ts'
import { fileError, pathName } from '../node/file-error.ts'
import type { ImageChoiceOptions } from '../node/formats/choice-options.ts'
import { isImage } from '../node/formats/decode-samples.ts'
import type { MaskWarning } from '../node/png/mask-warning.ts'
import { decodeMask, readMask } from '../node/png/read-mask.ts'
import { printable } from '../node/printable.ts'
import { asFlags } from './flag-words.ts'
import type { Io } from './io.ts'
import { type CommandWarning, warningOf } from './mask-warnings.ts'

/** How the images of a command become masks. */
export interface MaskReaderOptions {
  /** Undefined if it is not given: then grey images are warned of. */
  threshold?: number
}

/** Reads the masks of a command. */
export interface MaskReader {
  /**
   * The mask of an image file, of a pipe, or of the standard input (`-`).
   *
   * @param alpha - whether the mask is in the alpha channel
   * @param choice - which image of a file that holds several
   * @throws RangeError as `readMask`
   */
  read(path: string, alpha: boolean, choice?: ImageChoiceOptions): Promise<BitMask>
  /** Warns of something: a line on the standard error, and one of {@link MaskReader.warnings}. */
  warn(warning: CommandWarning): void
  /** All that was warned of so far. */
  readonly warnings: readonly CommandWarning[]
}

/** The name of the standard input among the arguments. */
export const STDIN = '-'

/** Milliseconds after which it is said what is waited for. */
const PATIENCE = 1000
/** So many bytes tell formats apart; no more is read of a stream that is not an image. */
const BEGIN = 352
/** A stream that goes on beyond this is not a mask. */
const MAX_BYTES = 2 ** 30

/** See {@link MaskReader}. */
export function maskReader(io: Io, { threshold }: MaskReaderOptions): MaskReader {
  const warnings: CommandWarning[] = []
  const warn = (warning: CommandWarning) => {
    warnings.push(warning)
    io.err(`warning: ${printable(warning.message)}\n`)
  }
  const read = async (path: string, alpha: boolean, choice: ImageChoiceOptions = {}) => {
    const { page, category } = choice
    const options = {
      ...(threshold === undefined ? {} : { threshold }),
      ...(page === undefined ? {} : { page }),
      ...(category === undefined ? {} : { category }),
      alpha,
      onWarning(warning: MaskWarning) {
        const shown = warningOf(warning, threshold !== undefined)
        if (shown !== undefined) warn({ ...shown, message: asFlags(shown.message), file: path })
      },
    }
    try {
      const opened = await openStream(path, io)
      if (opened === undefined) return await readMask(path, options)
      const { stream, name } = opened
      return decodeMask(await bytesOf(stream, name, io), { ...options, name })
    } catch (error) {
      if (error instanceof Error) error.message = asFlags(error.message)
      throw error
    }
  }
  return { read, warn, warnings }
}

/** The input at a path that is not a file; undefined for files, also for one that is not there. */
async function openStream(
  path: string,
  io: Io,
): Promise<{ stream: AsyncIterable<Uint8Array>; name: string } | undefined> {
  if (path === STDIN) {
    const name = 'the standard input'
    if (io.isInTerminal !== true && io.in !== undefined) return { stream: io.in(), name }
    throw new RangeError(`expected an image from ${name}, got a terminal: add < pred.png`)
  }
  const there = await stat(path).catch(() => undefined)
  if (there === undefined || there.isFile() || there.isDirectory()) return undefined
  return { stream: createReadStream(path), name: pathName(path) }
}

/** All that comes, or only the beginning where that is not an image: a stream may never end. */
async function bytesOf(stream: AsyncIterable<Uint8Array>, name: string, io: Io): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  let isImageSoFar = false
  const wait = setTimeout(() => {
    io.err(`waiting for ${printable(name)} to end: ${length} bytes so far\n`)
  }, PATIENCE)
  try {
    for await (const chunk of stream) {
      chunks.push(chunk)
      length += chunk.length
      if (length > MAX_BYTES) throw new RangeError(`it has more than ${MAX_BYTES} bytes`)
      if (isImageSoFar || length < BEGIN) continue
      if (!isImage(Buffer.concat(chunks))) break
      isImageSoFar = true
    }
  } catch (error) {
    throw fileError('read', name, error)
  } finally {
    clearTimeout(wait)
  }
  return Buffer.concat(chunks)
}
