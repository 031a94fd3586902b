import { createRequire } from 'node:module'
import type { MaskSet } from '../inputs.ts'
import { inProcess } from '../measure.ts'
import type { Entry, Peer } from './peer.ts'

interface Mat {
  delete(): void
}

interface OpenCv {
  Mat: new () => Mat
  matFromArray(rows: number, columns: number, type: number, data: Uint8Array): Mat
  connectedComponents(mask: Mat, labels: Mat, connectivity: number, type: number): number
  CV_8UC1: number
  CV_32S: number
  onRuntimeInitialized?: () => void
}

/** OpenCV as WebAssembly. Copying masks into its memory is not timed, in its favour. */
export async function openCvJs(version: string): Promise<Peer> {
  const loaded = loadQuietly()
  // Some versions are a promise; others have a `then` that must not be awaited.
  const cv = loaded instanceof Promise ? await loaded : loaded
  if (!cv.Mat) {
    await new Promise<void>((resolve) => {
      cv.onRuntimeInitialized = resolve
    })
  }
  return {
    versions: { '@techstark/opencv-js': version },
    enter: (group, set) => (group === 'components' ? [components(cv, set)] : []),
  }
}

/** Without its handlers of errors, which print megabytes of its source before any message. */
function loadQuietly(): OpenCv | Promise<OpenCv> {
  const events = ['uncaughtException', 'unhandledRejection']
  const before = new Set(events.flatMap((event) => process.rawListeners(event)))
  const require = createRequire(import.meta.url)
  const loaded = require('@techstark/opencv-js')
  for (const event of events) {
    for (const listener of process.rawListeners(event)) {
      if (!before.has(listener)) process.removeListener(event, listener as () => void)
    }
  }
  return loaded
}

function components(cv: OpenCv, { preds, width, height }: MaskSet): Entry {
  const masks = preds.map((data) => cv.matFromArray(height, width, cv.CV_8UC1, data))
  const labels = new cv.Mat()
  const label = (i: number) => cv.connectedComponents(masks[i], labels, 8, cv.CV_32S)
  return {
    ...inProcess('opencv-js connectedComponents', preds.length, label),
    against: ['label map', 'component count'],
    check: { stage: 'component count', outcomes: () => preds.map((_, i) => label(i) - 1) },
    close() {
      for (const mat of [...masks, labels]) mat.delete()
    },
  }
}
